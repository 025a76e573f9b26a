package org.expunge.unlearning.verify;

import java.util.List;
import java.util.Locale;
import org.expunge.unlearning.membership.GaussianScore;
import org.expunge.unlearning.membership.Interval;
import org.expunge.unlearning.shadow.CanaryAudit;
import org.expunge.unlearning.verify.AttackEvidence.Figure;
import org.expunge.unlearning.verify.AttackEvidence.Line;

/**
 * Judges an audit by canaries: the mean score must be 0, which is known without any retrained model. It fails where the
 * interval misses 0, and passes where it holds 0 and that of doing nothing does not.
 */
public final class CanaryEvidence {
    /** The name of the attack: Gaussian unlearning score. */
    public static final String NAME = "gus";

    private CanaryEvidence() {}

    /**
     * Judges.
     *
     * @param found what the audit found
     * @param seconds what it took
     */
    public static AttackEvidence of(CanaryAudit.Findings found, double seconds) {
        return new AttackEvidence(
                NAME,
                "the method on this recipe and these rows with noise",
                2 * found.options().runs(),
                seconds,
                List.of(
                        line("before", found.before()),
                        line("after", found.after()),
                        line("retrained", found.retrained()),
                        line("control", found.control())),
                gate(found),
                List.of(
                        "Canaries show whether noise on the features is forgotten, not the labels.",
                        "One retrained model in twenty misses 0 by chance."));
    }

    private static Line line(String model, GaussianScore score) {
        return new Line(
                model,
                List.of(
                        Figure.of("mean score", score.mean(), 0),
                        new Figure("deviation", score.deviation(), null, 1.0),
                        Figure.of("TPR at 1 % FPR", score.truePositives(), 0.01),
                        Figure.of("scores", score.scores())));
    }

    private static GateResult gate(CanaryAudit.Findings found) {
        Interval after = found.after().mean().interval();
        Interval before = found.before().mean().interval();
        String figures = String.format(
                Locale.ROOT,
                "mean score [%.3f, %.3f] after, [%.3f, %.3f] before, 0 expected.",
                after.low(),
                after.high(),
                before.low(),
                before.high());
        if (after.low() > 0) {
            return new GateResult(NAME, Verdict.FAIL, "The noise is still known: " + figures);
        }
        if (after.high() < 0) {
            return new GateResult(NAME, Verdict.FAIL, "The noise was pushed away and stands out: " + figures);
        }
        return before.low() > 0
                ? new GateResult(NAME, Verdict.PASS, "The noise looks never seen: " + figures)
                : new GateResult(NAME, Verdict.INCONCLUSIVE, "The noise was not known before either: " + figures);
    }
}
