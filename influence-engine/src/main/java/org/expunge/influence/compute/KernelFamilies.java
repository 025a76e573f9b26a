package org.expunge.influence.compute;

/**
 * The kernels of a backend, by family.
 *
 * @param linear the matrix products
 * @param windows the kernels that move windows of images
 * @param lookups the kernels that pick columns of a table
 * @param elements the element-wise kernels
 * @param reductions the sums and norms
 * @param normalization the coefficients of normalisations
 * @param losses the losses and their derivatives
 * @param updates the parameter updates of the optimisers
 * @param eigen the eigendecompositions
 * @param cholesky the solves with positive definite matrices
 */
public record KernelFamilies(
        LinearKernels linear,
        WindowKernels windows,
        LookupKernels lookups,
        ElementKernels elements,
        ReductionKernels reductions,
        NormalizationKernels normalization,
        LossKernels losses,
        UpdateKernels updates,
        EigenKernels eigen,
        CholeskyKernels cholesky) {}
