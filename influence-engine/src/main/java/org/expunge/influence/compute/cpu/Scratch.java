package org.expunge.influence.compute.cpu;

/** Arrays that a thread reuses from call to call; each slot is one array. */
final class Scratch {
    private static final ThreadLocal<Scratch> LOCAL = ThreadLocal.withInitial(Scratch::new);

    private float[] first = new float[0];
    private float[] second = new float[0];

    private Scratch() {}

    /** Returns this thread's arrays. */
    static Scratch local() {
        return LOCAL.get();
    }

    /** Returns the first array, at least {@code length} long, with whatever was left in it. */
    float[] first(int length) {
        if (first.length < length) {
            first = new float[length];
        }
        return first;
    }

    /** Returns the second array, at least {@code length} long, with whatever was left in it. */
    float[] second(int length) {
        if (second.length < length) {
            second = new float[length];
        }
        return second;
    }
}
