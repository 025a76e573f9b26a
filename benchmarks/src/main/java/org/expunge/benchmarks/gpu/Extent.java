package org.expunge.benchmarks.gpu;

import java.util.function.Consumer;

/** How much work a kernel is given that goes number by number. */
enum Extent {
    /** What a device does at once. */
    SMALL,

    /** Over three million numbers: threads of the largest devices take a second turn at so many. */
    LARGE;

    private static final int MOST_AT_ONCE = 100_000;
    private static final int LEAST_LARGE = 3_000_000;
    private static final int LEAST_LARGE_SIDE = 1_750;

    /** Draws how many numbers there are. */
    int length(Desk desk) {
        return this == SMALL ? desk.size(1, MOST_AT_ONCE) : desk.size(LEAST_LARGE, LEAST_LARGE + MOST_AT_ONCE);
    }

    /** Draws the rows or the columns of a matrix, at most {@code most} of a small one. */
    int side(Desk desk, int most) {
        return this == SMALL ? desk.size(1, most) : desk.size(LEAST_LARGE_SIDE, LEAST_LARGE_SIDE + 100);
    }

    /** Returns a case, named after its extent; a large one is compared once. */
    KernelCase of(String family, String name, Consumer<Desk> run) {
        return this == SMALL
                ? new KernelCase(family, name, Integer.MAX_VALUE, run)
                : new KernelCase(family, name + ", millions", 1, run);
    }
}
