package org.expunge.influence.compute;

/**
 * Numbers that live where a {@link Compute} works, in its precision. A buffer belongs to the compute that allocated it.
 *
 * <p>Buffers that are only read may be shared by several threads; a written buffer belongs to one thread.
 */
public interface Buffer extends AutoCloseable {
    /** Returns how many numbers the buffer holds. */
    int length();

    /** Frees the memory; using the buffer afterwards is an error. Closing twice is allowed. */
    @Override
    void close();
}
