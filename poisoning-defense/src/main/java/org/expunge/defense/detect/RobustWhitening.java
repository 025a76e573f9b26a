package org.expunge.defense.detect;

import com.google.common.math.Quantiles;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.curvature.VectorMath;

/**
 * Centres and whitens points by the mean and covariance of a core of them: the minimum covariance determinant, by
 * concentration steps from the coordinate-wise median and median absolute deviations.
 */
final class RobustWhitening {
    private static final int MOST_STEPS = 50;
    private static final double MAD_CONSISTENCY = 1.4826;
    /** Directions in which the core has less variance than this share of its largest are left out. */
    private static final double LEAST_VARIANCE = 1e-9;

    private final Compute compute;
    private final double coreShare;

    RobustWhitening(Compute compute, double coreShare) {
        this.compute = compute;
        this.coreShare = coreShare;
    }

    /** Returns n × k points whose core has mean 0, and whose median distance is that of a standard normal. */
    double[][] whitened(double[][] points) {
        int k = points[0].length;
        int size = Math.max(k + 1, (int) (coreShare * points.length));
        double[] distances = startDistances(points);
        int[] core = nearest(distances, size);
        double[][] white = points;
        for (int t = 0; t < MOST_STEPS; t++) {
            double[][] chosen = ClassRows.select(points, core);
            double[] mean = RowMoments.mean(chosen);
            SymmetricEigen eigen = SymmetricEigen.of(compute, RowMoments.second(RowMoments.less(chosen, mean)));
            double least = LEAST_VARIANCE * eigen.value(0);
            double[][] root = eigen.map(w -> w > least ? 1 / Math.sqrt(w) : 0);
            white = times(RowMoments.less(points, mean), root);
            distances =
                    Arrays.stream(white).mapToDouble(x -> VectorMath.dot(x, x)).toArray();
            int[] next = nearest(distances, size);
            if (Arrays.equals(core, next)) {
                break;
            }
            core = next;
        }
        return rescaled(white, distances, k);
    }

    private static double[] startDistances(double[][] points) {
        double[] distances = new double[points.length];
        for (int j = 0; j < points[0].length; j++) {
            int axis = j;
            double[] column = Arrays.stream(points).mapToDouble(p -> p[axis]).toArray();
            double median = Quantiles.median().compute(column);
            double mad = MAD_CONSISTENCY
                    * Quantiles.median()
                            .compute(Arrays.stream(column)
                                    .map(x -> Math.abs(x - median))
                                    .toArray());
            for (int i = 0; i < distances.length; i++) {
                double z = mad > 0 ? (column[i] - median) / mad : 0;
                distances[i] += z * z;
            }
        }
        return distances;
    }

    private static int[] nearest(double[] distances, int size) {
        return IntStream.range(0, distances.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> distances[i]).thenComparingInt(i -> i))
                .limit(size)
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
    }

    private static double[][] times(double[][] points, double[][] root) {
        double[][] turned = new double[points.length][root.length];
        for (int i = 0; i < points.length; i++) {
            for (int j = 0; j < root.length; j++) {
                turned[i][j] = VectorMath.dot(root[j], points[i]);
            }
        }
        return turned;
    }

    /** The median of χ² with k degrees of freedom, by Wilson and Hilferty, against the median found. */
    private static double[][] rescaled(double[][] white, double[] distances, int k) {
        double found = Quantiles.median().compute(distances);
        if (found == 0) {
            return white;
        }
        double usual = k * Math.pow(1 - 2.0 / (9 * k), 3);
        double factor = Math.sqrt(usual / found);
        for (double[] x : white) {
            for (int j = 0; j < x.length; j++) {
                x[j] *= factor;
            }
        }
        return white;
    }
}
