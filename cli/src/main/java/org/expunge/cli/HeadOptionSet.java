package org.expunge.cli;

import org.expunge.unlearning.certified.HeadKind;
import org.expunge.unlearning.certified.HeadOptions;
import org.expunge.unlearning.certified.Mechanism;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How a head is trained and how it forgets. */
final class HeadOptionSet {
    /** What happens when the budget does not cover a deletion. */
    enum Exhaustion {
        /** The head is trained anew on what remains. */
        RETRAIN,
        /** The deletion is refused. */
        REFUSE
    }

    /** On 12 000 rows at λ = 1e-3 this costs a tenth of a point of accuracy; on few rows more. */
    private static final double OBJECTIVE_NOISE = 1;

    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec command;

    @Option(
            names = "--head",
            paramLabel = "KIND",
            defaultValue = "one-vs-rest",
            description = "one-vs-rest (logistic; one vector where there are two classes) or softmax. "
                    + "Default: ${DEFAULT-VALUE}.")
    private HeadKind kind = HeadKind.ONE_VS_REST;

    @Option(
            names = "--mechanism",
            paramLabel = "WHERE",
            defaultValue = "output",
            description =
                    "Where the noise goes: output (on the published head; the residual is measured, and the proof is "
                            + "the cleaner one) or objective (a random term in the loss; bounds add up). Default: ${DEFAULT-VALUE}.")
    private Mechanism mechanism = Mechanism.OUTPUT;

    @Option(
            names = "--epsilon",
            paramLabel = "EPSILON",
            defaultValue = "1",
            description = "Of the guarantee, above 0; at most 1 with objective. Default: ${DEFAULT-VALUE}.")
    private double epsilon;

    @Option(
            names = "--delta",
            paramLabel = "DELTA",
            defaultValue = "1e-5",
            description =
                    "Of the guarantee, in (0, 1); well below one in the number of rows. Default: ${DEFAULT-VALUE}.")
    private double delta;

    @Option(
            names = "--lambda",
            paramLabel = "LAMBDA",
            defaultValue = "1e-3",
            description = "Weight of half the squared norm of the head beside the mean loss, above 0. "
                    + "Default: ${DEFAULT-VALUE}.")
    private double lambda;

    @Option(
            names = "--noise",
            paramLabel = "DEVIATION",
            description = "Standard deviation of the noise, above 0: on each number of the head with output (0.01 by "
                    + "default), on the summed loss's gradient with objective (1 by default).")
    private @Nullable Double noise;

    @Option(
            names = "--on-exhaustion",
            paramLabel = "WHAT",
            defaultValue = "retrain",
            description =
                    "When the budget does not cover a deletion: retrain (anew on what remains, with new noise) or "
                            + "refuse. Default: ${DEFAULT-VALUE}.")
    private Exhaustion onExhaustion = Exhaustion.RETRAIN;

    @Option(
            names = "--min-batch",
            paramLabel = "N",
            defaultValue = "1",
            description = "Fewest rows that a deletion may take, at least 1. Default: ${DEFAULT-VALUE}.")
    private int minBatch;

    @Option(
            names = "--principal-share",
            paramLabel = "SHARE",
            defaultValue = "0.1",
            description = "Share of the budget that one principal's deletions may use up, in (0, 1]; with objective. "
                    + "Default: ${DEFAULT-VALUE}.")
    private double principalShare;

    /** Returns the options. */
    HeadOptions options() {
        double preset = mechanism == Mechanism.OUTPUT ? HeadOptions.DEFAULT.noise() : OBJECTIVE_NOISE;
        return Checks.reading(
                command,
                () -> new HeadOptions(
                        kind,
                        mechanism,
                        epsilon,
                        delta,
                        lambda,
                        noise == null ? preset : noise,
                        onExhaustion == Exhaustion.RETRAIN,
                        minBatch,
                        principalShare));
    }
}
