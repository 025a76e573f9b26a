package org.expunge.influence.compute.cuda;

import org.expunge.influence.compute.cuda.driver.Cublas;

/** How products of float32 matrices are computed. Sums are float32 in all of them. */
public enum MathMode {
    /** Factors keep their 24 bits: a relative error of some 2⁻²⁴ a term. */
    FLOAT32(Cublas.COMPUTE_FLOAT32),
    /** Factors are rounded to 11 bits, TensorFloat-32: a relative error of up to 2⁻¹⁰ a term. */
    TF32(Cublas.COMPUTE_TF32),
    /** Factors are rounded to 8 bits, bfloat16: a relative error of up to 2⁻⁷ a term. */
    BF16(Cublas.COMPUTE_BF16);

    private final int computeType;

    MathMode(int computeType) {
        this.computeType = computeType;
    }

    /** Returns cuBLAS's number of the mode. */
    int computeType() {
        return computeType;
    }
}
