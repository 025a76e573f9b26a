package org.expunge.influence.score.trak;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Workers;

/** {@code C = ΦᵀΦ/n} of one model, summed over blocks of rows, and its solves. In double. */
final class MarginGram {
    private static final int ROWS_PER_TASK = 8;

    private final int k;
    private final double[] sums;
    private int rows;

    MarginGram(int k) {
        this.k = k;
        this.sums = new double[Math.multiplyExact(k, k)];
    }

    /** Adds rows of Φ. Each entry is summed in row order, whatever the number of workers. */
    void add(Workers workers, double[][] phi) {
        rows += phi.length;
        workers.run((k + ROWS_PER_TASK - 1) / ROWS_PER_TASK, (worker, task) -> {
            int end = Math.min(k, (task + 1) * ROWS_PER_TASK);
            for (double[] features : phi) {
                for (int a = task * ROWS_PER_TASK; a < end; a++) {
                    addScaled(features[a], features, a);
                }
            }
        });
    }

    private void addScaled(double alpha, double[] features, int row) {
        int to = row * k;
        for (int b = 0; b < k; b++) {
            sums[to + b] += alpha * features[b];
        }
    }

    /** Returns λ: a share of the mean eigenvalue of C. */
    double damping(double share) {
        double trace = 0;
        for (int a = 0; a < k; a++) {
            trace += sums[a * k + a];
        }
        return share * trace / k / rows;
    }

    /**
     * Returns the Cholesky factor of {@code C + λI}.
     *
     * @throws IllegalArgumentException if it is not positive definite
     */
    double[] factor(Compute compute, double damping) {
        double[] matrix = new double[sums.length];
        for (int i = 0; i < matrix.length; i++) {
            matrix[i] = sums[i] / rows + (i % (k + 1) == 0 ? damping : 0);
        }
        try {
            compute.cholesky().factor(k, matrix);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "margins of " + rows + " rows do not span " + k + " dimensions (damping " + damping
                            + "): take fewer dimensions or more damping",
                    e);
        }
        return matrix;
    }

    /** Replaces each row of {@code phi} by {@code (C + λI)⁻¹ φ}. */
    void solve(Compute compute, double[] factor, double[][] phi) {
        checkArgument(phi.length == 0 || phi[0].length == k, "features of another width than %s", k);
        double[] sides = new double[Math.multiplyExact(phi.length, k)];
        for (int q = 0; q < phi.length; q++) {
            System.arraycopy(phi[q], 0, sides, q * k, k);
        }
        compute.cholesky().solve(k, factor, phi.length, sides);
        for (int q = 0; q < phi.length; q++) {
            System.arraycopy(sides, q * k, phi[q], 0, k);
        }
    }
}
