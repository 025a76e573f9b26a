package org.expunge.influence.training;

/**
 * Splits one root seed by purpose, so that a change in how one part draws leaves all others as they were.
 *
 * <p><b>Source.</b> The finalizer of SplitMix64: G. L. Steele, D. Lea and C. H. Flood, "Fast Splittable Pseudorandom
 * Number Generators", OOPSLA 2014, figure 16 (variant 13 of D. Stafford).
 *
 * @param root the seed that the user gave
 */
public record Seeds(long root) {
    /** Which rows go into which part. */
    public static final String SPLIT = "split";
    /** The parameters before the first step. */
    public static final String INITIAL_MODEL = "initial-model";
    /** Everything that a trainer draws. */
    public static final String TRAINING = "training";
    /** The order of the rows, epoch by epoch. */
    public static final String BATCH_ORDER = "batch-order";
    /** Dropout masks, step by step. */
    public static final String DROPOUT = "dropout";

    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    /**
     * Derives the seed of one purpose.
     *
     * @param purpose what it is for; a constant of this class or a name of the caller's
     * @return a seed that differs from purpose to purpose
     */
    public long of(String purpose) {
        long seed = mix(root + GOLDEN_GAMMA);
        for (int i = 0; i < purpose.length(); i++) {
            seed = derive(seed, purpose.charAt(i));
        }
        return seed;
    }

    /**
     * Derives the seed of one step, epoch or repetition.
     *
     * @param seed the seed of the sequence
     * @param index position in it
     * @return a seed that differs from index to index
     */
    public static long derive(long seed, long index) {
        return mix(seed ^ mix((index + 1) * GOLDEN_GAMMA));
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
