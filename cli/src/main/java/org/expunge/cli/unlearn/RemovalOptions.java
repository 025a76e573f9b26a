package org.expunge.cli.unlearn;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.expunge.cli.method.Curvature;
import org.expunge.cli.method.OptionSet;
import org.expunge.influence.score.generalized.UnitSelection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a method of unlearning is set. Each takes a few of these; its page in docs/methods says which. */
public final class RemovalOptions extends OptionSet {
    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Decides what the method draws at random. Default: the seed of the run's recipe.")
    private @Nullable Long seed;

    @Option(
            names = "--period",
            paramLabel = "N",
            description = "delta-grad takes all gradients in one step of so many. Default: 5.")
    private @Nullable Integer period;

    @Option(
            names = "--approximation",
            paramLabel = "KIND",
            description = "How generalized-influence counts the parameters that stay: gif (their gradient is to vanish "
                    + "too), fif (neglected) or pif (moved and put back). Default: gif.")
    private @Nullable Approximation approximation;

    @Option(
            names = "--select",
            paramLabel = "WHICH",
            description = "Units whose parameters move: highest-outputs, lowest-outputs, highest-gradients, "
                    + "lowest-gradients or random. Default: highest-outputs.")
    private UnitSelection.@Nullable Importance select;

    @Option(
            names = "--share",
            paramLabel = "SHARE",
            description = "Share of each layer's parameters that move, in (0, 1]. Default: 0.05.")
    private @Nullable Double share;

    @Option(
            names = "--formula",
            paramLabel = "WHICH",
            description = "The step of l-codec: intended, or as-released from the last two checkpoints. Default: "
                    + "intended.")
    private @Nullable Formula formula;

    @Option(
            names = "--curvature",
            paramLabel = "KIND",
            description = "What influence and label-correction invert: gauss-newton, hessian or empirical-fisher by "
                    + "products, or ekfac, kfac, foof, diagonal, block-dense, m-fac, arnoldi or nystrom in closed form. "
                    + "Default: gauss-newton.")
    private @Nullable Curvature curvature;

    @Option(
            names = "--repair-epochs",
            paramLabel = "N",
            description = "Epochs on the remaining rows after a step of influence that costs too much accuracy; 0 for "
                    + "none. Default: 3.")
    private @Nullable Integer repairEpochs;

    @Option(
            names = "--labels",
            paramLabel = "FILE",
            description = "What the rows should have been, for label-correction: CSV with the columns id and label.")
    private @Nullable Path labels;

    @Option(
            names = "--reference",
            paramLabel = "DIR",
            description =
                    "A run trained on rows known to be clean, whose predictions label-correction takes for labels.")
    private @Nullable Path reference;

    @Option(
            names = "--rates",
            paramLabel = "RATE",
            split = ",",
            description =
                    "Learning rates that fine-tune, neg-grad-plus, random-label and scrub try, ascending. Default: "
                            + "0.0003,0.001,0.003.")
    private @Nullable List<Double> rates;

    @Option(
            names = "--alpha",
            paramLabel = "ALPHA",
            split = ",",
            description = "Weights of the rows that remain that neg-grad-plus (default: 0.8,0.5) and random-label "
                    + "(default: 0.95,0.8) try, in (0, 1].")
    private @Nullable List<Double> alphas;

    /** Lets a method read its options, and refuses those that it does not take. */
    RemovalRecipe plan(MethodEntry method) {
        return reading("--method " + method.name(), () -> method.planner().apply(this));
    }

    /** Returns the options that were given, by name, with their values as they were written. */
    public Map<String, String> given() {
        return matched();
    }

    Optional<Long> seed() {
        return take("--seed", seed);
    }

    Optional<Integer> period() {
        return take("--period", period);
    }

    Optional<Approximation> approximation() {
        return take("--approximation", approximation);
    }

    Optional<UnitSelection.Importance> select() {
        return take("--select", select);
    }

    Optional<Double> share() {
        return take("--share", share);
    }

    Optional<Formula> formula() {
        return take("--formula", formula);
    }

    Optional<Curvature> curvature() {
        return take("--curvature", curvature);
    }

    Optional<Integer> repairEpochs() {
        return take("--repair-epochs", repairEpochs);
    }

    Optional<Path> labels() {
        return take("--labels", labels);
    }

    Optional<Path> reference() {
        return take("--reference", reference);
    }

    Optional<List<Double>> rates() {
        return take("--rates", rates);
    }

    Optional<List<Double>> alphas() {
        return take("--alpha", alphas);
    }
}
