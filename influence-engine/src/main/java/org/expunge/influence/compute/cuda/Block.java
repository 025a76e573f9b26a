package org.expunge.influence.compute.cuda;

import org.jspecify.annotations.Nullable;

/**
 * Device memory, and which streams have used it. It outlives the buffers that are made of it, so that a buffer waits
 * for those that had the memory before.
 *
 * <p>A stream that reads waits for the last writer; one that writes waits for the last writer and all readers since.
 */
final class Block {
    private final CudaDevice device;
    private final long address;
    private final long bytes;
    private @Nullable CudaStream writer;
    private long readers;
    private long upToDate;

    Block(CudaDevice device, long address, long bytes) {
        this.device = device;
        this.address = address;
        this.bytes = bytes;
    }

    long address() {
        return address;
    }

    long bytes() {
        return bytes;
    }

    /**
     * Returns whether no other stream has used the memory since {@code stream} wrote it, so that nothing would wait.
     */
    synchronized boolean isOnlyOf(CudaStream stream) {
        return writer == stream && (readers & ~(1L << stream.number())) == 0;
    }

    synchronized void read(CudaStream stream) {
        long bit = 1L << stream.number();
        if (writer != null && writer != stream && (upToDate & bit) == 0) {
            stream.waitFor(writer);
        }
        upToDate |= bit;
        readers |= bit;
    }

    synchronized void write(CudaStream stream) {
        long bit = 1L << stream.number();
        if (writer != null && writer != stream && (upToDate & bit) == 0) {
            stream.waitFor(writer);
        }
        for (long others = readers & ~bit; others != 0; others &= others - 1) {
            stream.waitFor(device.stream(Long.numberOfTrailingZeros(others)));
        }
        writer = stream;
        readers = 0;
        upToDate = bit;
    }
}
