package org.expunge.influence.compute;

import static org.expunge.influence.compute.KernelChecks.checkGroup;

import java.util.List;

/** Matrix products and vector updates. */
public interface LinearKernels {
    /**
     * One of several products: {@code C ← α A B + β C}, as of {@link #multiply}.
     *
     * @param alpha α
     * @param a A, {@code m × k}
     * @param b B, {@code k × n}
     * @param beta β; at 0 the old contents of C are not read
     * @param c C, {@code m × n}, written
     */
    record Product(double alpha, Matrix a, Matrix b, double beta, Matrix c) {}

    /**
     * Computes {@code C ← α A B + β C}.
     *
     * @param alpha α
     * @param a A, {@code m × k}
     * @param b B, {@code k × n}
     * @param beta β; at 0 the old contents of C are not read
     * @param c C, {@code m × n}, written; not transposed, and sharing no memory with A or B
     */
    void multiply(double alpha, Matrix a, Matrix b, double beta, Matrix c);

    /**
     * Computes {@code C_i ← α A_i B_i + β C_i} for {@code i < count}, where matrix i starts {@code i} strides after the
     * given view.
     *
     * @param count how many products
     * @param alpha α
     * @param a A_0, {@code m × k}
     * @param strideA distance from A_i to A_{i+1} in numbers; 0 repeats A
     * @param b B_0, {@code k × n}
     * @param strideB distance from B_i to B_{i+1}; 0 repeats B
     * @param beta β
     * @param c C_0, {@code m × n}, written
     * @param strideC distance from C_i to C_{i+1}
     */
    void multiplyBatch(
            int count, double alpha, Matrix a, int strideA, Matrix b, int strideB, double beta, Matrix c, int strideC);

    /**
     * Computes {@code C_i ← α_i A_i B_i + β_i C_i} of products of different shapes, in any order.
     *
     * <p><b>Cost.</b> As {@link #multiply} of each; a device may be told of all at once.
     *
     * @param products the products, none or more; no result shares memory with another one or with any operand
     */
    default void multiplyGroup(List<Product> products) {
        checkGroup(products);
        for (Product product : products) {
            multiply(product.alpha(), product.a(), product.b(), product.beta(), product.c());
        }
    }

    /**
     * Adds the squares of the numbers of {@code A_i B} to sums, {@code i < count}: number {@code (r, c)} of each
     * product to {@code sums[offset + r · n + c]}. The products themselves are not kept.
     *
     * <p><b>Accuracy.</b> Products in the precision of the buffers; squares of some of them are added in it too (at
     * most 16, whose sum is off by 16 roundings of it at most), and the rest in double.
     *
     * <p><b>Cost.</b> {@code 2 · count · m · k · n} FLOP.
     *
     * @param count how many products
     * @param a A_0, {@code m × k}
     * @param strideA distance from A_i to A_{i+1} in numbers; 0 repeats A
     * @param b B, {@code k × n}
     * @param sums added to
     * @param offset where the sum of number (0, 0) lies in them
     */
    void addSquaredProducts(int count, Matrix a, int strideA, Matrix b, Sums sums, int offset);

    /**
     * Computes the lower triangle of {@code C ← X Xᵀ}, at about half the cost of the whole.
     *
     * @param x X, {@code m × k}
     * @param c C, {@code m × m} dense from the start of its buffer, sharing no memory with X; above the diagonal it
     *     holds anything afterwards
     */
    void square(Matrix x, Buffer c);

    /**
     * Writes the transpose of a dense {@code rows × columns} matrix.
     *
     * @param rows rows of {@code from}
     * @param columns columns of {@code from}
     * @param from {@code rows × columns}
     * @param to {@code columns × rows}, written
     */
    void transpose(int rows, int columns, Buffer from, Buffer to);

    /** Computes {@code y ← y + α x} over the first {@code length} numbers. */
    void addScaled(int length, double alpha, Buffer x, Buffer y);

    /** Computes {@code x ← α x} over the first {@code length} numbers. */
    void scale(int length, double alpha, Buffer x);
}
