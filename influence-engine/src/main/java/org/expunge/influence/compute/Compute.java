package org.expunge.influence.compute;

/**
 * A place where arithmetic happens: it allocates buffers, moves numbers in and out, and offers the kernels.
 *
 * <p>A compute is safe for use by several threads as long as no two of them write the same buffer. Kernels check shapes
 * and never allocate more than constant scratch.
 */
public interface Compute extends AutoCloseable {
    /**
     * Returns a short name such as {@code reference} or {@code cpu}. Computes that round differently by choice have
     * different names: records keep it.
     */
    String name();

    /** Returns what computes, for people: the name and, where it has one, the device's. */
    default String description() {
        return name();
    }

    /** Returns the precision in which buffers are stored. */
    Precision precision();

    /** Returns the count of what this compute's buffers hold. */
    MemoryUse memory();

    /**
     * Returns the most bytes that buffers may take together, beside rows of data that a device keeps, where that is
     * known; else a number past all memory.
     */
    default long memoryLimit() {
        return Long.MAX_VALUE;
    }

    /** Returns the memory that a number in a buffer may take: more than its precision where it is kept twice. */
    default int bytesPerNumber() {
        return precision().bytes();
    }

    /**
     * Allocates a zeroed buffer.
     *
     * @param length how many numbers, at least 0
     * @return the buffer; the caller closes it
     */
    Buffer allocate(int length);

    /**
     * Makes sums, all 0.
     *
     * @param length how many, at least 0
     * @return the sums; the caller closes them
     */
    Sums sums(int length);

    /**
     * Returns how many rows of a product with directions make it fast: fewer leave the processor idle, more only take
     * memory.
     *
     * @param columns numbers of each row
     */
    int productRows(int columns);

    /** Copies {@code length} numbers from an array into {@code to}, rounding to the precision of this compute. */
    void write(double[] from, int fromOffset, Buffer to, int toOffset, int length);

    /** Copies {@code length} numbers from {@code from} into an array; waits for a device that works on its own. */
    void read(Buffer from, int fromOffset, double[] to, int toOffset, int length);

    /**
     * Writes the transpose of a row-major matrix: number {@code c · rows + r} of the buffer becomes number {@code r ·
     * columns + c} of the array. When it returns, the array may be changed.
     *
     * @param from at least {@code rows · columns} numbers
     * @param to at least as many; written from its start
     */
    default void writeTransposed(double[] from, int rows, int columns, Buffer to) {
        write(HostMatrices.transposed(from, rows, columns), 0, to, 0, rows * columns);
    }

    /**
     * Makes a loader of rows.
     *
     * @param width numbers of each row, at least 1
     * @param capacity most rows to load at a time, at least 0
     * @return the loader; the caller closes it
     */
    default RowLoader rowLoader(int width, int capacity) {
        return new HostRowLoader(this, width, capacity);
    }

    /** Copies {@code length} numbers from one buffer to another; the ranges must not overlap. */
    void copy(Buffer from, int fromOffset, Buffer to, int toOffset, int length);

    /**
     * Copies a matrix.
     *
     * @param from what is copied, not transposed
     * @param to a matrix of the same shape, not transposed, that shares no numbers with {@code from}; written
     * @throws IllegalArgumentException if the shapes differ or one of them is transposed
     */
    default void copy(Matrix from, Matrix to) {
        KernelChecks.checkCopy(from, to);
        for (int r = 0; r < from.rows(); r++) {
            copy(
                    from.buffer(),
                    from.offset() + r * from.stride(),
                    to.buffer(),
                    to.offset() + r * to.stride(),
                    from.columns());
        }
    }

    /** Sets {@code length} numbers from {@code offset} on to {@code value}. */
    void fill(Buffer buffer, int offset, int length, double value);

    /** Returns all kernels. */
    KernelFamilies kernels();

    /** Returns the matrix products. */
    default LinearKernels linear() {
        return kernels().linear();
    }

    /** Returns the kernels that move windows of images. */
    default WindowKernels windows() {
        return kernels().windows();
    }

    /** Returns the kernels that pick columns of a table. */
    default LookupKernels lookups() {
        return kernels().lookups();
    }

    /** Returns the element-wise kernels. */
    default ElementKernels elements() {
        return kernels().elements();
    }

    /** Returns the sums and norms. */
    default ReductionKernels reductions() {
        return kernels().reductions();
    }

    /** Returns the coefficients of normalisations. */
    default NormalizationKernels normalization() {
        return kernels().normalization();
    }

    /** Returns the losses and their derivatives. */
    default LossKernels losses() {
        return kernels().losses();
    }

    /** Returns the parameter updates of the optimisers. */
    default UpdateKernels updates() {
        return kernels().updates();
    }

    /** Returns the eigendecompositions. */
    default EigenKernels eigen() {
        return kernels().eigen();
    }

    /** Returns the solves with positive definite matrices. */
    default CholeskyKernels cholesky() {
        return kernels().cholesky();
    }

    /**
     * Prepares kernels that will be run many times. The contents of buffers may change between runs; which buffers,
     * lengths and numbers the kernels are given may not, and no number may go from or to the host. A backend may then
     * hand them to its device as one piece of work.
     *
     * @param kernels calls kernels of this compute and does nothing else; called once or several times
     */
    default Replay replay(Runnable kernels) {
        return new Replay() {
            @Override
            public void run() {
                kernels.run();
            }

            @Override
            public void close() {
                // nothing was prepared
            }
        };
    }

    /** Allocates a buffer that holds a copy of {@code values}. */
    default Buffer of(double... values) {
        Buffer buffer = allocate(values.length);
        write(values, 0, buffer, 0, values.length);
        return buffer;
    }

    /** Makes doubles that hold a copy of {@code values}. */
    default Sums sumsOf(double... values) {
        Sums sums = sums(values.length);
        sums.write(0, values, 0, values.length);
        return sums;
    }

    /** Returns a copy of the whole buffer. */
    default double[] toArray(Buffer buffer) {
        double[] values = new double[buffer.length()];
        read(buffer, 0, values, 0, values.length);
        return values;
    }

    /** Releases what the compute itself holds; buffers are closed by their owners. */
    @Override
    void close();
}
