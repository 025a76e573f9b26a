package org.expunge.influence.testkit;

import java.util.Arrays;

/** Solves small dense systems by elimination with row exchanges: the oracle of what solvers and inverses find. */
public final class DenseSolve {
    private DenseSolve() {}

    /**
     * Solves {@code A x = b}, with one step of refinement.
     *
     * @param a square, left as it was
     * @param b left as it was
     */
    public static double[] solve(double[][] a, double[] b) {
        double[] x = eliminate(a, b);
        double[] residual = b.clone();
        for (int i = 0; i < b.length; i++) {
            for (int j = 0; j < b.length; j++) {
                residual[i] -= a[i][j] * x[j];
            }
        }
        double[] correction = eliminate(a, residual);
        Arrays.setAll(x, i -> x[i] + correction[i]);
        return x;
    }

    private static double[] eliminate(double[][] a, double[] b) {
        int n = b.length;
        double[][] rows = new double[n][];
        for (int i = 0; i < n; i++) {
            rows[i] = Arrays.copyOf(a[i], n + 1);
            rows[i][n] = b[i];
        }
        for (int k = 0; k < n; k++) {
            exchange(rows, k);
            for (int i = k + 1; i < n; i++) {
                double factor = rows[i][k] / rows[k][k];
                for (int j = k; j <= n; j++) {
                    rows[i][j] -= factor * rows[k][j];
                }
            }
        }
        double[] x = new double[n];
        for (int i = n - 1; i >= 0; i--) {
            double sum = rows[i][n];
            for (int j = i + 1; j < n; j++) {
                sum -= rows[i][j] * x[j];
            }
            x[i] = sum / rows[i][i];
        }
        return x;
    }

    private static void exchange(double[][] rows, int k) {
        int largest = k;
        for (int i = k + 1; i < rows.length; i++) {
            largest = Math.abs(rows[i][k]) > Math.abs(rows[largest][k]) ? i : largest;
        }
        double[] row = rows[k];
        rows[k] = rows[largest];
        rows[largest] = row;
    }
}
