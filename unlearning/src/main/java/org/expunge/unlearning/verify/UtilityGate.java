package org.expunge.unlearning.verify;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.Evaluation;
import org.expunge.unlearning.membership.Moments;
import org.expunge.unlearning.membership.PairedDifference;

/**
 * Fails where the model after does worse, on remaining or on test rows, than the worst of the model before and every
 * retrained one, by more than the limit and beyond the noise over rows. What retraining loses is the price of the data,
 * not of the method. Test rows of classes of which no row remains are left out.
 */
final class UtilityGate implements Gate {
    private static final String NAME = "utility";

    @Override
    public boolean isAboutForgetting() {
        return false;
    }

    @Override
    public GateResult judge(Evidence evidence) {
        GateResult retain = judge(
                "remaining",
                Measured::retain,
                IntStream.range(0, evidence.retain().size()).toArray(),
                evidence);
        GateResult test = judge("test", Measured::test, ofRemainingClasses(evidence), evidence);
        Verdict worse = Stream.of(retain.verdict(), test.verdict())
                .min(Comparator.comparingInt(Verification::rank))
                .orElseThrow();
        return new GateResult(NAME, worse, retain.reason() + " " + test.reason());
    }

    /** Test rows of classes that still have rows: nothing can be asked of the others. */
    private static int[] ofRemainingClasses(Evidence evidence) {
        Dataset test = evidence.test();
        boolean[] isGone = ClassGate.gone(evidence);
        return IntStream.range(0, test.size())
                .filter(row -> test.classes() == 0 || !isGone[test.label(row)])
                .toArray();
    }

    private static GateResult judge(String part, Function<Measured, Evaluation> of, int[] rows, Evidence evidence) {
        Evaluation after = of.apply(evidence.after());
        if (!Double.isFinite(after.meanLoss())) {
            return new GateResult(NAME, Verdict.FAIL, "The loss on " + part + " rows is not finite.");
        }
        if (rows.length == 0) {
            return new GateResult(NAME, Verdict.INCONCLUSIVE, "There are no " + part + " rows to look at.");
        }
        boolean hasClasses = !Double.isNaN(after.accuracy());
        double[] floor = Stream.concat(Stream.of(evidence.before()), evidence.retrained().stream())
                .map(model -> harms(of.apply(model), rows, hasClasses))
                .max(Comparator.comparingDouble(Moments::mean))
                .orElseThrow();
        Verifier.Options options = evidence.options();
        PairedDifference harm = PairedDifference.of(harms(after, rows, hasClasses), floor);
        double limit = hasClasses ? options.maxAccuracyDrop() : options.maxLossRise() * Moments.mean(floor);
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

    /** What is bad about each row: that it is wrong, or its loss. */
    private static double[] harms(Evaluation evaluation, int[] rows, boolean hasClasses) {
        double[] losses = evaluation.losses();
        return Arrays.stream(rows)
                .mapToDouble(row -> hasClasses ? (evaluation.isCorrect(row) ? 0 : 1) : losses[row])
                .toArray();
    }
}
