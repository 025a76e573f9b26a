package org.expunge.influence.evaluate;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Rank correlation of pairs of which some are drawn several times and others not, without sorting them again. */
final class ResampledSpearman {
    private final double[] x;
    private final double[] y;
    private final int[] orderOfX;
    private final int[] orderOfY;

    ResampledSpearman(double[] x, double[] y) {
        this.x = x;
        this.y = y;
        this.orderOfX = order(x);
        this.orderOfY = order(y);
    }

    /** The correlation with pair i taken {@code counts[i]} times; NaN where a side is constant. */
    double of(int[] counts) {
        double[] ranksOfX = ranks(x, orderOfX, counts);
        double[] ranksOfY = ranks(y, orderOfY, counts);
        int n = 0;
        for (int count : counts) {
            n += count;
        }
        double middle = (n + 1) / 2.0; // the mean of ranks, ties or not
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (int i = 0; i < counts.length; i++) {
            double dx = ranksOfX[i] - middle;
            double dy = ranksOfY[i] - middle;
            xx += counts[i] * dx * dx;
            yy += counts[i] * dy * dy;
            xy += counts[i] * dx * dy;
        }
        return xy / Math.sqrt(xx) / Math.sqrt(yy);
    }

    /** Mean ranks from 1 among the pairs drawn; of no meaning for pairs that were not. */
    private static double[] ranks(double[] values, int[] order, int[] counts) {
        double[] ranks = new double[values.length];
        int below = 0;
        for (int from = 0, to; from < order.length; from = to) {
            int tied = 0;
            for (to = from; to < order.length && values[order[to]] == values[order[from]]; to++) {
                tied += counts[order[to]];
            }
            for (int i = from; i < to; i++) {
                ranks[order[i]] = below + (tied + 1) / 2.0;
            }
            below += tied;
        }
        return ranks;
    }

    private static int[] order(double[] values) {
        return IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> values[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
