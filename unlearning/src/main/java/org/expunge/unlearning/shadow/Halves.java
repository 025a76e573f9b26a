package org.expunge.unlearning.shadow;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.retraining.Subsets;

/** Random halves in complementary pairs: every row is in exactly half of them. */
final class Halves {
    private Halves() {}

    /**
     * Draws halves.
     *
     * @param rows at least 2; of an odd number the first of each pair has one more or less than the second
     * @param runs even, at least 2
     * @param seed decides the draws
     */
    static Subsets draw(int rows, int runs, long seed) {
        checkArgument(runs >= 2 && runs % 2 == 0, "runs must be even and at least 2, got %s", runs);
        boolean[][] first = Subsets.random(rows, runs / 2, 0.5, seed).masks();
        boolean[][] masks = new boolean[runs][rows];
        for (int t = 0; t < runs; t++) {
            for (int c = 0; c < rows; c++) {
                masks[t][c] = first[t / 2][c] == (t % 2 == 0);
            }
        }
        return Subsets.of(masks);
    }
}
