package org.expunge.unlearning.verify;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.Metrics;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.membership.LossThresholdAttack;
import org.jspecify.annotations.Nullable;

/**
 * Measures a removal and judges it. Works the same for every method and does not ask which one it was.
 *
 * <p><b>Shapes.</b> All models have the same input and outputs.
 *
 * <p><b>Units.</b> Losses are means a row, accuracies fractions, divergences nats.
 *
 * <p><b>Accuracy.</b> Intervals are at 95 %. The loss-threshold attack looks at the population: single rows that are
 * still known can escape it.
 *
 * <p><b>Cost.</b> One forward pass over F, R and T for each model.
 *
 * <p><b>Source.</b> Tug of war: K. Zhao, M. Kurmanji, G. Bărbulescu, E. Triantafillou and P. Triantafillou, "What makes
 * unlearning hard and what to do about it", NeurIPS 2024, section 3.
 */
public final class Verifier {
    /**
     * The limits.
     *
     * @param maxAccuracyDrop largest fall of accuracy on remaining or test rows, as a fraction of the rows, in [0, 1]
     * @param maxClassAccuracyDrop largest fall of accuracy on the test rows of a class, as a fraction, in [0, 1]
     * @param maxLossRise largest rise of the mean loss relative to what it was, 0 or more; for regression
     * @param attack how the attack is run
     */
    public record Options(
            double maxAccuracyDrop,
            double maxClassAccuracyDrop,
            double maxLossRise,
            LossThresholdAttack.Options attack) {
        /** Two points of accuracy, ten of a class's, a tenth of the loss. */
        public static final Options DEFAULT = new Options(0.02, 0.1, 0.1, LossThresholdAttack.Options.DEFAULT);

        /** Checks the ranges. */
        public Options {
            checkArgument(
                    maxAccuracyDrop >= 0 && maxAccuracyDrop <= 1,
                    "maxAccuracyDrop must be in [0, 1], got %s",
                    maxAccuracyDrop);
            checkArgument(
                    maxClassAccuracyDrop >= 0 && maxClassAccuracyDrop <= 1,
                    "maxClassAccuracyDrop must be in [0, 1], got %s",
                    maxClassAccuracyDrop);
            checkArgument(maxLossRise >= 0, "maxLossRise must be 0 or more, got %s", maxLossRise);
        }
    }

    private static final List<Gate> GATES = List.of(
            new ChangeGate(),
            new UtilityGate(),
            new ClassGate(),
            new GoneClassGate(),
            new MembershipGate(),
            new ClosenessGate());

    private final Engine engine;
    private final Options options;

    /**
     * Makes a verifier.
     *
     * @param engine where it runs; stays the caller's to close
     * @param options the limits
     */
    public Verifier(Engine engine, Options options) {
        this.engine = engine;
        this.options = options;
    }

    /**
     * Measures and judges models that take the same normalisation.
     *
     * @param before the model before
     * @param after the model after
     * @param rows what was forgotten, at least 1 row, and what remains
     * @param test rows that no model was trained or chosen on, at least 1
     * @param retrained none, one or two models; see the other method
     * @return the evidence and the verdict
     * @throws IllegalArgumentException if there are no rows to forget or test on, or more than two retrained models
     */
    public Verification verify(Model before, Model after, ForgetSet rows, Dataset test, List<Model> retrained) {
        return verify(
                new Subject(before, rows, test),
                new Subject(after, rows, test),
                retrained.stream().map(model -> new Subject(model, rows, test)).toList());
    }

