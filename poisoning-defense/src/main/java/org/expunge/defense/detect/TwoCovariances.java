package org.expunge.defense.detect;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.curvature.VectorMath;

/**
 * The covariance between classes and that within them, for {@code x = μ_y + ε}, by expectation-maximisation.
 *
 * <p><b>Cost.</b> O(n d²) once and O(C d³) an iteration.
 *
 * <p><b>Source.</b> D. Chen et al., "Bayesian Face Revisited", ECCV 2012, section 3.3, as SCAn uses it.
 */
final class TwoCovariances {
    private static final int MOST_ITERATIONS = 50;
    private static final double TOLERANCE = 1e-5;

    /** Added to the within-class variances, as a share of their mean: keeps the inverse of few rows finite. */
    private static final double RIDGE = 1e-3;

    private final Compute compute;

    TwoCovariances(Compute compute) {
        this.compute = compute;
    }

    /**
     * Returns {@code S_ε⁻¹}.
     *
     * @param points n × d, mean 0
     */
    double[][] withinPrecision(double[][] points, int[] labels, int classes) {
        int d = points[0].length;
        int[] counts = new int[classes];
        double[][] means = means(points, labels, counts);
        double[][] residual = new double[points.length][d];
        for (int i = 0; i < points.length; i++) {
            for (int j = 0; j < d; j++) {
                residual[i][j] = points[i][j] - means[labels[i]][j];
            }
        }
        double[][] scatter = RowMoments.second(residual);
        double[][] between = RowMoments.second(present(means, counts));
        double[][] within = ridged(scatter);
        for (int t = 0; t < MOST_ITERATIONS; t++) {
            double[][] expected = new double[classes][];
            double[][] shift = new double[d][d];
            for (int c = 0; c < classes; c++) {
                expected[c] = counts[c] == 0 ? new double[d] : expectedMean(between, within, counts[c], means[c]);
                addOuter(shift, less(means[c], expected[c]), counts[c] / (double) points.length);
            }
            double[][] next = ridged(sum(scatter, shift));
            between = RowMoments.second(present(expected, counts));
            double change = difference(within, next);
            within = next;
            if (change < TOLERANCE) {
                break;
            }
        }
        return inverse(within);
    }

    /** {@code E[μ | n rows of mean m] = n S_μ (n S_μ + S_ε)⁻¹ m}. */
    private double[] expectedMean(double[][] between, double[][] within, int count, double[] mean) {
        int d = mean.length;
        double[][] both = new double[d][d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                both[i][j] = count * between[i][j] + within[i][j];
            }
        }
        double[] solved = times(inverse(both), mean);
        double[] expected = times(between, solved);
        for (int j = 0; j < d; j++) {
            expected[j] *= count;
        }
        return expected;
    }

    private double[][] inverse(double[][] matrix) {
        return SymmetricEigen.of(compute, matrix).map(w -> w > 0 ? 1 / w : 0);
    }

    private static double[][] means(double[][] points, int[] labels, int[] counts) {
        double[][] means = new double[counts.length][points[0].length];
        for (int label : labels) {
            counts[label]++;
        }
        for (int i = 0; i < points.length; i++) {
            for (int j = 0; j < points[i].length; j++) {
                means[labels[i]][j] += points[i][j] / counts[labels[i]];
            }
        }
        return means;
    }

    private static double[][] present(double[][] means, int[] counts) {
        return IntStream.range(0, counts.length)
                .filter(c -> counts[c] > 0)
                .mapToObj(c -> means[c])
                .toArray(double[][]::new);
    }

    private static double[][] ridged(double[][] matrix) {
        double trace = 0;
        for (int i = 0; i < matrix.length; i++) {
            trace += matrix[i][i];
        }
        double[][] ridged = Arrays.stream(matrix).map(double[]::clone).toArray(double[][]::new);
        for (int i = 0; i < matrix.length; i++) {
            ridged[i][i] += RIDGE * trace / matrix.length + Double.MIN_NORMAL;
        }
        return ridged;
    }

    private static double[] times(double[][] a, double[] x) {
        return Arrays.stream(a).mapToDouble(row -> VectorMath.dot(row, x)).toArray();
    }

    private static double[] less(double[] a, double[] b) {
        double[] difference = a.clone();
        for (int j = 0; j < a.length; j++) {
            difference[j] -= b[j];
        }
        return difference;
    }

    private static double[][] sum(double[][] a, double[][] b) {
        double[][] sum = new double[a.length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a.length; j++) {
                sum[i][j] = a[i][j] + b[i][j];
            }
        }
        return sum;
    }

    private static void addOuter(double[][] into, double[] x, double factor) {
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x.length; j++) {
                into[i][j] += factor * x[i] * x[j];
            }
        }
    }

    /** The largest change, as a share of the largest entry. */
    private static double difference(double[][] a, double[][] b) {
        double most = 0;
        double size = Double.MIN_NORMAL;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a.length; j++) {
                most = Math.max(most, Math.abs(a[i][j] - b[i][j]));
                size = Math.max(size, Math.abs(b[i][j]));
            }
        }
        return most / size;
    }
}
