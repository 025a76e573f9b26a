package org.expunge.influence.compute.reference;

/**
 * Uniform numbers that depend on their coordinates alone, so that every backend and every tiling draws the same mask.
 *
 * <p><b>Source.</b> The output function of SplitMix64 (G. Steele, D. Lea and C. Flood, "Fast Splittable Pseudorandom
 * Number Generators", OOPSLA 2014), applied to each coordinate in turn.
 */
public final class DropoutDraw {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private DropoutDraw() {}

    /** Returns the key of row {@code feature} of a mask. */
    public static long rowKey(long seed, int feature) {
        return mix(mix(seed) + GOLDEN * (feature + 1L));
    }

    /** Returns a number in [0, 1) for column {@code example} of the row with this key. */
    public static double uniform(long rowKey, long example) {
        return (mix(rowKey + GOLDEN * (example + 1)) >>> 11) * 0x1p-53;
    }

    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }
}
