package org.expunge.unlearning.membership;

import java.util.function.Function;

/** What an attack on one model found. */
public sealed interface AttackOutcome {
    /** Handles whichever outcome this is. */
    <T> T match(Function<? super Measured, ? extends T> measured, Function<? super TooFewRows, ? extends T> tooFewRows);

    /**
     * The attack ran.
     *
     * @param auc chance that a forgotten row's loss is below that of a row never seen
     * @param aucInterval 95 % interval of it
     * @param accuracy share told right by the best loss threshold, on balanced rows, by cross-validation
     * @param accuracyInterval 95 % interval of it
     * @param members forgotten rows
     * @param nonMembers rows never seen
     * @param isClassMatched whether the rows never seen have the classes of the forgotten ones
     */
    record Measured(
            double auc,
            Interval aucInterval,
            double accuracy,
            Interval accuracyInterval,
            int members,
            int nonMembers,
            boolean isClassMatched)
            implements AttackOutcome {
        @Override
        public <T> T match(
                Function<? super Measured, ? extends T> measured,
                Function<? super TooFewRows, ? extends T> tooFewRows) {
            return measured.apply(this);
        }
    }

    /**
     * There are too few rows for the attack to say anything.
     *
     * @param members forgotten rows
     * @param nonMembers rows never seen
     * @param needed how many are needed on each side
     */
    record TooFewRows(int members, int nonMembers, int needed) implements AttackOutcome {
        @Override
        public <T> T match(
                Function<? super Measured, ? extends T> measured,
                Function<? super TooFewRows, ? extends T> tooFewRows) {
            return tooFewRows.apply(this);
        }
    }
}
