package org.expunge.benchmarks.gpu;

import java.util.OptionalDouble;

/**
 * What one piece of work took.
 *
 * @param work the work
 * @param rounds how often it was timed; fewer than ten where a round takes half a minute
 * @param seconds median of the rounds by the wall clock, from the first call to the end of the last one's work
 * @param deviceSeconds the same by the device's own events, where it has such
 */
record Measurement(Work work, int rounds, double seconds, OptionalDouble deviceSeconds) {
    /** Returns the device's seconds where there are such, else the wall clock's. */
    double bestSeconds() {
        return deviceSeconds.orElse(seconds);
    }

    /** Returns FLOP per second. */
    double flopRate() {
        return work.flops() / bestSeconds();
    }

    /** Returns bytes per second. */
    double byteRate() {
        return work.bytes() / bestSeconds();
    }
}
