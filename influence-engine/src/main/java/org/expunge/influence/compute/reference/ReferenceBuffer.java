package org.expunge.influence.compute.reference;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.MemoryUse;

/** Doubles on the Java heap. */
final class ReferenceBuffer implements Buffer {
    private final double[] values;
    private final MemoryUse memory;
    private boolean isClosed;

    ReferenceBuffer(int length, MemoryUse memory) {
        checkArgument(length >= 0, "a buffer of %s numbers cannot be allocated", length);
        this.values = new double[length];
        this.memory = memory;
        memory.add((long) length * Double.BYTES);
    }

    /** Returns the numbers themselves, to be read and written. */
    static double[] valuesOf(Buffer buffer) {
        checkArgument(
                buffer instanceof ReferenceBuffer,
                "a %s cannot be used by the reference compute",
                buffer.getClass().getSimpleName());
        ReferenceBuffer own = (ReferenceBuffer) buffer;
        checkState(!own.isClosed, "the buffer of %s numbers has been closed", own.values.length);
        return own.values;
    }

    @Override
    public int length() {
        return values.length;
    }

    @Override
    public void close() {
        if (!isClosed) {
            memory.add(-(long) values.length * Double.BYTES);
        }
        isClosed = true;
    }
}
