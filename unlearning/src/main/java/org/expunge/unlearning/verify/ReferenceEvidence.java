package org.expunge.unlearning.verify;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.Evaluator;
import org.expunge.unlearning.membership.ClassMatch;
import org.expunge.unlearning.membership.ReferenceAttack;
import org.expunge.unlearning.membership.ReferenceAttack.Found;
import org.expunge.unlearning.membership.ReferenceAttack.Probabilities;
import org.expunge.unlearning.verify.AttackEvidence.Figure;
import org.expunge.unlearning.verify.AttackEvidence.Line;

/**
 * Attacks the released model by RMIA: the second retrained model is the reference for all, and what the attack reaches
 * on the first one is what forgetting looks like. It fails where the interval of the AUC misses that, and passes where
 * it holds it and the interval of doing nothing does not.
 *
 * <p><b>Cost.</b> A forward pass over F and T for four models.
 */
public final class ReferenceEvidence {
    /** The name of the attack. */
    public static final String NAME = "rmia";

    private static final double GUESS = 0.5;
    private static final int MIN_ROWS = 20;

    private final Evaluator evaluator;
    private final ReferenceAttack attack;

    /** Runs on an engine, which stays the caller's to close. */
    public ReferenceEvidence(Engine engine) {
        this.evaluator = new Evaluator(engine);
        this.attack = new ReferenceAttack(ReferenceAttack.Options.DEFAULT);
    }

    /**
     * Attacks and judges.
     *
     * @param before the model before
     * @param after the model after
     * @param retrained two models trained on the remaining rows alone, with other seeds
     * @param seed decides which test rows are held against the forgotten ones
     * @throws IllegalArgumentException if there are not two retrained models, or the rows have no classes
     */
    public AttackEvidence of(Subject before, Subject after, List<Subject> retrained, long seed) {
        checkArgument(
                retrained.size() == 2,
                "%s needs two retrained models, one to compare with and one to calibrate on, got %s",
                NAME,
                retrained.size());
        long start = System.nanoTime();
        Dataset forget = before.rows().forget();
        checkArgument(forget.classes() > 0, "%s has no classes, and attacks on single rows need them", forget.name());
        int[] others = ClassMatch.of(forget, before.test(), seed).rows();
        Subject reference = retrained.get(1);
        Found old = attack(before, reference, others);
        Found fresh = attack(after, reference, others);
        Found calibration = attack(retrained.get(0), reference, others);
        return new AttackEvidence(
                NAME,
                "the released model",
                1,
                (System.nanoTime() - start) * 1e-9,
                List.of(line("before", old), line("after", fresh), line("retrained", calibration)),
                gate(old, fresh, calibration),
                List.of("RMIA with one reference model holds the accident of which model that was."));
    }

    private Found attack(Subject target, Subject reference, int[] others) {
        return attack.attack(
                new Probabilities(
                        ofTrueClass(target, target.rows().forget()),
                        new double[][] {ofTrueClass(reference, reference.rows().forget())}),
                new Probabilities(
                        ofTrueClass(target, target.test()), new double[][] {ofTrueClass(reference, reference.test())}),
                others);
    }

    /** The loss is the negative logarithm of the true class's probability. */
    private double[] ofTrueClass(Subject subject, Dataset rows) {
        return Arrays.stream(evaluator.evaluate(subject.model(), rows).losses())
                .map(loss -> Math.exp(-loss))
                .toArray();
    }

    private static Line line(String model, Found found) {
        return new Line(
                model,
                List.of(
                        Figure.of("AUC", found.auc(), GUESS),
                        Figure.of("TPR at 1 % FPR", found.truePositives(), found.falsePositives())));
    }

    private static GateResult gate(Found before, Found after, Found calibration) {
        if (after.members() < MIN_ROWS || after.nonMembers() < MIN_ROWS) {
            return new GateResult(
                    NAME,
                    Verdict.INCONCLUSIVE,
                    String.format(
                            Locale.ROOT,
                            "Too few rows: %d forgotten and %d test rows, %d of each are needed.",
                            after.members(),
                            after.nonMembers(),
                            MIN_ROWS));
        }
        return MembershipGate.judge(
                NAME, before.auc().interval(), after.auc(), calibration.auc().value());
    }
}
