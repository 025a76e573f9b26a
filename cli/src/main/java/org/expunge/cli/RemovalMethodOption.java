package org.expunge.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.expunge.cli.unlearn.MethodEntry;
import org.expunge.cli.unlearn.RemovalOptions;
import org.expunge.cli.unlearn.RemovalRecipe;
import org.expunge.cli.unlearn.UnlearningMethods;
import org.expunge.unlearning.request.DeletionPredicate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How rows are forgotten. */
final class RemovalMethodOption {
    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec command;

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            defaultValue = "auto",
            completionCandidates = UnlearningMethods.Names.class,
            description = "How rows are forgotten: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private String method = "";

    @Mixin
    private final RemovalOptions options = new RemovalOptions();

    /** A command that takes a method and nothing else. */
    @Command(name = "method")
    private static final class Alone {
        @Mixin
        private final RemovalMethodOption method = new RemovalMethodOption();
    }

    /** Reads a method and its options as they were recorded. */
    static RemovalMethodOption of(DeletionPredicate.ExternalParameters recorded) {
        List<String> words = new ArrayList<>(List.of("--method", recorded.method()));
        recorded.options().forEach((name, value) -> words.add(name + "=" + value));
        Alone alone = new Alone();
        CommandLine line = new CommandLine(alone);
        KebabEnums.register(line);
        line.setCaseInsensitiveEnumValuesAllowed(true).parseArgs(words.toArray(new String[0]));
        return alone.method;
    }

    MethodEntry entry() {
        return Checks.reading(command, () -> UnlearningMethods.named(method));
    }

    /** Reads the options that the method takes. */
    RemovalRecipe recipe() {
        return entry().plan(options);
    }

    /** Returns whether the user chose a method, or an option of one. */
    boolean isGiven() {
        return command.commandLine().getParseResult().hasMatchedOption("--method") || !given().isEmpty();
    }

    /** Returns the options that were given, to be given again. */
    Map<String, String> given() {
        return options.given();
    }
}
