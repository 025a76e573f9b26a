package org.expunge.influence.compute.cuda;

/**
 * A compiled kernel.
 *
 * @param name as in its source
 * @param function the driver's handle
 */
record Kernel(String name, long function) {
    /** Stands for no kernel yet. */
    static final Kernel NONE = new Kernel("none", 0);
}
