package org.expunge.influence.compute.reference;

import static org.expunge.influence.compute.KernelChecks.checkRange;
import static org.expunge.influence.compute.reference.ReferenceBuffer.valuesOf;

import java.util.Arrays;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.HostNormalization;
import org.expunge.influence.compute.HostSums;
import org.expunge.influence.compute.KernelFamilies;
import org.expunge.influence.compute.MemoryUse;
import org.expunge.influence.compute.Precision;
import org.expunge.influence.compute.Sums;

/**
 * The reference backend: float64 on the Java heap, no native code.
 *
 * <p>Use it to check another backend or a derivation, and for small models where digits count more than time; a product
 * runs at about 1 GFLOP/s. Any number of threads may share it.
 */
public final class ReferenceCompute implements Compute {
    /** Those of the cpu backend: nothing here is faster for being larger. */
    private static final int PRODUCT_ROWS = 512;

    private final MemoryUse memory = new MemoryUse();
    private final KernelFamilies kernels = new KernelFamilies(
            new ReferenceLinear(),
            new ReferenceWindows(),
            new ReferenceLookups(),
            new ReferenceElements(),
            new ReferenceReductions(),
            new HostNormalization(this),
            new ColumnLosses(new ReferenceColumns()),
            new ReferenceUpdates(),
            new ReferenceEigen(),
            new ReferenceCholesky());

    @Override
    public String name() {
        return "reference";
    }

    @Override
    public Precision precision() {
        return Precision.FLOAT64;
    }

    @Override
    public MemoryUse memory() {
        return memory;
    }

    @Override
    public Buffer allocate(int length) {
        return new ReferenceBuffer(length, memory);
    }

    @Override
    public Sums sums(int length) {
        return new HostSums(length, memory);
    }

    @Override
    public int productRows(int columns) {
        return PRODUCT_ROWS;
    }

    @Override
    public void write(double[] from, int fromOffset, Buffer to, int toOffset, int length) {
        checkRange("the buffer", to, toOffset, length);
        System.arraycopy(from, fromOffset, valuesOf(to), toOffset, length);
    }

    @Override
    public void read(Buffer from, int fromOffset, double[] to, int toOffset, int length) {
        checkRange("the buffer", from, fromOffset, length);
        System.arraycopy(valuesOf(from), fromOffset, to, toOffset, length);
    }

    @Override
    public void copy(Buffer from, int fromOffset, Buffer to, int toOffset, int length) {
        checkRange("the source", from, fromOffset, length);
        checkRange("the target", to, toOffset, length);
        System.arraycopy(valuesOf(from), fromOffset, valuesOf(to), toOffset, length);
    }

    @Override
    public void fill(Buffer buffer, int offset, int length, double value) {
        checkRange("the buffer", buffer, offset, length);
        Arrays.fill(valuesOf(buffer), offset, offset + length, value);
    }

    @Override
    public KernelFamilies kernels() {
        return kernels;
    }

    @Override
    public void close() {
        // nothing is held
    }
}
