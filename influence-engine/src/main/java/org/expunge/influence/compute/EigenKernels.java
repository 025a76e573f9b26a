package org.expunge.influence.compute;

/**
 * Eigendecompositions of symmetric matrices, in double whatever the precision of the compute: a float32 one loses the
 * small eigenvalues that a damped inverse divides by. Matrices are on the host.
 */
public interface EigenKernels {
    /**
     * Decomposes {@code A = Σ_k w_k q_k q_kᵀ} with orthonormal {@code q_k}.
     *
     * <p>Accuracy: {@code ‖A − Σ_k w_k q_k q_kᵀ‖} and {@code ‖QᵀQ − I‖} are some n roundings of double, relative to
     * {@code ‖A‖} and to 1. The sign of a vector, and the basis of an eigenspace of several dimensions, is any.
     *
     * @param n sides of the matrix, at least 0
     * @param matrix {@code n × n} and symmetric, finite; overwritten: row k becomes {@code q_k}
     * @return the n eigenvalues {@code w_k}, ascending
     * @throws IllegalArgumentException if the length is not n² or a number is not finite
     */
    double[] decompose(int n, double[] matrix);
}
