package org.expunge.cli;

import java.nio.file.Path;
import java.util.List;
import org.expunge.cli.unlearn.UnlearningMethods;
import org.expunge.cli.work.Attacking;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which attacks beyond the population are made, and what they may cost. */
final class AttackOptions {
    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec command;

    @Option(
            names = "--attack",
            paramLabel = "NAME",
            split = ",",
            description =
                    "More attacks, each of which must pass: rmia (single rows of this model; needs --against twice), "
                            + "relearn (how soon the rows come back; needs --against), u-lira (single rows, by shadow models "
                            + "of the method), gus (noise canaries, by shadow models). Default: none.")
    private List<Attacking.Attack> attacks = List.of();

    @Option(
            names = "--shadows",
            paramLabel = "DIR",
            description = "Where u-lira and gus keep their shadow models' answers; a killed audit goes on from there.")
    private @Nullable Path shadows;

    @Option(
            names = "--runs",
            paramLabel = "N",
            description =
                    "Shadow runs, even; each costs two trainings and a removal. Default: 32 for u-lira, 4 for gus.")
    private @Nullable Integer runs;

    @Option(
            names = "--candidates",
            paramLabel = "N",
            defaultValue = "160",
            description =
                    "Most candidate rows of shadow models, at least 4: forgotten rows, and as many others of their "
                            + "classes. Default: ${DEFAULT-VALUE}.")
    private int candidates;

    @Option(
            names = "--audit-method",
            paramLabel = "METHOD",
            completionCandidates = UnlearningMethods.Names.class,
            description = "The method that shadow models forget by, at its defaults: ${COMPLETION-CANDIDATES}. "
                    + "Default: the one that made the run.")
    private @Nullable String method;

    @Option(
            names = "--attack-seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Decides what attacks draw at random. Default: ${DEFAULT-VALUE}.")
    private long seed;

    /** Reads what was asked for. */
    Attacking.Effort effort() {
        return Checks.reading(command, () -> {
            Attacking.Effort effort = new Attacking.Effort(attacks, shadows, runs, candidates, method, seed);
            if (effort.needsShadows() && shadows == null) {
                throw new ParameterException(
                        command.commandLine(), "--attack u-lira and gus need a folder to keep runs in: --shadows DIR");
            }
            return effort;
        });
    }
}
