package org.expunge.influence.compute.cuda;

import java.util.BitSet;
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
    /** Numbers of streams that have read since, and of those that need not wait for the writer any more. */
    private final BitSet readers = new BitSet();

    private final BitSet upToDate = new BitSet();

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
        int number = stream.number();
        return writer == stream && readers.cardinality() == (readers.get(number) ? 1 : 0);
    }

    synchronized void read(CudaStream stream) {
        waitForWriter(stream);
        upToDate.set(stream.number());
        readers.set(stream.number());
    }

    synchronized void write(CudaStream stream) {
        waitForWriter(stream);
        for (int reader = readers.nextSetBit(0); reader >= 0; reader = readers.nextSetBit(reader + 1)) {
            if (reader != stream.number()) {
                stream.waitFor(device.stream(reader));
            }
        }
        writer = stream;
        readers.clear();
        upToDate.clear();
        upToDate.set(stream.number());
    }

    private void waitForWriter(CudaStream stream) {
        if (writer != null && writer != stream && !upToDate.get(stream.number())) {
            stream.waitFor(writer);
        }
    }
}
