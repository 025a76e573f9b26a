package org.expunge.cli.method;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.expunge.influence.score.Weighting;
import org.expunge.influence.score.generalized.GeneralizedInfluence;
import org.expunge.influence.score.generalized.UnitSelection;
import org.expunge.influence.score.group.GroupInfluence;
import org.expunge.influence.score.relative.RelatIf;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a method is set. Each takes a few of these; its page in docs/methods says which. */
public final class MethodOptions extends FactorOptions {
    @Option(
            names = "--solver",
            paramLabel = "KIND",
            description = "How the curvature is inverted: ${COMPLETION-CANDIDATES}. Factors are inverted in closed "
                    + "form, products need a solver; minres, neumann and lissa take no preconditioner.")
    private @Nullable Solver solver;

    @Option(
            names = "--factors",
            paramLabel = "DIR",
            description = "Factors that 'factors fit' has stored, in place of fitting them.")
    private @Nullable Path factors;

    @Option(
            names = "--damping",
            paramLabel = "LAMBDA",
            description = "Added to every eigenvalue of the curvature of the mean loss: a number above 0; "
                    + "relative:SHARE of each layer's mean eigenvalue; training-length (1 over the sum of the learning "
                    + "rates); evidence (of the rows, by Laplace's approximation; EK-FAC only); edge or shrinkage (from "
                    + "the noise of batches).")
    private @Nullable String damping;

    @Option(
            names = "--iterations",
            paramLabel = "N",
            description = "Most products with the curvature for an input, at least 1; few of them damp as well. For "
                    + "--solver lissa, batches of 64 rows, four times over.")
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
            names = "--query-rank",
            paramLabel = "R",
            description =
                    "Cut each input's part of a dense layer to its R largest singular values, at least 1: cheaper "
                            + "for large layers; the error's bound is printed.")
    private @Nullable Integer queryRank;

    @Option(
            names = "--relative-to",
            paramLabel = "NORM",
            description =
                    "What a row's score is divided by: parameters (the length of its effect on them) or loss (the "
                            + "root of its self-influence).")
    private RelatIf.@Nullable Norm norm;

    @Option(
            names = "--members",
            paramLabel = "N",
            description = "Sub-networks or trees that are averaged over, at least 1.")
    private @Nullable Integer members;

    @Option(names = "--dropped", paramLabel = "SHARE", description = "Probability of dropping a unit, in [0, 1).")
    private @Nullable Double dropped;

    @Option(
            names = "--dimensions",
            paramLabel = "N",
            description = "Numbers that a gradient is projected to, at least 1.")
    private @Nullable Integer dimensions;

    @Option(
            names = "--penalty",
            paramLabel = "LAMBDA",
            description = "Penalty on the last layer when it is fitted again: LAMBDA times its squared norm; above 0.")
    private @Nullable Double penalty;

    @Option(names = "--all-layers", description = "Look at all layers, not at the last alone.")
    private @Nullable Boolean isWhole;

    @Option(
            names = "--select",
            paramLabel = "WHICH",
            description = "Units whose parameters move: highest-outputs, lowest-outputs, highest-gradients, "
                    + "lowest-gradients or random.")
    private UnitSelection.@Nullable Importance select;

    @Option(
            names = "--share",
            paramLabel = "SHARE",
            description = "Share of each layer's parameters that move, in (0, 1].")
    private @Nullable Double share;

    @Option(
            names = "--others",
            paramLabel = "KIND",
            description =
                    "The parameters that do not move: generalized (their gradient is to vanish too), frozen (they are "
                            + "neglected) or projected (moved and put back).")
    private GeneralizedInfluence.@Nullable Kind others;

    @Option(
            names = "--threshold",
            paramLabel = "SCORE",
            description = "Scores are moved towards 0 by so much; 0 or more.")
    private @Nullable Double threshold;

    @Option(
            names = "--target",
            paramLabel = "NAME",
            description = "Score rows for a number that the inputs have together: loss, expected-error, margin, "
                    + "demographic-parity, equal-opportunity or robustness.")
    private @Nullable String target;

    @Option(
            names = "--absolute",
            description = "Take the target without its sign, to close a gap whichever way it points.")
    private @Nullable Boolean isAbsolute;

    @Option(
            names = "--between",
            paramLabel = "COLUMN:A:B",
            description = "Groups that a gap is between; the data name the column with group=COLUMN.")
    private @Nullable String between;

    @Option(names = "--positive", paramLabel = "CLASS", description = "The class that is wanted, from 0.")
    private @Nullable Integer positive;

    @Option(
            names = "--epsilon",
            paramLabel = "SIZE",
            description =
                    "How far an attack by the signs of gradients moves a normalised feature; without it, inputs are "
                            + "moved across the boundary of a linear model.")
    private @Nullable Double epsilon;

    @Option(
            names = "--group",
            paramLabel = "FILE",
            description = "A group of rows to remove together, one id a line; may be given several times.")
    private @Nullable List<Path> groups;

    @Option(
            names = "--order",
            paramLabel = "ORDER",
            description = "How a removal is predicted: first, second, or newton (on the rows that remain).")
    private GroupInfluence.@Nullable Order order;

    @Option(
            names = "--objective",
            paramLabel = "KIND",
            description = "What the model is trained on without the group: remaining (the mean over the other rows) or "
                    + "unscaled (their sum over all rows' number).")
    private GroupInfluence.@Nullable Objective objective;

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

    Optional<Solver> solver() {
        return take("--solver", solver);
    }

    Optional<Path> factors() {
        return take("--factors", factors);
    }

    Optional<Damping> damping() {
        return take("--damping", damping).map(Damping::parse);
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

    Optional<Integer> queryRank() {
        return take("--query-rank", queryRank);
    }

    Optional<RelatIf.Norm> norm() {
        return take("--relative-to", norm);
    }

    Optional<Integer> members() {
        return take("--members", members);
    }

    Optional<Double> dropped() {
        return take("--dropped", dropped);
    }

    Optional<Integer> dimensions() {
        return take("--dimensions", dimensions);
    }

    Optional<Double> penalty() {
        return take("--penalty", penalty);
    }

    boolean isWhole() {
        return take("--all-layers", isWhole).orElse(false);
    }

    Optional<UnitSelection.Importance> select() {
        return take("--select", select);
    }

    Optional<Double> share() {
        return take("--share", share);
    }

    Optional<GeneralizedInfluence.Kind> others() {
        return take("--others", others);
    }

    Optional<Double> threshold() {
        return take("--threshold", threshold);
    }

    Optional<String> target() {
        return take("--target", target);
    }

    boolean isAbsolute() {
        return take("--absolute", isAbsolute).orElse(false);
    }

    Optional<String> between() {
        return take("--between", between);
    }

    Optional<Integer> positive() {
        return take("--positive", positive);
    }

    Optional<Double> epsilon() {
        return take("--epsilon", epsilon);
    }

    List<Path> groups() {
        return take("--group", groups).orElse(List.of());
    }

    Optional<GroupInfluence.Order> order() {
        return take("--order", order);
    }

    Optional<GroupInfluence.Objective> objective() {
        return take("--objective", objective);
    }

    Optional<Weighting> weighting() {
        return take("--weighting", weighting);
    }

    Units units() {
        return take("--units", units).orElse(Units.RAW);
    }
}
