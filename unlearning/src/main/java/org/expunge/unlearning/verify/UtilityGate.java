package org.expunge.unlearning.verify;

import java.util.Comparator;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.expunge.influence.training.Evaluation;
import org.expunge.unlearning.membership.PairedDifference;

/**
 * Fails where the model after does worse, on remaining or on test rows, than the worst of the model before and every
 * retrained one, by more than the limit and beyond the noise over rows. What retraining loses is the price of the data,
 * not of the method.
 */
final class UtilityGate implements Gate {
    private static final String NAME = "utility";

    @Override
    public boolean isAboutForgetting() {
        return false;
    }

    @Override
    public GateResult judge(Evidence evidence) {
        GateResult retain = judge("remaining", Measured::retain, evidence);
        GateResult test = judge("test", Measured::test, evidence);
        Verdict worse = Stream.of(retain.verdict(), test.verdict())
                .min(Comparator.comparingInt(Verification::rank))
                .orElseThrow();
        return new GateResult(NAME, worse, retain.reason() + " " + test.reason());
    }

    private static GateResult judge(String part, Function<Measured, Evaluation> of, Evidence evidence) {
        Evaluation after = of.apply(evidence.after());
        if (!Double.isFinite(after.meanLoss())) {
            return new GateResult(NAME, Verdict.FAIL, "The loss on " + part + " rows is not finite.");
        }
        boolean hasClasses = !Double.isNaN(after.accuracy());
        Evaluation floor = Stream.concat(Stream.of(evidence.before()), evidence.retrained().stream())
                .map(of)
                .min(Comparator.comparingDouble(e -> hasClasses ? e.accuracy() : -e.meanLoss()))
                .orElseThrow();
        Verifier.Options options = evidence.options();
        PairedDifference harm = hasClasses
                ? PairedDifference.of(correct(floor), correct(after))
                : PairedDifference.of(after.losses(), floor.losses());
        double limit = hasClasses ? options.maxAccuracyDrop() : options.maxLossRise() * floor.meanLoss();
        String reason = String.format(
                Locale.ROOT,
                "%s on %s rows worse by %.4g ± %.4g, limit %.4g.",
                hasClasses ? "Accuracy" : "Loss",
                part,
                harm.mean(),
                harm.halfWidth(),
                limit);
        if (harm.mean() <= limit) {
            return new GateResult(NAME, Verdict.PASS, reason);
        }
        return new GateResult(NAME, harm.isAbove(limit) ? Verdict.FAIL : Verdict.INCONCLUSIVE, reason);
    }

    private static double[] correct(Evaluation evaluation) {
        double[] correct = new double[evaluation.size()];
        for (int i = 0; i < correct.length; i++) {
            correct[i] = evaluation.isCorrect(i) ? 1 : 0;
        }
        return correct;
    }
}
