package org.expunge.defense.identify;

import java.util.Optional;

/**
 * A class whose inputs are flagged more often than clean ones are, which could not be shown for want of held-out rows
 * that are taken for it: silence about it says nothing.
 *
 * @param label the class
 * @param inputs inputs taken for it
 * @param flagged flagged ones among them
 * @param calibrationInputs held-out rows taken for it
 * @param calibrationFlagged flagged ones among them
 * @param needed how many of these would about have made the class stand out: flagged as often as they are, drawn
 *     towards the false-positive rate as in {@link LabelSupport}, and no less often than that
 */
public record ScarceLabel(
        int label, int inputs, int flagged, int calibrationInputs, int calibrationFlagged, int needed) {
    /** Held-out rows of one class beyond which nobody is asked to go. */
    private static final int MOST = 1 << 17;

    /** Returns a class that is one; empty if it stands out, or would not with any number of rows. */
    static Optional<ScarceLabel> of(TargetAudit.LabelFinding found, TargetAudit.Options options, int classes) {
        if (found.flagged() < options.leastFlags() || found.standsOut(options, classes)) {
            return Optional.empty();
        }
        Search search = new Search(found, options, classes);
        int enough = Math.max(1, found.calibrationInputs());
        while (enough < MOST && !search.standsOutWith(enough)) {
            enough *= 2;
        }
        return enough < MOST
                ? Optional.of(new ScarceLabel(
                        found.label(),
                        found.inputs(),
                        found.flagged(),
                        found.calibrationInputs(),
                        found.calibrationFlagged(),
                        search.least(found.calibrationInputs(), enough)))
                : Optional.empty();
    }

    /** Asks the test of a class with other numbers of held-out rows. */
    private record Search(TargetAudit.LabelFinding found, TargetAudit.Options options, int classes) {
        private boolean standsOutWith(int rows) {
            double rate = Math.max(
                    options.falsePositiveRate(),
                    LabelSupport.cleanRate(
                            found.calibrationInputs(), found.calibrationFlagged(), options.falsePositiveRate()));
            int hits = Math.max(found.calibrationFlagged(), (int) Math.ceil(rate * rows - 1e-9));
            double p = FisherExactTest.upperTail(found.flagged(), found.inputs(), hits, rows);
            return new TargetAudit.LabelFinding(found.label(), found.inputs(), found.flagged(), rows, hits, p, false)
                    .standsOut(options, classes);
        }

        /** Returns the least number between one that does not do and one that does, where there is one such place. */
        private int least(int tooFew, int enough) {
            int low = tooFew;
            int high = enough;
            while (high - low > 1) {
                int middle = (low + high) >>> 1;
                if (standsOutWith(middle)) {
                    high = middle;
                } else {
                    low = middle;
                }
            }
            return high;
        }
    }
}
