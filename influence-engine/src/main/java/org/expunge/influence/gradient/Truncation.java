package org.expunge.influence.gradient;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * How far directions of dense layers are cut to their largest singular values, as matrices {@code out × (in + 1)}.
 *
 * <p>With singular values {@code σ_j} of the part that a direction v has in a layer, cutting it to r of them changes a
 * product {@code ⟨v, g⟩} by at most {@code (Σ_{j>r} σ_j²)^½ ‖g‖}. A row and direction then cost {@code 2 r (in + out)}
 * FLOP in place of {@code 2 in · out}.
 *
 * <p><b>Source.</b> R. Grosse et al., "Studying Large Language Model Generalization with Influence Functions",
 * arXiv:2308.03296, 2023, section 3.2.2, with the preconditioned gradient cut and not the raw one; N. Halko, P. G.
 * Martinsson and J. A. Tropp, "Finding Structure with Randomness", SIAM Review 53(2), 2011, algorithms 4.4 and 5.1.
 *
 * @param rank r, at least 1; a layer is left whole if that is no more work
 * @param energy fewer singular values are kept where they hold this share of a direction's square, in (0, 1]
 * @param seed of the random vectors that singular vectors are found with
 */
public record Truncation(int rank, double energy, long seed) {
    /** Checks the ranges. */
    public Truncation {
        checkArgument(rank >= 1, "rank must be at least 1, got %s", rank);
        checkArgument(energy > 0 && energy <= 1, "energy must be in (0, 1], got %s", energy);
    }

    /** Keeps exactly so many singular values. */
    public static Truncation toRank(int rank) {
        return new Truncation(rank, 1, 0);
    }

    /**
     * What became of one layer.
     *
     * @param rank singular values kept
     * @param tail largest {@code (Σ_{j>r} σ_j²)^½} of a direction
     */
    public record Outcome(int rank, double tail) {
        /** Returns the larger rank and tail of two. */
        public Outcome or(Outcome other) {
            return new Outcome(Math.max(rank, other.rank), Math.max(tail, other.tail));
        }
    }
}
