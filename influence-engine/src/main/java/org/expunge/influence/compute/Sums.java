package org.expunge.influence.compute;

/**
 * Doubles that live where a {@link Compute} works, whatever the precision of its buffers: sums that kernels add to, and
 * factors that they multiply by. They belong to the compute that made them, and like a written buffer to one thread at
 * a time.
 *
 * <p><b>Cost.</b> On a device all but {@link #read} and {@link #write} is queued; these two wait until the device has
 * done what the calling thread gave it, so sums are read once for many kernels.
 */
public interface Sums extends AutoCloseable {
    /** Returns how many numbers there are. */
    int length();

    /** Sets all of them to 0. */
    void clear();

    /**
     * Adds the numbers of others, one by one.
     *
     * @throws IllegalArgumentException if the lengths differ
     */
    void add(Sums others);

    /** Replaces {@code count} numbers from {@code to} on by those of an array. */
    void write(int to, double[] from, int fromOffset, int count);

    /** Copies {@code count} numbers from {@code from} on into an array. */
    void read(int from, double[] to, int toOffset, int count);

    /** Returns a copy of all numbers. */
    default double[] toArray() {
        double[] values = new double[length()];
        read(0, values, 0, values.length);
        return values;
    }

    /** Frees the memory; using the sums afterwards is an error. Closing twice is allowed. */
    @Override
    void close();
}
