package org.expunge.unlearning.membership;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;

/**
 * The forgetting score of the NeurIPS 2023 unlearning challenge: for each row, the largest ε that the best rule on its
 * confidence shows between unlearned and retrained models, turned into points.
 *
 * <p><b>Shapes.</b> N unlearned and N retrained models × c rows.
 *
 * <p><b>Units.</b> Between 0 (every row is told) and 1 (no rule tells any row); ε in nats.
 *
 * <p><b>Accuracy.</b> Few models bias it: even retrained against retrained models score well below 1, and less the
 * fewer there are; never read it without that floor. No ε above {@code ln(N − 1)} can be shown.
 *
 * <p><b>Cost.</b> Some 10⁵ rules a row, each counted by search.
 *
 * <p><b>Source.</b> E. Triantafillou and others, "Are we making progress in unlearning? Findings from the first NeurIPS
 * unlearning competition", 2024, section 3, with the thresholds of the code that was published with it. Deviation: a
 * row for which every rule is discarded counts as told.
 *
 * @param points mean over rows, F
 * @param forgotten the share of rows with the full point
 * @param medianEpsilon median over rows of the largest ε, {@value #CAP} where a rule makes no error
 * @param models N
 * @param rows c
 */
public record ForgettingScore(double points, double forgotten, double medianEpsilon, int models, int rows) {
    private static final double DELTA = 1e-5;
    private static final double CAP = 50;
    private static final double THRESHOLDS_PER_UNIT = 100;
    private static final double BUFFER = 2;
    private static final double COLLAPSED = 0.01;
    private static final double BUCKET = 0.5;

    /**
     * Computes the score.
     *
     * @param unlearned N × c confidences of {@link Confidence}, N at least 3
     * @param retrained N × c confidences of models that never saw the rows
     */
    public static ForgettingScore of(double[][] unlearned, double[][] retrained) {
        int models = unlearned.length;
        checkArgument(
                models >= 3 && retrained.length == models,
                "the score needs as many models on both sides, at least 3, got %s and %s",
                models,
                retrained.length);
        int rows = unlearned[0].length;
        double[] epsilons = new double[rows];
        double points = 0;
        int forgotten = 0;
        for (int row = 0; row < rows; row++) {
            epsilons[row] = epsilon(column(unlearned, row), column(retrained, row));
            double ofRow = points(epsilons[row], models);
            points += ofRow / rows;
            forgotten += ofRow == 1 ? 1 : 0;
        }
        Arrays.sort(epsilons);
        return new ForgettingScore(points, (double) forgotten / rows, epsilons[rows / 2], models, rows);
    }

    /** Full points in the first bucket, half of the one before in each that follows, none beyond what N can show. */
    private static double points(double epsilon, int models) {
        int bucket = (int) (epsilon / BUCKET);
        double last = Math.ceil(Math.log(models - 1.0));
        return (bucket + 1) * BUCKET <= last ? Math.pow(2, -bucket) : 0;
    }

    /** The largest ε of any rule on one row. */
    static double epsilon(double[] unlearned, double[] retrained) {
        boolean isRetrainedHigher = median(retrained) > median(unlearned);
        double[] high = sorted(isRetrainedHigher ? retrained : unlearned);
        double[] low = sorted(isRetrainedHigher ? unlearned : retrained);
        double smallest = Math.min(range(high), range(low));
        double largest = Math.max(range(high), range(low));
        if (!(smallest >= COLLAPSED * largest) || largest == 0) {
            return CAP;
        }
        double best = Math.max(byOneThreshold(high, low), byTwoThresholds(high, low));
        return Double.isNaN(best) || best < 0 ? CAP : Math.min(CAP, best);
    }

    private static double byOneThreshold(double[] high, double[] low) {
        double least = Math.min(high[0], low[0]);
        double most = Math.max(high[high.length - 1], low[low.length - 1]);
        int count = (int) Math.ceil((most - least) * THRESHOLDS_PER_UNIT);
        double best = -1;
        for (int i = 0; i < count; i++) {
            double threshold = at(least, most, i, count);
            best = Math.max(best, ofRates(below(low, threshold), below(high, threshold), low.length));
        }
        return best;
    }

    /** Calls what lies in a window of the narrower law's width its own. */
    private static double byTwoThresholds(double[] one, double[] other) {
        double[] narrow = range(one) >= range(other) ? other : one;
        double[] wide = narrow == other ? one : other;
        double width = range(narrow);
        double from = narrow[0] + width - BUFFER;
        double to = narrow[narrow.length - 1] + BUFFER;
        int rights = (int) Math.ceil((to - from) * THRESHOLDS_PER_UNIT);
        int lefts = (int) Math.ceil(2 * BUFFER * THRESHOLDS_PER_UNIT);
        double best = -1;
        for (int r = 0; r < rights; r++) {
            double right = at(from, to, r, rights);
            int narrowTo = notAbove(narrow, right);
            int wideTo = notAbove(wide, right);
            for (int l = 0; l < lefts; l++) {
                double left = at(right - width - BUFFER, right - width + BUFFER, l, lefts);
                int missed = narrow.length - Math.max(0, narrowTo - below(narrow, left));
                int taken = Math.max(0, wideTo - below(wide, left));
                best = Math.max(best, ofRates(wide.length - taken, missed, wide.length));
            }
        }
        return best;
    }

    /** ε of a rule that rejects so many of the negatives and misses so many of the positives; −1 if discarded. */
    private static double ofRates(int rejected, int missed, int of) {
        double fpr = (double) (of - rejected) / of;
        double fnr = (double) missed / of;
        if (fpr == 0 && fnr == 0) {
            return CAP;
        }
        if (fpr == 0 || fnr == 0) {
            return -1;
        }
        return Math.max(0, Math.max(logRatio(fpr, fnr), logRatio(fnr, fpr)));
    }

    private static double logRatio(double one, double other) {
        return 1 - DELTA - one > 0 ? Math.log((1 - DELTA - one) / other) : 0;
    }

    private static double at(double from, double to, int i, int count) {
        return count == 1 ? from : from + (to - from) * i / (count - 1);
    }

    /** Returns how many of the sorted values lie below a value. */
    private static int below(double[] sorted, double value) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static int notAbove(double[] sorted, double value) {
        return below(sorted, Math.nextUp(value));
    }

    private static double[] column(double[][] values, int column) {
        return Arrays.stream(values).mapToDouble(v -> v[column]).toArray();
    }

    private static double[] sorted(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    private static double range(double[] sorted) {
        return sorted[sorted.length - 1] - sorted[0];
    }

    private static double median(double[] values) {
        double[] sorted = sorted(values);
        int n = sorted.length;
        return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }
}
