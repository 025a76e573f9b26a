package org.expunge.influence.score.automatic;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.LossOperator;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowSample;
import org.expunge.influence.evaluate.RankMetrics;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.Scores;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.solver.ShiftedConjugateGradient;
import org.expunge.influence.solver.SolveResult;

/**
 * How the ranks of scores move with λ: Spearman's correlation between the scores at neighbouring dampings, over a
 * sample of queries. Where neighbours agree, the choice of λ hardly matters.
 *
 * <p><b>Units.</b> λ of the mean loss.
 *
 * <p><b>Cost.</b> With a curvature: one solve a query, at the smallest λ and without a preconditioner, which gives all
 * others, and a forward and backward pass over the rows. With estimators: one table for each λ.
 */
public final class DampingSweep {
    /**
     * How much to spend.
     *
     * @param queries how many to draw, at least 1; all if there are no more
     * @param solve when a solve stops
     * @param seed decides the draw
     */
    public record Options(int queries, ConjugateGradient.Options solve, long seed) {
        /** 16 queries, residuals of a hundredth within 500 products. */
        public static final Options DEFAULT = new Options(16, new ConjugateGradient.Options(1e-2, 500), 0);

        /** Checks the range. */
        public Options {
            checkArgument(queries >= 1, "queries must be at least 1, got %s", queries);
        }
    }

    /**
     * Two neighbours.
     *
     * @param lower the smaller λ
     * @param higher the larger λ
     * @param agreement mean of Spearman's correlation over queries
     * @param least that of the query that agrees least
     */
    public record Step(double lower, double higher, double agreement, double least) {}

    /**
     * A sweep.
     *
     * @param steps from the smallest λ up, one fewer than there are dampings
     * @param queries how many were drawn
     * @param unconverged solves that stopped before their tolerance, over all queries and dampings
     */
    public record Result(List<Step> steps, int queries, int unconverged) {
        /** Copies the list. */
        public Result {
            steps = List.copyOf(steps);
        }
    }

    private final Options options;

    /** Keeps the options. */
    public DampingSweep(Options options) {
        this.options = options;
    }

    /**
     * Sweeps the damping of exact solves.
     *
     * @param engine where to compute
     * @param model the model that the curvature is of
     * @param curvature C, of the mean loss; positive semi-definite
     * @param dampings at least two, different, above 0
     * @param train rows to rank, at least 2
     * @param queries whose scores, at least 1
     */
    public Result sweep(
            Engine engine, Model model, LossOperator curvature, List<Double> dampings, Dataset train, Dataset queries) {
        List<Double> ascending = checked(dampings, train, queries);
        Dataset sample = RowSample.of(queries, options.queries(), options.seed());
        ShiftedConjugateGradient solver = new ShiftedConjugateGradient(options.solve());
        PerExample perExample = new PerExample(engine);
        double[][][] scores = new double[ascending.size()][sample.size()][];
        int unconverged = 0;
        double[][] gradients = perExample.gradients(model, sample);
        for (int q = 0; q < gradients.length; q++) {
            List<SolveResult> results = solver.solve(curvature, ParameterVector.of(gradients[q]), ascending);
            unconverged += (int)
                    results.stream().filter(result -> !result.isConverged()).count();
            double[][] ofQuery = perExample.dots(
                    model,
                    train,
                    results.stream().map(result -> result.solution().toArray()).toList());
            for (int k = 0; k < ofQuery.length; k++) {
                scores[k][q] = ofQuery[k];
            }
        }
        return new Result(steps(ascending, scores), sample.size(), unconverged);
    }

    /**
     * Sweeps the damping of any estimator.
     *
     * @param estimators gives the estimator with a λ
     * @param dampings at least two, different, above 0
     * @param train rows to rank, at least 2
     * @param queries whose scores, at least 1
     */
    public Result sweep(DoubleFunction<Estimator> estimators, List<Double> dampings, Dataset train, Dataset queries) {
        List<Double> ascending = checked(dampings, train, queries);
        Dataset sample = RowSample.of(queries, options.queries(), options.seed());
        double[][][] scores = new double[ascending.size()][sample.size()][];
        int unconverged = 0;
        for (int k = 0; k < scores.length; k++) {
            Scores table = estimators.apply(ascending.get(k)).score(train, sample);
            unconverged += table.provenance().inverse().unconverged();
            Arrays.setAll(scores[k], table::row);
        }
        return new Result(steps(ascending, scores), sample.size(), unconverged);
    }

    private static List<Double> checked(List<Double> dampings, Dataset train, Dataset queries) {
        checkArgument(train.size() >= 2, "ranks need at least 2 rows, got %s", train.size());
        checkArgument(queries.size() >= 1, "%s has no queries", queries.name());
        List<Double> ascending = dampings.stream().distinct().sorted().toList();
        checkArgument(
                ascending.size() >= 2 && ascending.size() == dampings.size() && ascending.get(0) > 0,
                "a sweep needs at least 2 different dampings above 0, got %s",
                dampings);
        return ascending;
    }

    private static List<Step> steps(List<Double> dampings, double[][][] scores) {
        List<Step> steps = new ArrayList<>();
        for (int k = 0; k + 1 < scores.length; k++) {
            double[][] lower = scores[k];
            double[][] higher = scores[k + 1];
            double[] agreements = IntStream.range(0, lower.length)
                    .mapToDouble(q -> RankMetrics.spearman(lower[q], higher[q]))
                    .toArray();
            steps.add(new Step(
                    dampings.get(k),
                    dampings.get(k + 1),
                    Arrays.stream(agreements).average().orElseThrow(),
                    Arrays.stream(agreements).min().orElseThrow()));
        }
        return steps;
    }
}
