package org.expunge.benchmarks.gpu;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.RowSums;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowRange;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.Scores;

/**
 * Compares whole influence scores with the reference, from the pass that fits the curvature to the table.
 *
 * <p>K-FAC's scores are compared with each backend at its own fit. EK-FAC's are compared in shared eigenvectors: where
 * eigenvalues of a factor lie close together, roundings of 1e-7 in the factor turn the vectors by a thousandth, and
 * EK-FAC, unlike K-FAC, is another matrix in other vectors; both are right. Every orthonormal basis will do to compare
 * two backends; this one is the tested backend's decomposition of the reference's factors, itself checked.
 */
final class ScoreComparison {

    /**
     * A hundredth of the layer's largest eigenvalue, so that roundings are multiplied by at most a hundred. With so few
     * rows most eigenvalues are 0, and a share of their mean would be a millionth of the largest.
     */
    private static final DampingRule DAMPING =
            (layer, eigenvalues) -> 0.01 * Arrays.stream(eigenvalues).max().orElseThrow();

    private static final Kfac.Options OPTIONS = Kfac.Options.DEFAULT;

    private final Engine tested;
    private final Engine reference;
    private final Bounds bounds;
    private final Model model;
    private final Dataset rows;
    private final Dataset queries;

    ScoreComparison(Engine tested, Engine reference, Bounds bounds, Model model, Dataset rows, Dataset queries) {
        this.tested = tested;
        this.reference = reference;
        this.bounds = bounds;
        this.model = model;
        this.rows = rows;
        this.queries = queries;
    }

    /** Returns what was found of factors, their decompositions, K-FAC's and EK-FAC's scores. */
    List<Finding> run(String family) {
        RowSums exact = Kfac.sums(reference, model, rows, RowRange.of(rows), OPTIONS);
        RowSums own = Kfac.sums(tested, model, rows, RowRange.of(rows), OPTIONS);
        Kfac exactFactors = decomposed(exact);
        Kfac ownFactors = decomposed(own);
        Ekfac exactValues = Ekfac.correct(reference, model, rows, exactFactors);
        Ekfac ownValues = Ekfac.correct(tested, model, rows, exactFactors);
        return List.of(
                finding(family, "K-FAC factors", factors(own), factors(exact)),
                new Finding( // in double, whatever the precision of products
                        family,
                        "eigendecompositions",
                        Finding.relativeError(rebuilt(exactFactors), given(exactFactors)),
                        bounds.kernel()),
                finding(
                        family,
                        "K-FAC influence scores",
                        scores(tested, ownFactors.inverse(tested.compute(), DAMPING)),
                        scores(reference, exactFactors.inverse(reference.compute(), DAMPING))),
                finding(family, "EK-FAC eigenvalues", values(ownValues), values(exactValues)),
                finding(
                        family,
                        "EK-FAC influence scores",
                        scores(tested, ownValues.inverse(tested.compute(), DAMPING)),
                        scores(reference, exactValues.inverse(reference.compute(), DAMPING))));
    }

    private Finding finding(String family, String name, double[] actual, double[] expected) {
        return new Finding(family, name, Finding.relativeError(actual, expected), bounds.network());
    }

    private Kfac decomposed(RowSums sums) {
        return Kfac.of(tested.compute(), model.network(), OPTIONS, sums);
    }

    private double[] scores(Engine engine, KroneckerInverse inverse) {
        try (inverse) {
            Scores scores = new InfluenceFunction(engine, model, inverse, InfluenceFunction.Options.DEFAULT)
                    .score(rows, queries);
            double[][] table = new double[scores.queries()][];
            Arrays.setAll(table, scores::row);
            return NetworkComparison.concatenated(table);
        }
    }

    private static double[] factors(RowSums sums) {
        return NetworkComparison.concatenated(
                sums.names().stream().map(sums::mean).toArray(double[][]::new));
    }

    private static double[] given(Kfac kfac) {
        return NetworkComparison.concatenated(kfac.layers().stream()
                .flatMap(layer -> List.of(kfac.inputFactor(layer), kfac.outputFactor(layer)).stream())
                .toArray(double[][]::new));
    }

    /** Returns {@code Σ_k w_k q_k q_kᵀ} of every factor, in the order of {@link #given}. */
    private static double[] rebuilt(Kfac kfac) {
        SortedMap<String, double[]> parts = kfac.decomposition();
        return NetworkComparison.concatenated(kfac.layers().stream()
                .flatMap(layer -> List.of(layer + ".input", layer + ".output").stream())
                .map(side -> MatrixCases.rebuilt(part(parts, side + "-values"), part(parts, side + "-vectors")))
                .toArray(double[][]::new));
    }

    private static double[] part(SortedMap<String, double[]> parts, String name) {
        return Objects.requireNonNull(parts.get(name), name);
    }

    private static double[] values(Ekfac ekfac) {
        return NetworkComparison.concatenated(
                ekfac.factors().layers().stream().map(ekfac::eigenvalues).toArray(double[][]::new));
    }
}
