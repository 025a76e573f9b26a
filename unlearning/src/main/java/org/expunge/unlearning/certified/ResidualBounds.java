package org.expunge.unlearning.certified;

/**
 * What one Newton step of a deletion adds to the gradient's norm, or what several added up to: three bounds and the
 * fact.
 *
 * @param worstCase {@code 4 γ m² C² / (λ² (n − m))}, known before the deletion (theorem 1)
 * @param published {@code γ ‖X‖₂ ‖step‖₂ ‖X step‖₂} (corollary 1)
 * @param tight {@code (γ* / 2) ‖X‖₂ ‖X step‖₄²}, never above the published one
 * @param measured the norm itself
 */
public record ResidualBounds(double worstCase, double published, double tight, double measured) {
    /** Nothing. */
    public static final ResidualBounds ZERO = new ResidualBounds(0, 0, 0, 0);

    /** Returns the sums. */
    ResidualBounds plus(ResidualBounds other) {
        return new ResidualBounds(
                worstCase + other.worstCase,
                published + other.published,
                tight + other.tight,
                measured + other.measured);
    }

    /** Returns what may be told of them. */
    ResidualBounds roundedUp() {
        return new ResidualBounds(
                PublishedBounds.up(worstCase),
                PublishedBounds.up(published),
                PublishedBounds.up(tight),
                PublishedBounds.up(measured));
    }

    /**
     * Bounds a step, block by block.
     *
     * @param objective what remains
     * @param step the step of w
     * @param spectralNorm {@code ‖X‖₂}, or more
     * @return a number for each block: worst case and measured not filled in
     */
    static ResidualBounds[] ofBlocks(HeadObjective objective, double[] step, double spectralNorm) {
        HeadLoss loss = objective.loss();
        double[] squares = new double[loss.blocks()];
        double[] fourths = new double[loss.blocks()];
        double[] moves = new double[loss.vectors()];
        for (int row : objective.alive()) {
            objective.scores(row, step, moves);
            for (int block = 0; block < squares.length; block++) {
                double square = 0;
                for (int k = 0; k < loss.vectorsPerBlock(); k++) {
                    double move = moves[block * loss.vectorsPerBlock() + k];
                    square += move * move;
                }
                squares[block] += square;
                fourths[block] += square * square;
            }
        }
        double[] norms = objective.blockNorms(step);
        ResidualBounds[] bounds = new ResidualBounds[squares.length];
        for (int block = 0; block < bounds.length; block++) {
            bounds[block] = new ResidualBounds(
                    0,
                    loss.publishedLipschitz() * spectralNorm * norms[block] * Math.sqrt(squares[block]),
                    loss.thirdDerivative() / 2 * spectralNorm * Math.sqrt(fourths[block]),
                    0);
        }
        return bounds;
    }

    /** Returns theorem 1's bound of one block. */
    static double worstCase(HeadLoss loss, double lambda, int removed, int remaining) {
        double slope = loss.largestSlope();
        return 4 * loss.publishedLipschitz() * slope * slope * removed * removed / (lambda * lambda * remaining);
    }
}
