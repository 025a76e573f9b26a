package org.expunge.benchmarks.gpu;

import org.expunge.influence.compute.cuda.MathMode;

/**
 * The relative Frobenius errors that results may have.
 *
 * @param kernel of a single kernel
 * @param network of gradients, products and scores of a whole network
 */
record Bounds(double kernel, double network) {
    /** Returns the bounds for products of some precision; roundings of factors to 11 or 8 bits are allowed for. */
    static Bounds of(MathMode precision) {
        return switch (precision) {
            case FLOAT32 -> new Bounds(1e-5, 1e-4);
            case TF32 -> new Bounds(2e-3, 2e-2);
            case BF16 -> new Bounds(2e-2, 2e-1);
        };
    }
}
