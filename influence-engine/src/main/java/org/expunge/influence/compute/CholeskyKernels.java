package org.expunge.influence.compute;

/**
 * Solves with symmetric positive definite matrices, in double whatever the precision of the compute. Matrices are on
 * the host.
 */
public interface CholeskyKernels {
    /**
     * Factors {@code A = L Lᵀ} with L lower triangular.
     *
     * <p>Accuracy: {@code ‖A − L Lᵀ‖} is some n roundings of double, relative to {@code ‖A‖}. Cost: n³/3 FLOP.
     *
     * @param n sides of the matrix, at least 0
     * @param matrix {@code n × n} and symmetric, finite; overwritten with L, zeros above its diagonal
     * @throws IllegalArgumentException if the length is not n², a number is not finite, or the matrix is not positive
     *     definite to rounding, naming the leading minor that is not
     */
    void factor(int n, double[] matrix);

    /**
     * Solves {@code A x = b} for several b.
     *
     * <p>Accuracy: the residual is some n roundings of double, relative to {@code ‖A‖ ‖x‖}. Cost: 2 n² FLOP each.
     *
     * @param n sides of the matrix
     * @param factor {@code L}, as {@link #factor} leaves it; not modified
     * @param count how many right-hand sides
     * @param sides {@code count × n}, a row for each b; overwritten with the solutions
     * @throws IllegalArgumentException if a length does not fit
     */
    void solve(int n, double[] factor, int count, double[] sides);
}
