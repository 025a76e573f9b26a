package org.expunge.unlearning.verify;

import java.util.Locale;
import org.expunge.influence.training.Evaluation;

/**
 * Asks whether the model's predictions on F moved towards those of a retrained model. The scale runs from the distance
 * of the model before to that of a second retrained model: half of it must be covered, beyond the noise over rows.
 * Without a second one the scale is unknown, and only half of the whole distance counts.
 */
final class ClosenessGate implements Gate {
    private static final String NAME = "closeness";
    private static final int MIN_ROWS = 5;
    private static final double NEEDED_SHARE = 0.5;

    @Override
    public boolean isAboutForgetting() {
        return true;
    }

    @Override
    public GateResult judge(Evidence evidence) {
        int rows = evidence.after().forget().size();
        if (evidence.retrained().isEmpty()) {
            return inconclusive("No retrained model was given to compare with.");
        }
        if (rows < MIN_ROWS) {
            return inconclusive(
                    String.format(Locale.ROOT, "Too few rows: %d forgotten, %d are needed.", rows, MIN_ROWS));
        }
        PredictionDistance distance =
                new PredictionDistance(evidence.after().model().network().loss());
        Evaluation reference = evidence.retrained().get(0).forget();
        double[] before = distance.perRow(evidence.before().forget(), reference);
        double[] after = distance.perRow(evidence.after().forget(), reference);
        boolean hasFloor = evidence.retrained().size() > 1;
        double[] floor =
                hasFloor ? distance.perRow(evidence.retrained().get(1).forget(), reference) : new double[before.length];
        return judge(PairedDifference.of(before, after), PairedDifference.of(before, floor), hasFloor);
    }

    private static GateResult judge(PairedDifference gain, PairedDifference gap, boolean hasFloor) {
        double share = gain.mean() / gap.mean();
        String figures = String.format(
                Locale.ROOT,
                "nearer by %.4g ± %.4g of %.4g ± %.4g (%s)",
                gain.mean(),
                gain.halfWidth(),
                gap.mean(),
                gap.halfWidth(),
                hasFloor ? "from doing nothing to a second retraining" : "the whole distance; no second retraining");
        if (!gap.isAbove(0)) {
            return inconclusive("Doing nothing is as near to the retrained model as can be told: " + figures + ".");
        }
        if (gain.isAbove(0) && share >= NEEDED_SHARE) {
            return new GateResult(NAME, Verdict.PASS, "The predictions moved to the retrained ones: " + figures + ".");
        }
        boolean fails = gain.isBelow(0) || (hasFloor && share < NEEDED_SHARE);
        return fails
                ? new GateResult(
                        NAME, Verdict.FAIL, "The predictions did not move to the retrained ones: " + figures + ".")
                : inconclusive("The predictions may have moved to the retrained ones: " + figures + ".");
    }

    private static GateResult inconclusive(String reason) {
        return new GateResult(NAME, Verdict.INCONCLUSIVE, reason);
    }
}
