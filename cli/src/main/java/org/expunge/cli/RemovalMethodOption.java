package org.expunge.cli;

import java.util.Map;
import org.expunge.cli.unlearn.MethodEntry;
import org.expunge.cli.unlearn.RemovalOptions;
import org.expunge.cli.unlearn.RemovalRecipe;
import org.expunge.cli.unlearn.UnlearningMethods;
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
            defaultValue = "retrain",
            completionCandidates = UnlearningMethods.Names.class,
            description = "How rows are forgotten: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private String method = "";

    @Mixin
    private final RemovalOptions options = new RemovalOptions();

    MethodEntry entry() {
        return Checks.reading(command, () -> UnlearningMethods.named(method));
    }

    /** Reads the options that the method takes. */
    RemovalRecipe recipe() {
        return entry().plan(options);
    }

    /** Returns the options that were given, to be given again. */
    Map<String, String> given() {
        return options.given();
    }
}
