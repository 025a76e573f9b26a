package org.expunge.cli.method;

import java.util.Optional;
import java.util.function.Function;
import org.expunge.influence.curvature.LabelMode;
import org.expunge.influence.curvature.kronecker.PositionScaling;
import org.expunge.influence.score.Weighting;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a method is set. Each takes a few of these; its page in docs/methods says which. */
public final class MethodOptions extends OptionSet {
    @Option(
            names = "--curvature",
            paramLabel = "KIND",
            description = "What stands for the second derivatives of the mean loss: ${COMPLETION-CANDIDATES}.")
    private @Nullable Curvature curvature;

    @Option(
            names = "--solver",
            paramLabel = "KIND",
            description = "How the curvature is inverted: ${COMPLETION-CANDIDATES}. Factors are inverted in closed "
                    + "form, products need a solver.")
    private @Nullable Solver solver;

    @Option(
            names = "--damping",
            paramLabel = "LAMBDA",
            description = "Added to every eigenvalue of the curvature of the mean loss: a number above 0, or "
                    + "relative:SHARE of the mean eigenvalue, layer by layer.")
    private @Nullable String damping;

    @Option(
            names = "--iterations",
            paramLabel = "N",
            description = "Most products with the curvature for an input, at least 1; few of them damp as well.")
    private @Nullable Integer iterations;

    @Option(
            names = "--tolerance",
            paramLabel = "SHARE",
            description = "A solve ends at this residual, as a share of the input's gradient, in (0, 1).")
    private @Nullable Double tolerance;

    @Option(
            names = "--preconditioner",
            paramLabel = "KIND",
            description = "Curvature whose inverse guides the solver: none or one with factors.")
    private @Nullable String preconditioner;

    @Option(
            names = "--label-mode",
            paramLabel = "KIND",
            description = "Labels of the gradients that factors average: exact (each, by its predicted probability), "
                    + "sampled (one drawn) or empirical (the data's own).")
    private @Nullable LabelMode labelMode;

    @Option(
            names = "--positions",
            paramLabel = "KIND",
            description = "How K-FAC counts the positions of a convolution: kfc (their sum) or mean.")
    private @Nullable PositionScaling positions;

    @Option(
            names = "--weighting",
            paramLabel = "KIND",
            description = "What each checkpoint counts: learning-rate (over the batch size) or uniform.")
    private @Nullable Weighting weighting;

    @Option(
            names = "--units",
            paramLabel = "UNITS",
            description = "What a score counts: raw, or per-removal (divided by the number of rows): the predicted "
                    + "rise of the input's loss when the row is removed.")
    private @Nullable Units units;

    @Option(names = "--method-seed", paramLabel = "SEED", description = "Decides what the method draws.")
    private @Nullable Long seed;

    /** Reads the options of something, and refuses those that it does not ask for. */
    <T> T reading(String what, Function<? super MethodOptions, T> reader) {
        T read;
        try {
            read = reader.apply(this);
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
        refuseOthers(what);
        return read;
    }

    Optional<Curvature> curvature() {
        return take("--curvature", curvature);
    }

    Optional<Solver> solver() {
        return take("--solver", solver);
    }

    Optional<Damping> damping() {
        return take("--damping", damping).map(Damping::new);
    }

    Optional<Integer> iterations() {
        return take("--iterations", iterations);
    }

    Optional<Double> tolerance() {
        return take("--tolerance", tolerance);
    }

    Optional<String> preconditioner() {
        return take("--preconditioner", preconditioner);
    }

    Optional<LabelMode> labelMode() {
        return take("--label-mode", labelMode);
    }

    Optional<PositionScaling> positions() {
        return take("--positions", positions);
    }

    Optional<Weighting> weighting() {
        return take("--weighting", weighting);
    }

    Units units() {
        return take("--units", units).orElse(Units.RAW);
    }

    Optional<Long> seed() {
        return take("--method-seed", seed);
    }
}
