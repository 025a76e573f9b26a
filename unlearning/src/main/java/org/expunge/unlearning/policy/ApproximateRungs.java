package org.expunge.unlearning.policy;

import java.util.List;
import java.util.function.Function;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.unlearning.Cost;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.inversion.KrylovInverter;
import org.expunge.unlearning.method.InfluenceRemoval;
import org.expunge.unlearning.method.dampening.SelectiveSynapticDampening;
import org.expunge.unlearning.method.finetune.FineTune;
import org.expunge.unlearning.method.finetune.ForgetPhase;
import org.expunge.unlearning.method.finetune.NegGradPlus;
import org.expunge.unlearning.method.finetune.RandomLabel;
import org.expunge.unlearning.method.finetune.Scrub;
import org.expunge.unlearning.method.finetune.Tuning;

/**
 * The rungs that any network can climb: influence, dampening, training on. Predictions are the most that each can cost,
 * by its settings.
 */
public final class ApproximateRungs {
    /** At most 60 products, as by default; fewer where trainings are short, so that others can follow. */
    private static final int MOST_PRODUCTS = 60;

    private static final int FEWEST_PRODUCTS = 10;
    private static final double PRODUCTS_AN_EPOCH = 0.3;
    private static final List<Double> DAMPINGS = List.of(1e-2, 1e-3);
    private static final List<Double> STEPS = List.of(1.0, 0.5);

    private final Engine engine;
    private final double l2;
    private final int epochs;

    /**
     * Makes rungs.
     *
     * @param engine where they run; stays the caller's to close
     * @param l2 the penalty that the model was trained with
     * @param epochs how long it was trained
     */
    public ApproximateRungs(Engine engine, double l2, int epochs) {
        this.engine = engine;
        this.l2 = l2;
        this.epochs = epochs;
    }

    /** Returns the rungs in the order in which they are climbed. */
    public List<Rung> all() {
        return List.of(
                influence(),
                dampening(),
                usable(
                        "neg-grad-plus",
                        Tuning.DEFAULT,
                        weights(NegGradPlus.Options.DEFAULT.phase()),
                        t -> new NegGradPlus(engine, negGradPlus(t))),
                usable(
                        "random-label",
                        Tuning.DEFAULT,
                        weights(RandomLabel.Options.DEFAULT.phase()),
                        t -> new RandomLabel(engine, randomLabel(t))),
                usable(
                        "scrub",
                        Scrub.Options.DEFAULT.tuning(),
                        Scrub.Options.DEFAULT.passes().size(),
                        t -> new Scrub(engine, scrub(t))),
                usable("fine-tune", Tuning.DEFAULT, 1, t -> new FineTune(engine, fineTune(t))));
    }

    /** Returns what some epochs of training on the remaining rows cost. */
    public static Cost trained(ForgetSet rows, double epochs) {
        return new Cost(0, Math.round(epochs * rows.retain().size()), 0, 0);
    }

    private static NegGradPlus.Options negGradPlus(Tuning tuning) {
        return NegGradPlus.Options.DEFAULT.withTuning(tuning);
    }

    private static RandomLabel.Options randomLabel(Tuning tuning) {
        return RandomLabel.Options.DEFAULT.withTuning(tuning);
    }

    private static Scrub.Options scrub(Tuning tuning) {
        return Scrub.Options.DEFAULT.withTuning(tuning);
    }

    private static FineTune.Options fineTune(Tuning tuning) {
        return FineTune.Options.DEFAULT.withTuning(tuning);
    }

    private Rung influence() {
        int products = (int) Math.max(FEWEST_PRODUCTS, Math.min(MOST_PRODUCTS, PRODUCTS_AN_EPOCH * epochs));
        InfluenceRemoval.Options options = InfluenceRemoval.Options.DEFAULT
                .withWeightDecay(new WeightDecay(l2))
                .withInverter(new KrylovInverter(
                        KrylovInverter.Products.GAUSS_NEWTON, KrylovInverter.Solver.CG, 1e-4, products))
                .withDampings(DAMPINGS)
                .withSteps(STEPS);
        int candidates = DAMPINGS.size() * STEPS.size() * (1 + options.repairEpochs());
        int repairs = DAMPINGS.size() * STEPS.size() * options.repairEpochs();
        Function<ForgetSet, Cost> prediction = rows -> new Cost(
                0,
                rows.forget().size() + (long) repairs * rows.retain().size(),
                (long) products * rows.retain().size(),
                candidates * all(rows));
        return new Rung.Usable("influence", prediction, () -> new InfluenceRemoval(engine, options));
    }

    private Rung dampening() {
        SelectiveSynapticDampening.Options options = SelectiveSynapticDampening.Options.DEFAULT;
        long importances = options.importances().size();
        long candidates = 1
                + importances * options.quantiles().size() * options.strengths().size();
        return new Rung.Usable(
                "ssd",
                rows -> new Cost(0, importances * all(rows), 0, candidates * all(rows)),
                () -> new SelectiveSynapticDampening(engine, options));
    }

    private static int weights(ForgetPhase phase) {
        return phase.alphas().size();
    }

    /** Each of some variants runs all rates. */
    private Rung usable(String name, Tuning usual, int variants, Function<Tuning, UnlearningMethod> method) {
        Tuning tuning = usual.withL2(l2);
        long passes = (long) variants * tuning.learningRates().size() * tuning.epochs();
        return new Rung.Usable(
                name, rows -> new Cost(0, passes * all(rows), 0, (passes + 1) * all(rows)), () -> method.apply(tuning));
    }

    private static long all(ForgetSet rows) {
        return (long) rows.forget().size() + rows.retain().size();
    }
}
