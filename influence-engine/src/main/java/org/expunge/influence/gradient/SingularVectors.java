package org.expunge.influence.gradient;

import java.util.SplittableRandom;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;

/**
 * The largest singular values of a matrix V and their vectors, found in a random subspace that two products with V turn
 * towards them. {@code left · right} is then the projection of V on vectors of norm 1, so that the tail is what it
 * leaves whatever the subspace.
 */
final class SingularVectors {
    /** Vectors beyond those asked for, so that the last of them are good. */
    private static final int OVERSAMPLING = 8;

    private final double[] left;
    private final double[] right;
    private final double[] squares;
    private final double total;
    private final double roundoff;

    private SingularVectors(double[] left, double[] right, double[] squares, double total, double roundoff) {
        this.left = left;
        this.right = right;
        this.squares = squares;
        this.total = total;
        this.roundoff = roundoff;
    }

    /**
     * Finds them.
     *
     * @param v V, dense
     * @param rank how many are wanted, at most the shorter side of V
     * @param seed of the random subspace
     */
    static SingularVectors of(Compute compute, Matrix v, int rank, long seed) {
        int outputs = v.rows();
        int columns = v.columns();
        int k = Math.min(rank + OVERSAMPLING, Math.min(outputs, columns));
        SplittableRandom random = new SplittableRandom(seed);
        double[] start = new double[k * columns];
        for (int i = 0; i < start.length; i++) {
            start[i] = random.nextDouble() - 0.5;
        }
        double[] left = product(compute, start, k, v.transposed());
        orthonormalize(left, k, outputs);
        double[] right = product(compute, left, k, v);
        orthonormalize(right, k, columns);
        left = product(compute, right, k, v.transposed());
        orthonormalize(left, k, outputs);
        orthonormalize(left, k, outputs); // what one sweep leaves of near-parallel vectors
        right = product(compute, left, k, v);
        double[] gram = new double[k * k];
        for (int i = 0; i < k; i++) {
            for (int j = 0; j <= i; j++) {
                gram[i * k + j] = dot(right, i, right, j, columns);
                gram[j * k + i] = gram[i * k + j];
            }
        }
        double[] values = compute.eigen().decompose(k, gram);
        double[] squares = new double[k];
        double[] turned = new double[k * k]; // the largest first
        for (int j = 0; j < k; j++) {
            squares[j] = Math.max(0, values[k - 1 - j]);
            System.arraycopy(gram, (k - 1 - j) * k, turned, j * k, k);
        }
        return new SingularVectors(
                combine(turned, left, k, outputs),
                combine(turned, right, k, columns),
                squares,
                squaredNorm(compute, v),
                compute.precision().unitRoundoff());
    }

    /** Returns the left vectors, {@code k × out}, row by row; not a copy. */
    double[] left() {
        return left;
    }

    /** Returns the right vectors times their singular values, {@code k × columns}; not a copy. */
    double[] right() {
        return right;
    }

    /** Returns {@code (Σ_{j>r} σ_j²)^½}, enlarged by what rounding may hide. */
    double tail(int rank) {
        double kept = 0;
        for (int j = 0; j < rank; j++) {
            kept += squares[j];
        }
        return Math.sqrt(Math.max(0, total - kept) + 8 * roundoff * total);
    }

    /** Returns the fewest singular values that hold a share of the total, at most {@code most}. */
    int rankOf(double energy, int most) {
        double kept = 0;
        for (int j = 0; j < most; j++) {
            if (kept >= energy * total) {
                return Math.max(1, j);
            }
            kept += squares[j];
        }
        return most;
    }

    /** Returns {@code x m}, with x on the host, {@code k × m.rows()}. */
    private static double[] product(Compute compute, double[] x, int k, Matrix m) {
        try (Buffer from = compute.of(x);
                Buffer to = compute.allocate(k * m.columns())) {
            compute.linear().multiply(1, Matrix.of(from, k, m.rows()), m, 0, Matrix.of(to, k, m.columns()));
            return compute.toArray(to);
        }
    }

    private static double squaredNorm(Compute compute, Matrix v) {
        int length = v.rows() * v.columns();
        try (Buffer copy = compute.allocate(length)) {
            compute.copy(v.buffer(), v.offset(), copy, 0, length);
            return compute.reductions().dot(length, copy, copy);
        }
    }

    /** Makes rows orthonormal; one that depends on those before becomes 0. */
    private static void orthonormalize(double[] rows, int count, int length) {
        for (int i = 0; i < count; i++) {
            double before = Math.sqrt(dot(rows, i, rows, i, length));
            for (int j = 0; j < i; j++) {
                double along = dot(rows, i, rows, j, length);
                for (int t = 0; t < length; t++) {
                    rows[i * length + t] -= along * rows[j * length + t];
                }
            }
            double norm = Math.sqrt(dot(rows, i, rows, i, length));
            double factor = norm > 1e-14 * before ? 1 / norm : 0;
            for (int t = 0; t < length; t++) {
                rows[i * length + t] *= factor;
            }
        }
    }

    private static double dot(double[] x, int i, double[] y, int j, int length) {
        double first = 0;
        double second = 0;
        int t = 0;
        for (; t < length - 1; t += 2) {
            first += x[i * length + t] * y[j * length + t];
            second += x[i * length + t + 1] * y[j * length + t + 1];
        }
        return t < length ? first + second + x[i * length + t] * y[j * length + t] : first + second;
    }

    /** Returns {@code turn · rows}. */
    private static double[] combine(double[] turn, double[] rows, int count, int length) {
        double[] combined = new double[count * length];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < count; j++) {
                double factor = turn[i * count + j];
                for (int t = 0; t < length; t++) {
                    combined[i * length + t] += factor * rows[j * length + t];
                }
            }
        }
        return combined;
    }
}
