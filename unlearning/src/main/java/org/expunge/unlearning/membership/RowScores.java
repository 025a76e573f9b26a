package org.expunge.unlearning.membership;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.expunge.influence.evaluate.Bootstrap;

/**
 * The scores that an attack gave candidate rows in paired runs, and the figures they make. In the runs {@code 2k} and
 * {@code 2k + 1} complementary rows were forgotten; the others were never seen.
 *
 * <p><b>Accuracy.</b> Intervals are by bootstrap over rows and over pairs of runs, drawn independently, as all rows of
 * a run share its model.
 *
 * <p><b>Cost.</b> One sort, and a pass over all scores for each resample.
 */
final class RowScores {
    private static final double EXPOSED = 0.75;
    private static final double TOP = 0.95;

    private final double[][] scores;
    private final boolean[][] isIn;
    private final int runs;
    private final int rows;
    private final int[] order;

    /**
     * Holds scores.
     *
     * @param scores runs × rows; the larger, the more the row looks forgotten and not never seen
     * @param isIn runs × rows: whether the row was forgotten in that run
     */
    RowScores(double[][] scores, boolean[][] isIn) {
        checkPairs(isIn);
        this.scores = scores;
        this.isIn = isIn;
        this.runs = scores.length;
        this.rows = scores[0].length;
        this.order = IntStream.range(0, runs * rows)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer cell) -> -score(cell)))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Refuses runs that do not come in complementary pairs. */
    static void checkPairs(boolean[][] isIn) {
        checkArgument(isIn.length >= 2 && isIn.length % 2 == 0, "runs come in pairs, got %s", isIn.length);
        for (int t = 0; t < isIn.length; t += 2) {
            for (int c = 0; c < isIn[t].length; c++) {
                checkArgument(
                        isIn[t][c] != isIn[t + 1][c],
                        "row %s is on the same side in runs %s and %s, which must be complementary",
                        c,
                        t,
                        t + 1);
            }
        }
    }

    RowFigures figures(double falsePositives, Bootstrap.Options options) {
        double[] ofRows = rowAccuracies();
        Arrays.sort(ofRows);
        return new RowFigures(
                estimate(options, this::accuracy),
                estimate(options, this::auc),
                estimate(options, weights -> truePositives(weights, falsePositives)),
                falsePositives,
                ofRows[(int) Math.min(rows - 1, Math.ceil(TOP * rows) - 1)],
                (double) Arrays.stream(ofRows).filter(a -> a > EXPOSED).count() / rows,
                rows,
                runs);
    }

    /** Returns the share of runs in which each row was told right, ties counting half. */
    private double[] rowAccuracies() {
        double[] accuracies = new double[rows];
        for (int cell = 0; cell < runs * rows; cell++) {
            accuracies[cell % rows] += right(cell) / runs;
        }
        return accuracies;
    }

    private double score(int cell) {
        return scores[cell / rows][cell % rows];
    }

    private boolean isIn(int cell) {
        return isIn[cell / rows][cell % rows];
    }

    private double right(int cell) {
        double score = score(cell);
        return score == 0 ? 0.5 : (score > 0) == isIn(cell) ? 1 : 0;
    }

    /** How often each row and each pair of runs was drawn. */
    private static final class Weights {
        private final int[] ofRow;
        private final int[] ofPair;

        Weights(int[] ofRow, int[] ofPair) {
            this.ofRow = ofRow;
            this.ofPair = ofPair;
        }
    }

    private double weight(Weights weights, int cell) {
        return (double) weights.ofRow[cell % rows] * weights.ofPair[cell / rows / 2];
    }

    private Estimate estimate(Bootstrap.Options options, ToDoubleFunction<Weights> figure) {
        Bootstrap.Interval found = new Bootstrap(options)
                .twoWay(
                        rows,
                        runs / 2,
                        (drawnRows, drawnPairs) -> figure.applyAsDouble(
                                new Weights(counts(drawnRows, rows), counts(drawnPairs, runs / 2))));
        return new Estimate(found.estimate(), new Interval(found.low(), found.high()));
    }

    private static int[] counts(int[] drawn, int of) {
        int[] counts = new int[of];
        for (int item : drawn) {
            counts[item]++;
        }
        return counts;
    }

    private double accuracy(Weights weights) {
        double right = 0;
        double all = 0;
        for (int cell = 0; cell < runs * rows; cell++) {
            double weight = weight(weights, cell);
            right += weight * right(cell);
            all += weight;
        }
        return right / all;
    }

    private double auc(Weights weights) {
        double[] above = new double[1];
        double[] sides = new double[2];
        forEachTie(weights, (ins, outs) -> {
            above[0] += outs * (sides[1] + ins / 2);
            sides[0] += outs;
            sides[1] += ins;
            return true;
        });
        return above[0] / (sides[0] * sides[1]);
    }

    private double truePositives(Weights weights, double falsePositives) {
        double[] totals = totals(weights);
        double[] found = new double[2];
        double[] best = new double[1];
        forEachTie(weights, (ins, outs) -> {
            found[0] += outs;
            found[1] += ins;
            boolean isAllowed = found[0] <= falsePositives * totals[0];
            best[0] = isAllowed ? found[1] / totals[1] : best[0];
            return isAllowed;
        });
        return best[0];
    }

    private double[] totals(Weights weights) {
        double[] totals = new double[2];
        for (int cell = 0; cell < runs * rows; cell++) {
            totals[isIn(cell) ? 1 : 0] += weight(weights, cell);
        }
        return totals;
    }

    /** Takes the weights of the cells that share a score; says whether to go on. */
    private interface TieTask {
        boolean take(double ins, double outs);
    }

    /** Goes through the scores from the highest on. */
    private void forEachTie(Weights weights, TieTask task) {
        int i = 0;
        boolean isWanted = true;
        while (isWanted && i < order.length) {
            double score = score(order[i]);
            double ins = 0;
            double outs = 0;
            for (; i < order.length && score(order[i]) == score; i++) {
                double weight = weight(weights, order[i]);
                ins += isIn(order[i]) ? weight : 0;
                outs += isIn(order[i]) ? 0 : weight;
            }
            isWanted = task.take(ins, outs);
        }
    }
}
