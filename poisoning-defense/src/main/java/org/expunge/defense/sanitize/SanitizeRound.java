package org.expunge.defense.sanitize;

import java.util.List;

/**
 * What one round did for one label.
 *
 * @param round counted from 1
 * @param label the suspicious class
 * @param flaggedInputs ids of the flagged inputs of that class, heaviest first
 * @param annealedRows rows removed when enough of the inputs flipped
 * @param flipShare share of the flagged inputs that then flipped
 * @param randomFlipShare share that flips when as many random rows of the class are removed instead
 * @param confirmed whether the first share is large and the second small
 * @param removedIds ids of the rows that were removed, most suspicious first; empty if not confirmed
 * @param retrainings trainings that the round took
 */
public record SanitizeRound(
        int round,
        int label,
        List<String> flaggedInputs,
        int annealedRows,
        double flipShare,
        double randomFlipShare,
        boolean confirmed,
        List<String> removedIds,
        int retrainings) {
    /** Copies the lists. */
    public SanitizeRound {
        flaggedInputs = List.copyOf(flaggedInputs);
        removedIds = List.copyOf(removedIds);
    }
}
