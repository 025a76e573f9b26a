package org.expunge.influence.compute;

/**
 * Kernels that are run again and again with the same arguments; see {@link Compute#replay}. Belongs to one thread at a
 * time.
 */
public interface Replay extends AutoCloseable {
    /** Runs the kernels once more. */
    void run();

    /** Forgets what was prepared; the buffers stay their owners'. */
    @Override
    void close();
}
