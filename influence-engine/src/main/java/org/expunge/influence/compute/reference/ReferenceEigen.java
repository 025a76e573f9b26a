package org.expunge.influence.compute.reference;

import static org.expunge.influence.compute.KernelChecks.checkSquare;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.expunge.influence.compute.EigenKernels;

/**
 * Cyclic Jacobi rotations: some ten sweeps of {@code 4 n³} multiplications each.
 *
 * <p><b>Source.</b> G. H. Golub and C. F. Van Loan, "Matrix Computations", 4th edition, 2013, section 8.5.3.
 */
final class ReferenceEigen implements EigenKernels {
    /** Jacobi converges quadratically: sizes in the thousands take fewer than 20 sweeps. */
    private static final int MOST_SWEEPS = 60;

    @Override
    public double[] decompose(int n, double[] matrix) {
        checkSquare(n, matrix);
        double[] a = matrix.clone();
        double[] q = new double[n * n];
        for (int i = 0; i < n; i++) {
            q[i * n + i] = 1;
        }
        double negligible = norm(a) * 0x1p-53 / Math.max(1, n);
        for (int sweep = 0; sweep < MOST_SWEEPS && rotateAll(n, a, q, negligible); sweep++) {
            // each sweep lowers the sum of squares off the diagonal
        }
        int[] order = IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> a[i * n + i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] values = new double[n];
        for (int k = 0; k < n; k++) {
            values[k] = a[order[k] * n + order[k]];
            System.arraycopy(q, order[k] * n, matrix, k * n, n);
        }
        return values;
    }

    /** Rotates every entry above the diagonal away once; returns whether there was one worth it. */
    private static boolean rotateAll(int n, double[] a, double[] q, double negligible) {
        boolean hasRotated = false;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                if (Math.abs(a[i * n + j]) > negligible) {
                    rotate(n, a, q, i, j);
                    hasRotated = true;
                }
            }
        }
        return hasRotated;
    }

    private static void rotate(int n, double[] a, double[] q, int i, int j) {
        double tau = (a[j * n + j] - a[i * n + i]) / (2 * a[i * n + j]);
        double tangent = Math.copySign(1, tau) / (Math.abs(tau) + Math.hypot(1, tau));
        double cosine = 1 / Math.hypot(1, tangent);
        double sine = tangent * cosine;
        for (int k = 0; k < n; k++) {
            turn(a, k * n + i, k * n + j, cosine, sine);
        }
        for (int k = 0; k < n; k++) {
            turn(a, i * n + k, j * n + k, cosine, sine);
            turn(q, i * n + k, j * n + k, cosine, sine);
        }
    }

    private static void turn(double[] values, int x, int y, double cosine, double sine) {
        double before = values[x];
        values[x] = cosine * before - sine * values[y];
        values[y] = sine * before + cosine * values[y];
    }

    private static double norm(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }
}
