package org.expunge.cli;

import java.nio.file.Path;
import java.util.List;
import org.expunge.cli.forget.ForgetfulRun;
import org.expunge.cli.forget.Planning;
import org.expunge.unlearning.request.DeletionPredicate;
import org.expunge.unlearning.request.LikeRows;
import org.expunge.unlearning.request.Purge;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How a batch is to be done: what a plan says, and what is done without one. */
final class BatchOptions {
    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec command;

    @Mixin
    private final RemovalMethodOption method = new RemovalMethodOption();

    @Option(
            names = "--references",
            paramLabel = "N",
            defaultValue = "2",
            description =
                    "Models to retrain with other seeds, for verification to compare with; 0 to 2. Each costs one "
                            + "training. Default: ${DEFAULT-VALUE}.")
    private int references;

    @Option(
            names = "--accept-inconclusive",
            description =
                    "Publish also where verification is inconclusive; the ledger records that. Without it, such a "
                            + "batch is rolled back, unless the method is exact.")
    private boolean acceptsInconclusive;

    @Option(
            names = "--old-run",
            paramLabel = "WHAT",
            defaultValue = "revoke",
            description =
                    "What becomes of the run before: revoke (it stays for replay and verification, other commands "
                            + "refuse it), delete, or keep. Default: ${DEFAULT-VALUE}.")
    private Purge.OldRun oldRun = Purge.OldRun.REVOKE;

    @Option(
            names = "--caches",
            paramLabel = "DIR",
            description = "A folder to look for scores and factors of the run in, to delete them; may be given several "
                    + "times. The one that the run lies in is always searched.")
    private List<Path> caches = List.of();

    @Option(
            names = "--near",
            paramLabel = "DISTANCE",
            defaultValue = "0.1",
            description =
                    "Rows up to so far from a requested one are its near-duplicates: Euclidean between normalised "
                            + "features, as a share of the distance of unrelated rows, in [0, 1). Default: ${DEFAULT-VALUE}.")
    private double near;

    @Option(
            names = "--near-cosine",
            paramLabel = "COSINE",
            defaultValue = "0.98",
            description =
                    "A plan also shows rows that lie farther apart but are alike to the model: cosine of what its last "
                            + "layer is given, at least this, in (0.5, 1]. Nothing is done with them. Default: ${DEFAULT-VALUE}.")
    private double leastCosine;

    @Option(names = "--include-near-duplicates", description = "Remove near-duplicates of the requested rows as well.")
    private boolean includesNear;

    RemovalMethodOption method() {
        return method;
    }

    Purge.OldRun oldRun() {
        return oldRun;
    }

    List<Path> caches() {
        return caches;
    }

    boolean includesNear() {
        return includesNear;
    }

    /** Returns the method and its options. */
    DeletionPredicate.ExternalParameters parameters() {
        if (references < 0 || references > 2) {
            throw new ParameterException(command.commandLine(), "--references must be 0 to 2, got " + references);
        }
        return new DeletionPredicate.ExternalParameters(
                method.entry().name(), method.given(), references, acceptsInconclusive);
    }

    /** Returns what plans. */
    Planning planning() {
        LikeRows.Options options = Checks.reading(command, () -> LikeRows.Options.DEFAULT.with(near, leastCosine));
        return new Planning(parameters(), oldRun, caches, options, includesNear);
    }

    /** Refuses wrong options, and a method where the kind of run decides how it forgets. */
    void check(ForgetfulRun run) {
        if (run.ownMethod().isEmpty()) {
            method.recipe();
        } else if (method.isGiven()) {
            throw new ParameterException(
                    command.commandLine(),
                    "the kind of run decides how it forgets (" + run.ownMethod().get() + "), so leave out --method");
        }
    }
}
