package org.expunge.influence.compute.cpu;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.MemoryUse;

/** Arrays that a thread reuses from call to call. */
final class Scratch {
    private static final ThreadLocal<Scratch> LOCAL = ThreadLocal.withInitial(Scratch::new);

    private final List<float[]> arrays = new ArrayList<>();

    private final MemoryUse memory = new MemoryUse();
    private CpuBuffer buffer = new CpuBuffer(0, memory);

    private Scratch() {}

    /** Returns this thread's arrays. */
    static Scratch local() {
        return LOCAL.get();
    }

    /** Returns array {@code index}, at least {@code length} long, with whatever was left in it. */
    float[] array(int index, int length) {
        while (arrays.size() <= index) {
            arrays.add(new float[0]);
        }
        float[] array = arrays.get(index);
        if (array.length < length) {
            array = new float[length];
            arrays.set(index, array);
        }
        return array;
    }

    /** Returns a buffer at least {@code length} long, with whatever was left in it. */
    CpuBuffer buffer(int length) {
        if (buffer.length() < length) {
            buffer.close();
            buffer = new CpuBuffer(length, memory);
        }
        return buffer;
    }
}
