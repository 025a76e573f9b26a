package org.expunge.influence.solver;

import java.util.Arrays;
import org.expunge.influence.compute.EigenKernels;

/**
 * An orthonormal basis {@code Q} of {@code span{b, Ab, …, A^{m−1}b}} and {@code T = QᵀAQ}, so that {@code AQ = QT + β w
 * eᵀ} with {@code w} the direction that would come next and {@code e} the last unit vector. Made by {@link Lanczos} or
 * {@link ArnoldiIteration}.
 *
 * <p><b>Shapes.</b> {@code Q} is {@code p × m}, held as m arrays of length {@code p}; {@code T} is {@code m × m}.
 */
public final class KrylovBasis {
    private final double[][] vectors;
    private final double[][] projected;
    private final double nextNorm;
    private final double startNorm;

    /** Keeps the arrays. */
    KrylovBasis(double[][] vectors, double[][] projected, double nextNorm, double startNorm) {
        this.vectors = vectors;
        this.projected = projected;
        this.nextNorm = nextNorm;
        this.startNorm = startNorm;
    }

    /** Returns m: vectors of the basis, and products with {@code A} spent. */
    public int size() {
        return vectors.length;
    }

    /** Returns a copy of basis vector {@code i}, length {@code p}. */
    public double[] vector(int i) {
        return vectors[i].clone();
    }

    /** Returns a copy of {@code T}, {@code m × m}: tridiagonal from Lanczos, upper Hessenberg from Arnoldi. */
    public double[][] projected() {
        return Arrays.stream(projected).map(double[]::clone).toArray(double[][]::new);
    }

    /** Returns β, the length of what {@code A} makes of the last vector outside the basis. */
    public double nextNorm() {
        return nextNorm;
    }

    /**
     * Returns whether {@code A} does not lead out of the basis, so that its Ritz pairs are eigenpairs: the iteration
     * ended there, with fewer steps than asked for or all there are.
     */
    public boolean isInvariant() {
        return nextNorm == 0;
    }

    /** Returns {@code max |QᵀQ − I|}: some roundings, unless orthogonality was lost. */
    public double orthogonalityError() {
        double worst = 0;
        for (int i = 0; i < vectors.length; i++) {
            for (int j = 0; j <= i; j++) {
                double expected = i == j ? 1 : 0;
                worst = Math.max(worst, Math.abs(Vectors.dot(vectors[i], vectors[j]) - expected));
            }
        }
        return worst;
    }

    /**
     * Returns the largest {@code |T_ij − T_ji|} relative to the largest entry of {@code T}: some roundings, unless the
     * operator was not symmetric, or not the same one at every product. Always 0 from {@link Lanczos}, which assumes
     * it.
     */
    public double asymmetry() {
        double worst = 0;
        double largest = 0;
        for (int i = 0; i < projected.length; i++) {
            for (int j = 0; j < projected.length; j++) {
                largest = Math.max(largest, Math.abs(projected[i][j]));
                worst = Math.max(worst, Math.abs(projected[i][j] - projected[j][i]));
            }
        }
        return worst == 0 ? 0 : worst / largest;
    }

    /**
     * Returns the largest {@code |θ|} of the symmetric tridiagonal part of {@code T}, to 12 digits: at most the largest
     * magnitude of an eigenvalue. By bisection, with the signs of {@code T − θI}'s pivots as the count.
     */
    double largestMagnitude() {
        double bound = 0;
        for (int i = 0; i < projected.length; i++) {
            bound = Math.max(bound, Math.abs(projected[i][i]) + off(i) + off(i + 1));
        }
        double low = 0;
        double high = bound;
        while (high - low > 1e-12 * bound) {
            double middle = (low + high) / 2;
            boolean isWithin = negativePivots(middle) == projected.length && negativePivots(-middle) == 0;
            low = isWithin ? low : middle;
            high = isWithin ? middle : high;
        }
        return high;
    }

    /** Returns how many eigenvalues of the tridiagonal part are below {@code shift}. */
    private int negativePivots(double shift) {
        int count = 0;
        double pivot = 1;
        for (int i = 0; i < projected.length; i++) {
            double off = off(i);
            pivot = projected[i][i] - shift - (off == 0 ? 0 : off * off / pivot);
            pivot = pivot == 0 ? Double.MIN_NORMAL : pivot;
            count += pivot < 0 ? 1 : 0;
        }
        return count;
    }

    /** Returns the magnitude of the entry beside the diagonal in row {@code i}, 0 outside. */
    private double off(int i) {
        return i == 0 || i == projected.length ? 0 : Math.abs(projected[i][i - 1] + projected[i - 1][i]) / 2;
    }

    /**
     * Returns the approximate eigenpairs that the basis holds, from the symmetric tridiagonal part of {@code T}.
     *
     * <p>Costs {@code O(m³)}; vectors are formed when asked for.
     *
     * @param eigen decomposes {@code T}
     */
    public RitzPairs ritz(EigenKernels eigen) {
        int m = vectors.length;
        double[] coefficients = new double[m * m];
        for (int i = 0; i < m; i++) {
            coefficients[i * m + i] = projected[i][i];
            if (i > 0) {
                double off = (projected[i][i - 1] + projected[i - 1][i]) / 2;
                coefficients[i * m + i - 1] = off;
                coefficients[(i - 1) * m + i] = off;
            }
        }
        double[] values = eigen.decompose(m, coefficients);
        double[][] rows = new double[m][];
        Arrays.setAll(rows, k -> Arrays.copyOfRange(coefficients, k * m, (k + 1) * m));
        return new RitzPairs(vectors, values, rows, nextNorm, startNorm);
    }
}
