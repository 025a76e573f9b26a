package org.expunge.influence.solver;

/**
 * {@code S = LLᵀ} of the small matrix of a block iteration; where S is not positive definite, the direction that shows
 * it.
 */
final class SmallCholesky {
    private final double[][] l;
    private final int failedAt;
    private final double pivot;

    /** Factors {@code s}, symmetric, of which the lower triangle is read. */
    SmallCholesky(double[][] s) {
        int n = s.length;
        l = new double[n][n];
        int failed = -1;
        double last = Double.NaN;
        for (int i = 0; i < n && failed < 0; i++) {
            for (int j = 0; j < i; j++) {
                l[i][j] = (s[i][j] - dot(l[i], l[j], j)) / l[j][j];
            }
            last = s[i][i] - dot(l[i], l[i], i);
            if (last > 0) {
                l[i][i] = Math.sqrt(last);
            } else { // NaN lands here too
                failed = i;
            }
        }
        failedAt = failed;
        pivot = last;
    }

    boolean isPositiveDefinite() {
        return failedAt < 0;
    }

    /** Returns {@code dᵀSd / dᵀd}, at most 0 or NaN, of the direction at which factoring failed. */
    double failedCurvature() {
        double[] direction = new double[failedAt + 1];
        direction[failedAt] = 1;
        for (int i = failedAt - 1; i >= 0; i--) { // solves Lᵀ d = −l, with l the row that failed
            double sum = -l[failedAt][i];
            for (int j = i + 1; j < failedAt; j++) {
                sum -= l[j][i] * direction[j];
            }
            direction[i] = sum / l[i][i];
        }
        return pivot / Vectors.dot(direction, direction);
    }

    /** Returns {@code S⁻¹ b}. */
    double[] solve(double[] b) {
        double[] x = b.clone();
        for (int i = 0; i < x.length; i++) {
            x[i] = (x[i] - dot(l[i], x, i)) / l[i][i];
        }
        for (int i = x.length - 1; i >= 0; i--) {
            for (int j = i + 1; j < x.length; j++) {
                x[i] -= l[j][i] * x[j];
            }
            x[i] /= l[i][i];
        }
        return x;
    }

    private static double dot(double[] x, double[] y, int length) {
        double sum = 0;
        for (int i = 0; i < length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }
}
