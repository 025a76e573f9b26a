package org.expunge.influence.retraining;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.training.Seeds;

/**
 * Shapley values by random permutations: what a row adds to the rows before it, averaged over orders. Once a prefix is
 * worth nearly what all rows are, the rest of its order counts 0.
 *
 * <p><b>Shapes.</b> m outputs × n rows.
 *
 * <p><b>Units.</b> Those of the task; without truncation a permutation's values add up to {@code U(D) − U(∅)}.
 *
 * <p><b>Accuracy.</b> Unbiased without truncation, with the standard errors given. Truncation looks at the mean over
 * outputs.
 *
 * <p><b>Cost.</b> Up to {@code permutations · (n − 1) + 2} trainings; permutations run in parallel.
 *
 * <p><b>Source.</b> A. Ghorbani and J. Zou, "Data Shapley: Equitable Valuation of Data for Machine Learning", ICML
 * 2019, algorithm 1.
 */
public final class PermutationShapley {
    /**
     * How long to sample.
     *
     * @param permutations at least 1
     * @param truncation share of {@code |U(D) − U(∅)|} that a prefix may be short of, at least 0; 0 never truncates
     * @param seed decides the permutations, and is the seed of every training
     */
    public record Options(int permutations, double truncation, long seed) {
        /** 200 permutations, truncated at 1 %, seed 0. */
        public static final Options DEFAULT = new Options(200, 0.01, 0);

        /** Checks the ranges. */
        public Options {
            checkArgument(permutations >= 1, "permutations must be at least 1, got %s", permutations);
            checkArgument(truncation >= 0, "truncation must be 0 or more, got %s", truncation);
        }
    }

    /** Estimates. */
    public static final class Result {
        private final Moments[][] moments;
        private final int evaluations;

        private Result(Moments[][] moments, int evaluations) {
            this.moments = moments;
            this.evaluations = evaluations;
        }

        /** Returns m × n values. */
        public double[][] values() {
            return Moments.means(moments);
        }

        /** Returns m × n standard errors over permutations; NaN with one. */
        public double[][] standardErrors() {
            return Moments.standardErrors(moments);
        }

        /** Returns the trainings spent. */
        public int evaluations() {
            return evaluations;
        }
    }

    private final Options options;

    /** Samples with options. */
    public PermutationShapley(Options options) {
        this.options = options;
    }

    /**
     * Estimates the values of n rows.
     *
     * @param engine where to compute
     * @param task the game
     * @param n rows, at least 1
     */
    public Result values(Engine engine, SubsetTask task, int n) {
        checkArgument(n >= 1, "there are no rows to value");
        double[][] ends = new double[2][];
        int[] all = new int[n];
        Arrays.setAll(all, i -> i);
        Retrainings.forEach(
                engine, 2, (single, e) -> ends[e] = task.measure(single, e == 0 ? new int[0] : all, options.seed()));
        int permutations = options.permutations();
        double[][][] marginals = new double[permutations][][];
        int[] spent = new int[permutations];
        Retrainings.forEach(engine, permutations, (single, t) -> {
            Walk walk = new Walk(single, task, ends[0], ends[1]);
            marginals[t] = walk.along(permutation(n, t));
            spent[t] = walk.evaluations;
        });
        Moments[][] moments = new Moments[ends[0].length][n];
        for (int q = 0; q < moments.length; q++) {
            for (int i = 0; i < n; i++) {
                int output = q;
                int row = i;
                moments[q][i] = Moments.of(Arrays.stream(marginals)
                        .mapToDouble(m -> m[output][row])
                        .toArray());
            }
        }
        return new Result(moments, 2 + Arrays.stream(spent).sum());
    }

    private int[] permutation(int n, int index) {
        SplittableRandom random = new SplittableRandom(Seeds.derive(options.seed(), index));
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /** Adds the rows of one permutation one by one. */
    private final class Walk {
        private final Engine engine;
        private final SubsetTask task;
        private final double[] empty;
        private final double[] full;
        private int evaluations;

        Walk(Engine engine, SubsetTask task, double[] empty, double[] full) {
            this.engine = engine;
            this.task = task;
            this.empty = empty;
            this.full = full;
        }

        /** Returns m × n marginal contributions. */
        double[][] along(int[] order) {
            int n = order.length;
            double[][] marginals = new double[empty.length][n];
            double tolerance = options.truncation() * Math.abs(mean(full) - mean(empty));
            double[] before = empty;
            for (int t = 1; t <= n; t++) {
                if (options.truncation() > 0 && Math.abs(mean(full) - mean(before)) <= tolerance) {
                    break;
                }
                double[] after = t == n ? full : measure(Arrays.copyOf(order, t));
                for (int q = 0; q < after.length; q++) {
                    marginals[q][order[t - 1]] = after[q] - before[q];
                }
                before = after;
            }
            return marginals;
        }

        private double[] measure(int[] rows) {
            evaluations++;
            Arrays.sort(rows);
            return task.measure(engine, rows, options.seed());
        }

        private static double mean(double[] values) {
            return Arrays.stream(values).average().orElse(0);
        }
    }
}