    /**
     * Measures and judges.
     *
     * @param before the model before, with at least 1 row to forget and 1 to test on
     * @param after the model after
     * @param retrained none, one or two models trained on the remaining rows alone, with seeds other than that of the
     *     model before (which shares its start with a model of the same seed); the first is the reference, the second
     *     says how far two retrained models lie apart, and it takes both to judge closeness
     * @return the evidence and the verdict
     * @throws IllegalArgumentException if there are no rows to forget or test on, or more than two retrained models
     */
    public Verification verify(Subject before, Subject after, List<Subject> retrained) {
        checkArgument(!before.rows().isEmpty(), "nothing was forgotten, so there is nothing to verify");
        checkArgument(
                before.test().size() >= 1,
                "%s has no rows to test on",
                before.test().name());
        checkArgument(retrained.size() <= 2, "at most two retrained models are used, got %s", retrained.size());
        Evaluator evaluator = new Evaluator(engine);
        LossThresholdAttack attack = new LossThresholdAttack(options.attack());
        Measured old = Measured.of(evaluator, attack, "before", before);
        Measured fresh = Measured.of(evaluator, attack, "after", after);
        List<Measured> references = new ArrayList<>();
        for (Subject model : retrained) {
            String name = references.isEmpty() ? "retrained" : "retrained again";
            references.add(Measured.of(evaluator, attack, name, model));
        }
        Gate.Evidence evidence = new Gate.Evidence(
                old, fresh, references, after.rows().forget(), after.rows().retain(), after.test(), options);
        List<GateResult> gates =
                GATES.stream().map(gate -> gate.judge(evidence)).toList();
        return new Verification(
                options,
                old.figures(),
                fresh.figures(),
                references.stream().map(Measured::figures).toList(),
                closeness(evidence),
                ClassGate.table(evidence),
                List.of(),
                gates,
                verdict(gates, List.of()),
                limits(retrained.size()));
    }

    /**
     * Joins answers.
     *
     * @param gates those of the gates of every verification come first
     * @param attacks those of the attacks that were asked for
     */
    static Verdict verdict(List<GateResult> gates, List<GateResult> attacks) {
        if (Stream.concat(gates.stream(), attacks.stream()).anyMatch(gate -> gate.verdict() == Verdict.FAIL)) {
            return Verdict.FAIL;
        }
        boolean isHarmless = true;
        boolean showsForgetting = attacks.stream().anyMatch(gate -> gate.verdict() == Verdict.PASS);
        for (int i = 0; i < GATES.size(); i++) {
            boolean isPassed = gates.get(i).verdict() == Verdict.PASS;
            if (GATES.get(i).isAboutForgetting()) {
                showsForgetting |= isPassed;
            } else {
                isHarmless &= isPassed;
            }
        }
        boolean isEveryAttackPassed = attacks.stream().allMatch(gate -> gate.verdict() == Verdict.PASS);
        return isHarmless && showsForgetting && isEveryAttackPassed ? Verdict.PASS : Verdict.INCONCLUSIVE;
    }

    /** Returns whether a model passed all gates that are not about forgetting: it changed, and kept its use. */
    public static boolean isHarmless(Verification verification) {
        for (int i = 0; i < GATES.size(); i++) {
            if (!GATES.get(i).isAboutForgetting() && verification.gates().get(i).verdict() != Verdict.PASS) {
                return false;
            }
        }
        return true;
    }

    private static List<Closeness> closeness(Gate.Evidence evidence) {
        if (evidence.retrained().isEmpty()) {
            return List.of();
        }
        Measured reference = evidence.retrained().get(0);
        PredictionDistance distance =
                new PredictionDistance(reference.model().network().loss());
        return Stream.concat(
                        Stream.of(evidence.before(), evidence.after()),
                        evidence.retrained().stream().skip(1))
                .map(measured -> new Closeness(
                        measured.figures().model(),
                        distance.measure(),
                        distance.mean(measured.forget(), reference.forget()),
                        tugOfWar(measured.figures(), reference.figures())))
                .toList();
    }

    private static @Nullable Double tugOfWar(ModelFigures model, ModelFigures reference) {
        Double forget = agreement(model.forget(), reference.forget());
        Double retain = agreement(model.retain(), reference.retain());
        Double test = agreement(model.test(), reference.test());
        return forget == null || retain == null || test == null ? null : Double.valueOf(forget * retain * test);
    }

    private static @Nullable Double agreement(Metrics a, Metrics b) {
        Double of = a.accuracy();
        Double other = b.accuracy();
        return of == null || other == null ? null : Double.valueOf(1 - Math.abs(of - other));
    }

    private static List<String> limits(int retrained) {
        List<String> limits = new ArrayList<>();
        limits.add("The loss-threshold attack looks at the population and can miss single rows that are still known.");
        if (retrained == 0) {
            limits.add("No retrained model was given, so what these very rows look like never seen is not known.");
        }
        if (retrained == 1) {
            limits.add("No second retrained model was given, so how far two of them lie apart is not known.");
        }
        return limits;
    }
}
