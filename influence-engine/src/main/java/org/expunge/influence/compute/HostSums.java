package org.expunge.influence.compute;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Sums on the Java heap, for every backend whose kernels run there. */
public final class HostSums implements Sums {
    private final MemoryUse memory;
    private final int length;
    private double @Nullable [] values;

    /**
     * Makes sums, all 0.
     *
     * @param length how many, at least 0
     * @param memory counts them
     */
    public HostSums(int length, MemoryUse memory) {
        checkArgument(length >= 0, "%s sums cannot be allocated", length);
        this.memory = memory;
        this.length = length;
        this.values = new double[length];
        memory.add((long) length * Double.BYTES);
    }

    /**
     * Returns the numbers themselves.
     *
     * @throws IllegalArgumentException if the sums are of a backend whose numbers lie elsewhere
     * @throws IllegalStateException if they are closed
     */
    public static double[] valuesOf(Sums sums) {
        checkArgument(
                sums instanceof HostSums,
                "a %s cannot be used by a backend of the host",
                sums.getClass().getSimpleName());
        return ((HostSums) sums).values();
    }

    /** Does {@link ReductionKernels#addProducts} for backends of the host. */
    public static void addProducts(int length, double plus, Sums factors, Sums sums, int offset) {
        KernelChecks.checkRange("the factors", factors, 0, 2L * length);
        KernelChecks.checkRange("the sums", sums, offset, length);
        double[] from = valuesOf(factors);
        double[] to = valuesOf(sums);
        for (int i = 0; i < length; i++) {
            to[offset + i] += (from[i] + plus) * from[length + i];
        }
    }

    private double[] values() {
        checkState(values != null, "the sums are closed");
        return values;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void clear() {
        Arrays.fill(values(), 0);
    }

    @Override
    public void add(Sums others) {
        double[] to = values();
        double[] from = valuesOf(others);
        KernelChecks.checkSameLength(this, others);
        for (int i = 0; i < length; i++) {
            to[i] += from[i];
        }
    }

    @Override
    public void write(int to, double[] from, int fromOffset, int count) {
        KernelChecks.checkRange("the sums", this, to, count);
        System.arraycopy(from, fromOffset, values(), to, count);
    }

    @Override
    public void read(int from, double[] to, int toOffset, int count) {
        KernelChecks.checkRange("the sums", this, from, count);
        System.arraycopy(values(), from, to, toOffset, count);
    }

    @Override
    public void close() {
        if (values != null) {
            memory.add(-(long) length * Double.BYTES);
            values = null;
        }
    }
}
