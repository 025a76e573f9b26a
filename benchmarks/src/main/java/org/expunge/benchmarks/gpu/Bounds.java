package org.expunge.benchmarks.gpu;

import org.expunge.influence.compute.cuda.MathMode;

/**
 * The relative Frobenius errors that results may have.
 *
 * @param kernel of a single kernel that multiplies no matrices, and of decompositions: no precision of products loosens
 *     it
 * @param product of a single product of matrices
 * @param network of gradients, products and scores of a whole network
 */
record Bounds(double kernel, double product, double network) {
    /** The family of products of matrices. */
    static final String PRODUCTS = "products";

    private static final double KERNEL = 1e-5;

    /** Returns the bounds for products of some precision; roundings of factors to 11 or 8 bits are allowed for. */
    static Bounds of(MathMode precision) {
        return switch (precision) {
            case FLOAT32 -> new Bounds(KERNEL, KERNEL, 1e-4);
            case TF32 -> new Bounds(KERNEL, 2e-3, 2e-2);
            case BF16 -> new Bounds(KERNEL, 2e-2, 2e-1);
        };
    }

    /** Returns the bound for kernels of a family. */
    double of(String family) {
        return family.equals(PRODUCTS) ? product : kernel;
    }
}
