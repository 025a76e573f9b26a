package org.expunge.influence.compute.cpu;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.MemoryUse;
import org.jspecify.annotations.Nullable;

/**
 * Floats with two sides: a heap array and native memory.
 *
 * <p>Each side is allocated when it is first asked for, and filled from the other when that one is newer.
 */
final class CpuBuffer implements Buffer {
    /*
     * Why two sides. The JIT vectorises loops over float[] (0.06 to 0.2 ns an element here) and not over direct buffers
     * (0.3 to 0.4 ns); BLAS can only be handed native memory, for JavaCPP copies array arguments whole and takes no
     * offset. A bulk copy between the sides costs 0.03 ns an element in cache, 0.08 ns out of it.
     *
     * Invariants.
     * 1. `valid` says which sides hold the current numbers; 0 means that all are zero and nothing is allocated.
     * 2. A writer calls xForUpdate or xForOverwrite, which leaves only its side valid. A written buffer belongs to one
     *    thread, so that needs no lock.
     * 3. Readers may race to fill a stale side: they do so under the monitor, and `valid` is volatile and set last.
     * 4. A kernel asks for its inputs before its output: the output may be the same buffer.
     */
    private static final int HEAP = 1;
    private static final int NATIVE = 2;
    private static final int CLOSED = 4;

    private final int length;
    private final MemoryUse memory;
    private volatile int valid;
    private float @Nullable [] heap;
    private @Nullable FloatPointer pointer;
    private @Nullable FloatBuffer view;

    CpuBuffer(int length, MemoryUse memory) {
        checkArgument(length >= 0, "a buffer of %s numbers cannot be allocated", length);
        this.length = length;
        this.memory = memory;
    }

    /** Returns {@code buffer} as one of this backend. */
    static CpuBuffer of(Buffer buffer) {
        checkArgument(
                buffer instanceof CpuBuffer,
                "a %s cannot be used by the cpu compute",
                buffer.getClass().getSimpleName());
        return (CpuBuffer) buffer;
    }

    /** Returns the heap side of {@code buffer}, current, to be read. */
    static float[] read(Buffer buffer) {
        return of(buffer).heapForRead();
    }

    /** Returns the heap side of {@code buffer} with its first {@code count} numbers about to be overwritten. */
    static float[] overwrite(Buffer buffer, int count) {
        return of(buffer).heapForOverwrite(count);
    }

    /** Returns the heap side of {@code buffer}, current, to be changed in place. */
    static float[] update(Buffer buffer) {
        return of(buffer).heapForUpdate();
    }

    @Override
    public int length() {
        return length;
    }

    /** Whether only the native side is current. */
    boolean isNativeOnly() {
        return valid == NATIVE;
    }

    float[] heapForRead() {
        if ((valid & HEAP) == 0) {
            fillHeap();
        }
        return heapSide();
    }

    float[] heapForUpdate() {
        float[] side = heapForRead();
        valid = HEAP;
        return side;
    }

    float[] heapForOverwrite(int count) {
        if (count < length) {
            return heapForUpdate();
        }
        checkOpen();
        float[] side = heapSide();
        valid = HEAP;
        return side;
    }

    FloatPointer nativeForRead() {
        if ((valid & NATIVE) == 0) {
            fillNative();
        }
        return nativeSide();
    }

    FloatPointer nativeForUpdate() {
        FloatPointer side = nativeForRead();
        valid = NATIVE;
        return side;
    }

    /** Returns the native side with its first {@code count} numbers about to be overwritten. */
    FloatPointer nativeForOverwrite(int count) {
        if (count < length) {
            return nativeForUpdate();
        }
        checkOpen();
        FloatPointer side = nativeSide();
        valid = NATIVE;
        return side;
    }

    /** Returns the native side as a buffer for bulk copies by absolute index, after one of the calls above. */
    FloatBuffer view() {
        FloatBuffer current = view;
        checkState(current != null, "the native side has not been allocated");
        return current;
    }

    @Override
    public synchronized void close() {
        valid = CLOSED;
        memory.add(-(heap == null ? 0 : bytes()) - (pointer == null ? 0 : bytes()));
        if (pointer != null) {
            pointer.close();
        }
        pointer = null;
        view = null;
        heap = null;
    }

    private synchronized void fillHeap() {
        checkOpen();
        float[] side = heapSide();
        if (valid == NATIVE) {
            view().get(0, side, 0, length);
        }
        valid |= HEAP;
    }

    private synchronized void fillNative() {
        checkOpen();
        nativeSide();
        view().put(0, heapForRead(), 0, length);
        valid |= NATIVE;
    }

    private long bytes() {
        return (long) length * Float.BYTES;
    }

    private void checkOpen() {
        checkState(valid != CLOSED, "the buffer of %s numbers has been closed", length);
    }

    private float[] heapSide() {
        float[] side = heap;
        if (side == null) {
            side = new float[length];
            heap = side;
            memory.add(bytes());
        }
        return side;
    }

    private FloatPointer nativeSide() {
        FloatPointer side = pointer;
        if (side == null) {
            side = new FloatPointer(Math.max(1, length));
            view = side.asBuffer();
            pointer = side;
            memory.add(bytes());
        }
        return side;
    }
}
