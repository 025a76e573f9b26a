package org.expunge.defense.detect;

import com.google.common.primitives.Doubles;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.curvature.VectorMath;

/**
 * The rows of one class as two normal groups that share a known covariance, by expectation-maximisation over means and
 * shares.
 *
 * @param gain gain in log-likelihood a row over a single group, 0 or more
 * @param posteriors for each row, the probability of the group with the smaller share
 */
record GroupSplit(double gain, List<Double> posteriors) {
    private static final int MOST_ITERATIONS = 200;
    private static final double TOLERANCE = 1e-7;
    private static final int STARTS = 3;

    /** Splits rows under a precision matrix; fewer than two rows do not split. */
    static GroupSplit of(Compute compute, double[][] rows, double[][] precision) {
        if (rows.length < 2) {
            return new GroupSplit(0, Collections.nCopies(rows.length, 0.0));
        }
        double[][] root = SymmetricEigen.of(compute, precision).map(w -> Math.sqrt(Math.max(0, w)));
        double[][] white = new double[rows.length][];
        double[] mean = RowMoments.mean(rows);
        double[][] centred = RowMoments.less(rows, mean);
        for (int i = 0; i < rows.length; i++) {
            white[i] = new double[mean.length];
            for (int j = 0; j < mean.length; j++) {
                white[i][j] = VectorMath.dot(root[j], centred[i]);
            }
        }
        SymmetricEigen spread = SymmetricEigen.of(compute, RowMoments.second(white));
        GroupSplit best = new GroupSplit(0, Collections.nCopies(rows.length, 0.0));
        for (int k = 0; k < Math.min(STARTS, spread.size()); k++) {
            for (double sign : new double[] {1, -1}) {
                GroupSplit found = from(white, spread.vector(k), sign);
                best = found.gain() > best.gain() ? found : best;
            }
        }
        return best;
    }

    /** Starts from the outer tenth of the rows along a direction. */
    private static GroupSplit from(double[][] white, double[] direction, double sign) {
        int n = white.length;
        double[] along = new double[n];
        for (int i = 0; i < n; i++) {
            along[i] = sign * VectorMath.dot(white[i], direction);
        }
        List<Double> ordered = new ArrayList<>(Doubles.asList(along));
        Collections.sort(ordered);
        double cut = ordered.get(Math.max(0, n - 1 - Math.max(1, n / 10)));
        double[] posterior = new double[n];
        for (int i = 0; i < n; i++) {
            posterior[i] = along[i] > cut ? 1 : 0;
        }
        return improve(white, posterior);
    }

    private static GroupSplit improve(double[][] white, double[] posterior) {
        int n = white.length;
        double before = Double.NEGATIVE_INFINITY;
        double gain = 0;
        double share = 0;
        for (int t = 0; t < MOST_ITERATIONS; t++) {
            double weight = 0;
            for (double p : posterior) {
                weight += p;
            }
            if (weight < 1 || n - weight < 1) {
                return new GroupSplit(0, Collections.nCopies(n, 0.0));
            }
            share = weight / n;
            double[] second = weightedMean(white, posterior, false);
            double[] first = weightedMean(white, posterior, true);
            gain = 0;
            for (int i = 0; i < n; i++) {
                double one = squaredNorm(white[i]) / 2;
                double a = Math.log(1 - share) - squaredDistance(white[i], first) / 2;
                double b = Math.log(share) - squaredDistance(white[i], second) / 2;
                double top = Math.max(a, b);
                double both = top + Math.log(Math.exp(a - top) + Math.exp(b - top));
                posterior[i] = Math.exp(b - both);
                gain += (both + one) / n;
            }
            if (gain - before < TOLERANCE) {
                break;
            }
            before = gain;
        }
        return new GroupSplit(Math.max(0, gain), minority(posterior, share));
    }

    private static List<Double> minority(double[] posterior, double share) {
        List<Double> minority = new ArrayList<>(posterior.length);
        for (double p : posterior) {
            minority.add(share <= 0.5 ? p : 1 - p);
        }
        return minority;
    }

    private static double[] weightedMean(double[][] rows, double[] posterior, boolean isFirst) {
        double[] mean = new double[rows[0].length];
        double total = 0;
        for (int i = 0; i < rows.length; i++) {
            double w = isFirst ? 1 - posterior[i] : posterior[i];
            total += w;
            for (int j = 0; j < mean.length; j++) {
                mean[j] += w * rows[i][j];
            }
        }
        for (int j = 0; j < mean.length; j++) {
            mean[j] /= total;
        }
        return mean;
    }

    private static double squaredNorm(double[] x) {
        return VectorMath.dot(x, x);
    }

    private static double squaredDistance(double[] a, double[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += (a[j] - b[j]) * (a[j] - b[j]);
        }
        return sum;
    }
}
