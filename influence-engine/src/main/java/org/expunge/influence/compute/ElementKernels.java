package org.expunge.influence.compute;

/** Element-wise kernels. Input and output may be the same buffer unless said otherwise. */
public interface ElementKernels {
    /** Writes φ(z) for the first {@code length} numbers. */
    void activate(Activation activation, double parameter, int length, Buffer z, Buffer to);

    /** Writes {@code v · φ′(z)}: the backward pass (v = δ) and the tangent (v = ż). */
    void activateDerivative(Activation activation, double parameter, int length, Buffer z, Buffer v, Buffer to);

    /** Writes {@code v · w · φ″(z)}: what the second-order backward pass adds; 0 for piecewise linear functions. */
    void activateSecondDerivative(
            Activation activation, double parameter, int length, Buffer z, Buffer v, Buffer w, Buffer to);

    /** Writes {@code x + y} for the first {@code length} numbers. */
    void add(int length, Buffer x, Buffer y, Buffer to);

    /** Writes {@code x · y}, element by element. */
    void multiply(int length, Buffer x, Buffer y, Buffer to);

    /** Writes {@code x[r, c] · y[c]}: every row of a dense {@code rows × columns} matrix times the same numbers. */
    void multiplyRows(int rows, int columns, Buffer x, Buffer y, Buffer to);

    /** Writes {@code scale[r] · x[r, c] + shift[r]} over a dense {@code rows × columns} matrix. */
    void scaleShift(int rows, int columns, Buffer scale, Buffer shift, Buffer x, Buffer to);

    /** Adds {@code bias[r]} to every element of row r. */
    void addBias(int rows, int columns, Buffer bias, Buffer inOut);

    /**
     * Adds {@code bias[r]} to every element of row r of z, and writes φ of the sums: {@link #addBias} and
     * {@link #activate} on the way of the numbers through memory that the first takes alone, where a backend can.
     *
     * @param z a dense {@code rows × columns} matrix, added to
     * @param to φ of what z holds then; another buffer than z
     */
    default void addBiasAndActivate(
            Activation activation, double parameter, int rows, int columns, Buffer bias, Buffer z, Buffer to) {
        addBias(rows, columns, bias, z);
        activate(activation, parameter, rows * columns, z, to);
    }

    /**
     * Writes an inverted-dropout mask: each entry is {@code 1 / keep} with probability {@code keep}, else 0. Entry
     * {@code (f, b)} depends only on {@code seed}, {@code f} and {@code firstExample + b}, so a mask does not depend on
     * how a batch was cut into tiles.
     *
     * @param features rows of the tile
     * @param batch columns of the tile
     * @param keep probability of keeping a unit, in (0, 1]
     * @param seed names the layer and step
     * @param firstExample index within the whole batch of column 0
     * @param mask {@code features × batch}, written
     */
    void dropoutMask(int features, int batch, double keep, long seed, int firstExample, Buffer mask);
}
