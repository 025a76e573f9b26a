package org.expunge.defense.sanitize;

import java.util.List;

/**
 * What came of removing the rows behind a cluster in growing sets.
 *
 * @param curve each set that was tried, in order
 * @param rows size of the last set tried
 * @param flipShare share of the cluster's inputs that flipped when it was removed: an incident to its true label, where
 *     that is known, any other input to any other class
 * @param rowFlipShare share of the rows of that set that are taken for another class by the model trained without them,
 *     or, if that is too small, of all that would go with them: rows that teach what the others of their class do not
 *     are, honest ones mostly are not
 * @param randomFlipShare share that flips when as many random rows of the class are removed instead; not a number if
 *     the set flipped too few to ask
 * @param excessLoss share of held-out members of the class that are no longer known without the set, less the same
 *     share without random rows: rare but honest rows are missed, adversarial ones are not; not a number as above, or
 *     if there are no such members
 * @param heldOut how many held-out members of the class there are; without any, nobody can miss honest rows
 * @param limit what ended the trial before enough inputs flipped; or, if confirmed, what kept its rows from going
 * @param confirmed whether the first two shares are large enough and the other two small, and, of an incident, it
 *     itself flipped
 * @param trainings trainings that this took
 */
public record Confirmation(
        List<Step> curve,
        int rows,
        double flipShare,
        double rowFlipShare,
        double randomFlipShare,
        double excessLoss,
        int heldOut,
        Limit limit,
        boolean confirmed,
        int trainings) {
    /** What can end a trial. */
    public enum Limit {
        /** Nothing: enough inputs flipped, and the set went if it was confirmed. */
        NONE,
        /** The cap on removed rows, of which those that went for other inputs are part. */
        ROWS,
        /** The cap on removed rows of the class. */
        ROWS_OF_LABEL,
        /** The number of sets that an incident may try. */
        SETS
    }

    /** Copies the list. */
    public Confirmation {
        curve = List.copyOf(curve);
    }

    Confirmation limitedBy(Limit by) {
        return new Confirmation(
                curve, rows, flipShare, rowFlipShare, randomFlipShare, excessLoss, heldOut, by, confirmed, trainings);
    }

    /** Returns whether a cap on rows kept it from being confirmed or refuted, or its rows from going. */
    public boolean isCutOff() {
        return limit == Limit.ROWS || limit == Limit.ROWS_OF_LABEL;
    }

    /**
     * A set that was tried.
     *
     * @param rows how many of the foremost rows were removed
     * @param flipShare share of the cluster's inputs that then flipped
     * @param heldOutLoss share of held-out members of the class that were then taken for another
     */
    public record Step(int rows, double flipShare, double heldOutLoss) {}
}
