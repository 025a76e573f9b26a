package org.expunge.unlearning.verify;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.expunge.unlearning.membership.Estimate;
import org.expunge.unlearning.membership.Interval;
import org.expunge.unlearning.shadow.ShadowAudit;
import org.expunge.unlearning.verify.AttackEvidence.Figure;
import org.expunge.unlearning.verify.AttackEvidence.Line;

/**
 * Judges an audit by U-LiRA. It fails where the whole interval of the accuracy lies above the limit, or where the
 * method costs more accuracy than is allowed. It passes where the accuracy is within the limit and told apart from that
 * of doing nothing. It says nothing where retrained models are not guessed (the attack is out of order) or where doing
 * nothing is within the limit as well (there is nothing to forget).
 */
public final class ShadowEvidence {
    /** The name of the attack. */
    public static final String NAME = "u-lira";

    private static final double GUESS = 0.5;

    /** Three points above guessing; retrained models reached .499, doing nothing .62 to .66 in the same setting. */
    private static final double MAX_ACCURACY = 0.53;

    private ShadowEvidence() {}

    /**
     * Judges.
     *
     * @param found what the audit found
     * @param maxAccuracyDrop largest fall of the accuracy on test rows, as a fraction
     * @param seconds what it took
     */
    public static AttackEvidence of(ShadowAudit.Findings found, double maxAccuracyDrop, double seconds) {
        ShadowAudit.Options options = found.options();
        return new AttackEvidence(
                NAME,
                "the method on this recipe and these rows",
                2 * options.runs(),
                seconds,
                Stream.of(found.before(), found.after(), found.retrained())
                        .map(ShadowEvidence::line)
                        .toList(),
                gate(found, maxAccuracyDrop),
                List.of(
                        "U-LiRA attacks models made like the released one, not the released one itself.",
                        String.format(
                                Locale.ROOT,
                                "The forgetting score rests on %d models a side and can show no epsilon above %.2f; read"
                                        + " it beside the retrained models' own.",
                                found.after().score().models(),
                                Math.log(found.after().score().models() - 1.0)),
                        "In " + found.refusals() + " of " + options.runs()
                                + " runs the method gave no new model, which counts as doing nothing."));
    }

    private static Line line(ShadowAudit.Figures figures) {
        return new Line(
                figures.model(),
                List.of(
                        Figure.of("accuracy", figures.rows().accuracy(), GUESS),
                        Figure.of("AUC", figures.rows().auc(), GUESS),
                        Figure.of(
                                "TPR at 1 % FPR",
                                figures.rows().truePositives(), figures.rows().falsePositives()),
                        Figure.of("p95 of row accuracies", figures.rows().accuracyP95()),
                        Figure.of("rows above 0.75", figures.rows().shareExposed()),
                        Figure.of("forgetting score", figures.score().points()),
                        Figure.of("final score", figures.finalScore()),
                        new Figure("epsilon at least", figures.epsilon().epsilon(), null, 0.0),
                        Figure.of("test accuracy", figures.testAccuracy())));
    }

    private static GateResult gate(ShadowAudit.Findings found, double maxAccuracyDrop) {
        Estimate after = found.after().rows().accuracy();
        Interval before = found.before().rows().accuracy().interval();
        Interval retrained = found.retrained().rows().accuracy().interval();
        String figures = String.format(
                Locale.ROOT,
                "accuracy %.3f [%.3f, %.3f] after, [%.3f, %.3f] before, [%.3f, %.3f] retrained, limit %.3g.",
                after.value(),
                after.interval().low(),
                after.interval().high(),
                before.low(),
                before.high(),
                retrained.low(),
                retrained.high(),
                MAX_ACCURACY);
        if (found.testAccuracyDrop().isAbove(maxAccuracyDrop)) {
            return new GateResult(
                    NAME,
                    Verdict.FAIL,
                    String.format(
                            Locale.ROOT,
                            "The method costs %.3f ± %.3f of accuracy on test rows, limit %.3g; %s",
                            found.testAccuracyDrop().mean(),
                            found.testAccuracyDrop().halfWidth(),
                            maxAccuracyDrop,
                            figures));
        }
        if (!retrained.contains(GUESS)) {
            return new GateResult(
                    NAME, Verdict.INCONCLUSIVE, "The attack does not even guess on models that never saw: " + figures);
        }
        if (after.interval().low() > MAX_ACCURACY) {
            return new GateResult(NAME, Verdict.FAIL, "Single rows are still known: " + figures);
        }
        if (before.low() <= MAX_ACCURACY) {
            return new GateResult(
                    NAME, Verdict.INCONCLUSIVE, "The attack does not see the rows before either: " + figures);
        }
        boolean isWithin = after.value() <= MAX_ACCURACY && after.interval().high() < before.low();
        return isWithin
                ? new GateResult(NAME, Verdict.PASS, "Single rows look never seen: " + figures)
                : new GateResult(NAME, Verdict.INCONCLUSIVE, "Too few runs or rows to tell: " + figures);
    }
}
