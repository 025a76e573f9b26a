package org.expunge.influence.solver;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * Approximate eigenpairs {@code (θ_k, y_k)} of a symmetric operator from a {@link KrylovBasis}. Each has a certificate:
 * {@code ‖A y_k − θ_k y_k‖}, within which an eigenvalue of {@code A} lies.
 *
 * <p><b>Shapes.</b> At most m pairs; vectors have length {@code p}, norm 1, and are orthogonal to each other.
 *
 * <p><b>Cost.</b> A vector is formed when asked for, by {@code 2 m p} FLOP.
 */
public final class RitzPairs {
    /** Which pairs are kept, and in which order. */
    public enum Selection {
        /** Of the largest {@code |θ|}, also where θ is negative. */
        MAGNITUDE,
        /** Of the largest θ above 0. */
        POSITIVE
    }

    private final double[][] basis;
    private final double[] values;
    private final double[][] coefficients;
    private final double nextNorm;
    private final double startNorm;

    /**
     * Keeps the arrays.
     *
     * @param coefficients row k holds {@code Qᵀ y_k}
     */
    RitzPairs(double[][] basis, double[] values, double[][] coefficients, double nextNorm, double startNorm) {
        this.basis = basis;
        this.values = values;
        this.coefficients = coefficients;
        this.nextNorm = nextNorm;
        this.startNorm = startNorm;
    }

    /** Returns how many pairs there are. */
    public int size() {
        return values.length;
    }

    /** Returns {@code p}. */
    public int dimension() {
        return basis[0].length;
    }

    /** Returns a copy of the θ: ascending, or in the order of {@link #largest}. */
    public double[] values() {
        return values.clone();
    }

    /** Returns {@code ‖A y_k − θ_k y_k‖} of each pair, in exact arithmetic and for a fixed symmetric operator. */
    public double[] residuals() {
        int last = basis.length - 1;
        return Arrays.stream(coefficients)
                .mapToDouble(row -> nextNorm * Math.abs(row[last]))
                .toArray();
    }

    /**
     * Returns {@code (y_kᵀ b)² / ‖b‖²} of each pair: the weights of the quadrature {@code bᵀf(A)b / ‖b‖² ≈ Σ weight ·
     * f(θ)}, which sum to 1 over all pairs.
     */
    public double[] weights() {
        return Arrays.stream(coefficients).mapToDouble(row -> row[0] * row[0]).toArray();
    }

    /** Returns {@code y_k}, a new array. */
    public double[] vector(int k) {
        double[] vector = new double[dimension()];
        for (int i = 0; i < basis.length; i++) {
            Vectors.addScaled(coefficients[k][i], basis[i], vector);
        }
        return vector;
    }

    /**
     * Returns {@code Σ f(θ_k) (y_kᵀ b) y_k}, an approximation to {@code f(A) b} for the vector b that the basis started
     * from: exact for an invariant basis, and with {@code 1/θ} the iterate of conjugate gradients after m products.
     *
     * @param f of an eigenvalue
     * @return a new array, length {@code p}
     */
    public double[] function(DoubleUnaryOperator f) {
        double[] weights = new double[basis.length];
        for (int k = 0; k < values.length; k++) {
            Vectors.addScaled(startNorm * f.applyAsDouble(values[k]) * coefficients[k][0], coefficients[k], weights);
        }
        double[] sum = new double[dimension()];
        for (int i = 0; i < basis.length; i++) {
            Vectors.addScaled(weights[i], basis[i], sum);
        }
        return sum;
    }

    /**
     * Keeps some pairs.
     *
     * @param count most pairs to keep, at least 1; fewer if there are no more
     * @param selection which
     * @return those pairs, the largest first; ties in ascending order of θ
     */
    public RitzPairs largest(int count, Selection selection) {
        checkArgument(count >= 1, "at least 1 pair must be kept, got %s", count);
        boolean isSigned = selection == Selection.POSITIVE;
        int[] kept = IntStream.range(0, values.length)
                .filter(k -> !isSigned || values[k] > 0)
                .boxed()
                .sorted(Comparator.comparingDouble(k -> -Math.abs(values[k])))
                .limit(count)
                .mapToInt(Integer::intValue)
                .toArray();
        return new RitzPairs(
                basis,
                Arrays.stream(kept).mapToDouble(k -> values[k]).toArray(),
                Arrays.stream(kept).mapToObj(k -> coefficients[k]).toArray(double[][]::new),
                nextNorm,
                startNorm);
    }
}
