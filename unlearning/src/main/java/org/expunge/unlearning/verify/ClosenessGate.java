package org.expunge.unlearning.verify;

import java.util.List;
import java.util.Locale;
import org.expunge.influence.training.Evaluation;

/**
 * Asks whether the model's predictions on F, these very rows, moved to where retrained models put them. The scale runs
 * from the distance of the model before to the distance between two retrained models, and half of it must be covered
 * towards both. Where the model before is less than twice as far from them as they are from each other, the scale is
 * noise and nothing is said.
 */
final class ClosenessGate implements Gate {
    private static final String NAME = "closeness";
    private static final int MIN_ROWS = 5;
    private static final double VISIBLE_RATIO = 2;
    private static final double NEEDED_SHARE = 0.5;

    /**
     * The least distance worth judging: for classes 0.001 nats, which a probability near one half reaches by moving
     * 0.045; for regression that share of the squared error on test rows.
     */
    private static final double NEGLIGIBLE = 1e-3;

    /** Mean distances on F; {@code before} and {@code after} to each retrained model, {@code floor} between the two. */
    private record Distances(List<Double> before, List<Double> after, double floor) {
        boolean isVisible(double negligible) {
            double nearest = Math.min(before.get(0), before.get(1));
            return nearest >= VISIBLE_RATIO * floor && nearest >= negligible;
        }

        /** Returns which part of the way to retrained model {@code i} was covered. */
        double share(int i) {
            return (before.get(i) - after.get(i)) / (before.get(i) - floor);
        }
    }

    @Override
    public boolean isAboutForgetting() {
        return true;
    }

    @Override
    public GateResult judge(Evidence evidence) {
        int rows = evidence.after().forget().size();
        if (evidence.retrained().size() < 2) {
            return inconclusive("It takes two retrained models to compare with.");
        }
        if (rows < MIN_ROWS) {
            return inconclusive(
                    String.format(Locale.ROOT, "Too few rows: %d forgotten, %d are needed.", rows, MIN_ROWS));
        }
        return judge(distances(evidence), negligible(evidence));
    }

    private static GateResult judge(Distances found, double negligible) {
        String figures = String.format(
                Locale.ROOT,
                "%.4g and %.4g before, %.4g and %.4g after, %.4g between the retrained models.",
                found.before().get(0),
                found.before().get(1),
                found.after().get(0),
                found.after().get(1),
                found.floor());
        if (!found.isVisible(negligible)) {
            return inconclusive("Doing nothing is as near to retrained models as can be told: " + figures);
        }
        boolean movedToFirst = found.share(0) >= NEEDED_SHARE;
        boolean movedToSecond = found.share(1) >= NEEDED_SHARE;
        if (movedToFirst && movedToSecond) {
            return new GateResult(NAME, Verdict.PASS, "The predictions moved to the retrained ones: " + figures);
        }
        return movedToFirst || movedToSecond
                ? inconclusive("The predictions moved to those of one retrained model only: " + figures)
                : new GateResult(NAME, Verdict.FAIL, "The predictions did not move to the retrained ones: " + figures);
    }

    private static Distances distances(Evidence evidence) {
        PredictionDistance distance = distance(evidence);
        Evaluation first = evidence.retrained().get(0).forget();
        Evaluation second = evidence.retrained().get(1).forget();
        Evaluation before = evidence.before().forget();
        Evaluation after = evidence.after().forget();
        return new Distances(
                List.of(distance.mean(before, first), distance.mean(before, second)),
                List.of(distance.mean(after, first), distance.mean(after, second)),
                distance.mean(first, second));
    }

    private static double negligible(Evidence evidence) {
        return distance(evidence).isBounded()
                ? NEGLIGIBLE
                : NEGLIGIBLE * evidence.before().test().meanLoss();
    }

    private static PredictionDistance distance(Evidence evidence) {
        return new PredictionDistance(evidence.after().model().network().loss());
    }

    private static GateResult inconclusive(String reason) {
        return new GateResult(NAME, Verdict.INCONCLUSIVE, reason);
    }
}
