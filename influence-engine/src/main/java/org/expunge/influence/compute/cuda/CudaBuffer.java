package org.expunge.influence.compute.cuda;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import org.expunge.influence.compute.Buffer;
import org.jspecify.annotations.Nullable;

/** Floats in the memory of a device. */
final class CudaBuffer implements Buffer {
    private final CudaDevice device;
    private final int length;
    private final long counted;
    private @Nullable Block block;

    CudaBuffer(CudaDevice device, int length) {
        checkArgument(length >= 0, "a buffer of %s numbers cannot be allocated", length);
        this.device = device;
        this.length = length;
        this.counted = (long) length * Float.BYTES;
        this.block = device.memory().take(counted);
    }

    private CudaBuffer(CudaDevice device, int length, Block block) {
        this.device = device;
        this.length = length;
        this.counted = 0;
        this.block = block;
    }

    /**
     * Makes one for rows of data, which does not count as a buffer of the compute.
     *
     * @param spare bytes that must be left
     * @return null if there is no room
     */
    static @Nullable CudaBuffer ofRows(CudaDevice device, int length, long spare) {
        Block block = device.memory().takeIfFree((long) length * Float.BYTES, spare);
        return block == null ? null : new CudaBuffer(device, length, block);
    }

    /** Returns {@code buffer} as one of {@code device}. */
    static CudaBuffer of(CudaDevice device, Buffer buffer) {
        checkArgument(
                buffer instanceof CudaBuffer,
                "a %s cannot be used by the cuda compute",
                buffer.getClass().getSimpleName());
        CudaBuffer own = (CudaBuffer) buffer;
        checkArgument(own.device == device, "a buffer of another device or an earlier compute cannot be used");
        return own;
    }

    @Override
    public int length() {
        return length;
    }

    /** Returns the memory. */
    Block block() {
        checkState(block != null, "the buffer is closed");
        return block;
    }

    /** Returns the device address of number {@code offset}. */
    long address(int offset) {
        return block().address() + (long) offset * Float.BYTES;
    }

    @Override
    public void close() {
        if (block != null) {
            device.memory().give(block, counted);
            block = null;
        }
    }
}
