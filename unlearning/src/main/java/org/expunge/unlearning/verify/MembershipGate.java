package org.expunge.unlearning.verify;

import java.util.Locale;
import java.util.OptionalDouble;
import org.expunge.unlearning.membership.AttackOutcome;
import org.expunge.unlearning.membership.Estimate;
import org.expunge.unlearning.membership.Interval;

/**
 * Asks whether the loss-threshold attack still tells F from T. The null is the AUC of the first retrained model, which
 * has the same accident of which rows were drawn, or one half without one. A pass needs an attack that saw the rows in
 * the model before; an AUC below the null shows rows that were pushed too far, and fails too.
 */
final class MembershipGate implements Gate {
    private static final String NAME = "membership";
    private static final double NEVER_SEEN = 0.5;

    @Override
    public boolean isAboutForgetting() {
        return true;
    }

    @Override
    public GateResult judge(Evidence evidence) {
        AttackOutcome before = evidence.before().figures().attack();
        return evidence.after()
                .figures()
                .attack()
                .match(
                        after -> judge(
                                NAME,
                                interval(before),
                                new Estimate(after.auc(), after.aucInterval()),
                                nullAuc(evidence)),
                        few -> new GateResult(
                                NAME,
                                Verdict.INCONCLUSIVE,
                                String.format(
                                        Locale.ROOT,
                                        "Too few rows: %d forgotten and %d test rows, %d of each are needed.",
                                        few.members(),
                                        few.nonMembers(),
                                        few.needed())));
    }

    /** Asks whether the interval of an AUC holds what models that never saw the rows reach. */
    static GateResult judge(String name, Interval before, Estimate after, double nullAuc) {
        String figures = String.format(
                Locale.ROOT,
                "AUC %.3f [%.3f, %.3f] after, [%.3f, %.3f] before, %.3f expected",
                after.value(),
                after.interval().low(),
                after.interval().high(),
                before.low(),
                before.high(),
                nullAuc);
        if (after.interval().low() > nullAuc) {
            return new GateResult(name, Verdict.FAIL, "The rows still look like training rows: " + figures + ".");
        }
        if (after.interval().high() < nullAuc) {
            return new GateResult(name, Verdict.FAIL, "The rows were pushed too far and stand out: " + figures + ".");
        }
        return before.contains(nullAuc)
                ? new GateResult(
                        name,
                        Verdict.INCONCLUSIVE,
                        "The attack could not see the rows in the model before either: " + figures + ".")
                : new GateResult(name, Verdict.PASS, "The rows look never seen: " + figures + ".");
    }

    private static double nullAuc(Evidence evidence) {
        if (evidence.retrained().isEmpty()) {
            return NEVER_SEEN;
        }
        OptionalDouble auc = evidence.retrained()
                .get(0)
                .figures()
                .attack()
                .match(found -> OptionalDouble.of(found.auc()), few -> OptionalDouble.empty());
        return auc.orElse(NEVER_SEEN);
    }

    private static Interval interval(AttackOutcome outcome) {
        return outcome.match(AttackOutcome.Measured::aucInterval, few -> new Interval(0, 1));
    }
}
