package org.expunge.unlearning.certified;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a deletion from a head went, or would go.
 *
 * @param outcome how it ended
 * @param reason the outcome in words
 * @param rows rows asked for
 * @param budget what may be left of the gradient's norm
 * @param usedBefore what was before
 * @param usedAfter what is, or would have to be where the deletion was refused
 * @param step what the Newton step added to the gradient, of objective perturbation; null of output perturbation, which
 *     takes as many steps as it needs
 * @param steps Newton steps taken
 * @param atypical the rows that move the head farther than 99 in 100 training rows do
 */
public record HeadDeletion(
        Outcome outcome,
        String reason,
        int rows,
        double budget,
        double usedBefore,
        double usedAfter,
        @Nullable ResidualBounds step,
        int steps,
        List<AtypicalRow> atypical) {

    /** How a deletion ended. */
    public enum Outcome {
        /** The rows are gone, within the budget. */
        WITHIN_BUDGET,
        /** The budget did not cover it: the head was trained anew on what remains, with new noise. */
        RETRAINED,
        /** The budget does not cover it; the head is as it was. */
        EXHAUSTED,
        /** One principal asked for more than his share of the budget; the head is as it was. */
        PRINCIPAL_CAPPED,
        /** There are fewer rows than a batch must have; the head is as it was. */
        BATCH_TOO_SMALL
    }

    /**
     * A row whose deletion costs much.
     *
     * @param id the row
     * @param step how far the row alone moves the head
     * @param usual how far 99 in 100 rows move it at most
     */
    public record AtypicalRow(String id, double step, double usual) {}

    /** Copies the list. */
    public HeadDeletion {
        atypical = List.copyOf(atypical);
    }

    /** Returns what may be told: figures of the head without noise as bounds of two digits. */
    public HeadDeletion published() {
        return new HeadDeletion(
                outcome,
                reason,
                rows,
                budget,
                PublishedBounds.up(usedBefore, budget),
                PublishedBounds.up(usedAfter, budget),
                step == null ? null : step.roundedUp(),
                steps,
                atypical.stream()
                        .map(row -> new AtypicalRow(
                                row.id(), PublishedBounds.up(row.step()), PublishedBounds.up(row.usual())))
                        .toList());
    }

    /** Returns whether the rows are gone. */
    public boolean isDone() {
        return outcome == Outcome.WITHIN_BUDGET || outcome == Outcome.RETRAINED;
    }
}
