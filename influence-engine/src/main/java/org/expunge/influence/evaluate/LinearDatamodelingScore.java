package org.expunge.influence.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.List;
import org.expunge.influence.score.Scores;

/**
 * LDS: how well sums of scores over subsets of the training rows rank the losses of models that were retrained on these
 * subsets. For each query the Spearman correlation, over subsets, of {@code −Σ_{i in subset} score(q, i)} with the loss
 * measured, for positive scores are proponents; then the mean over queries.
 *
 * <p><b>Shapes.</b> m queries, n training rows, s subsets.
 *
 * <p><b>Accuracy.</b> Retrainings are noisy: average several seeds a subset; {@link NoiseCeiling} says what their noise
 * leaves to be reached. No interval holds that noise.
 *
 * <p><b>Cost.</b> {@code m · (s · n + s log s)} operations.
 *
 * <p><b>Source.</b> S. M. Park, K. Georgiev, A. Ilyas, G. Leclerc and A. Madry, "TRAK: Attributing Model Behavior at
 * Scale", ICML 2023, definition 2.3.
 */
public final class LinearDatamodelingScore {
    private final Bootstrap bootstrap;

    /** Evaluates with intervals of the given kind. */
    public LinearDatamodelingScore(Bootstrap.Options options) {
        this.bootstrap = new Bootstrap(options);
    }

    /**
     * An LDS with its parts.
     *
     * @param mean the LDS, with an interval over queries
     * @param ofQueries the correlation of each query; 0 where it is not defined because all sums, or all losses, are
     *     equal
     */
    public record Result(Bootstrap.Interval mean, List<Double> ofQueries) {
        /** Copies the list. */
        public Result {
            ofQueries = List.copyOf(ofQueries);
        }
    }

    /**
     * Evaluates scores.
     *
     * @param scores m × n
     * @param subsets s × n: whether a row was trained on
     * @param losses s × m: loss of each query after training on a subset
     * @throws IllegalArgumentException if shapes differ, or there are fewer than 2 subsets or no query
     */
    public Result evaluate(Scores scores, boolean[][] subsets, double[][] losses) {
        check(scores.queries(), scores.rows(), subsets, losses);
        double[] correlations = new double[scores.queries()];
        Arrays.setAll(correlations, q -> {
            double spearman = RankMetrics.spearman(predicted(scores.row(q), subsets), measured(q, losses));
            return Double.isNaN(spearman) ? 0 : spearman;
        });
        return new Result(bootstrap.mean(correlations), Doubles.asList(correlations));
    }

    /**
     * Returns the LDS with an interval over queries and subsets: subsets are shared by all queries, so an interval over
     * queries alone is too narrow.
     *
     * <p>Costs {@code resamples · m · s} operations.
     *
     * @param scores m × n
     * @param subsets s × n: whether a row was trained on
     * @param losses s × m: loss of each query after training on a subset
     * @throws IllegalArgumentException as for {@link #evaluate}
     */
    public Bootstrap.Interval twoWay(double[][] scores, boolean[][] subsets, double[][] losses) {
        check(scores.length, scores.length == 0 ? 0 : scores[0].length, subsets, losses);
        ResampledSpearman[] correlations = new ResampledSpearman[scores.length];
        Arrays.setAll(correlations, q -> new ResampledSpearman(predicted(scores[q], subsets), measured(q, losses)));
        return bootstrap.twoWay(correlations.length, subsets.length, (drawnQueries, drawnSubsets) -> {
            int[] counts = new int[subsets.length];
            for (int s : drawnSubsets) {
                counts[s]++;
            }
            double sum = 0;
            for (int q : drawnQueries) {
                double spearman = correlations[q].of(counts);
                sum += Double.isNaN(spearman) ? 0 : spearman;
            }
            return sum / drawnQueries.length;
        });
    }

    private static void check(int queries, int rows, boolean[][] subsets, double[][] losses) {
        checkArgument(queries >= 1, "there is no query");
        checkArgument(subsets.length >= 2, "an LDS needs at least 2 subsets, got %s", subsets.length);
        checkArgument(
                subsets.length == losses.length,
                "%s subsets do not match %s rows of losses",
                subsets.length,
                losses.length);
        for (int s = 0; s < subsets.length; s++) {
            checkArgument(
                    subsets[s].length == rows && losses[s].length == queries,
                    "subset %s has %s rows and %s losses but the scores have %s rows and %s queries",
                    s,
                    subsets[s].length,
                    losses[s].length,
                    rows,
                    queries);
        }
    }

    /** {@code −Σ_{i in subset} score(q, i)}. */
    private static double[] predicted(double[] scores, boolean[][] subsets) {
        double[] predicted = new double[subsets.length];
        for (int s = 0; s < subsets.length; s++) {
            for (int i = 0; i < scores.length; i++) {
                predicted[s] -= subsets[s][i] ? scores[i] : 0;
            }
        }
        return predicted;
    }

    private static double[] measured(int query, double[][] losses) {
        return Arrays.stream(losses).mapToDouble(ofSubset -> ofSubset[query]).toArray();
    }
}
