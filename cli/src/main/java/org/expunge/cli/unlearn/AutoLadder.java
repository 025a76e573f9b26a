package org.expunge.cli.unlearn;

import java.util.List;
import java.util.function.Function;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Recipe;
import org.expunge.unlearning.Cost;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.deltagrad.DeltaGrad;
import org.expunge.unlearning.inversion.KrylovInverter;
import org.expunge.unlearning.method.InfluenceRemoval;
import org.expunge.unlearning.method.Retrain;
import org.expunge.unlearning.method.dampening.SelectiveSynapticDampening;
import org.expunge.unlearning.method.finetune.FineTune;
import org.expunge.unlearning.method.finetune.ForgetPhase;
import org.expunge.unlearning.method.finetune.NegGradPlus;
import org.expunge.unlearning.method.finetune.RandomLabel;
import org.expunge.unlearning.method.finetune.Scrub;
import org.expunge.unlearning.method.finetune.Tuning;
import org.expunge.unlearning.policy.AutoPolicy;
import org.expunge.unlearning.policy.Rung;

/**
 * The rungs of {@code auto} for a run: exact, certified, influence, dampening, training on, retraining. Predictions are
 * the most that each can cost, by its settings.
 */
final class AutoLadder {
    /** At most 60 products, as by default; fewer where trainings are short, so that others can follow. */
    private static final int MOST_PRODUCTS = 60;

    private static final int FEWEST_PRODUCTS = 10;
    private static final double PRODUCTS_AN_EPOCH = 0.3;
    private static final List<Double> DAMPINGS = List.of(1e-2, 1e-3);
    private static final List<Double> STEPS = List.of(1.0, 0.5);

    private final RemovalBench bench;
    private final Recipe recipe;
    private final int epochs;

    private AutoLadder(RemovalBench bench) {
        this.bench = bench;
        this.recipe = bench.recipe();
        int run = bench.run().metrics().epochs().size();
        this.epochs = run == 0 ? recipe.training().epochs() : run;
    }

    static RemovalRecipe plan(RemovalOptions options) {
        return bench -> new AutoLadder(bench).policy();
    }

    private AutoPolicy policy() {
        return new AutoPolicy(
                bench.engine(),
                AutoPolicy.Options.DEFAULT.withRelearning(recipe.training()),
                List.of(
                        new Rung.Unusable("sharded", "The run was not trained in shards."),
                        new Rung.Unusable("certified-head", "The run is no certified head."),
                        deltaGrad(),
                        influence(),
                        dampening(),
                        usable(
                                "neg-grad-plus",
                                Tuning.DEFAULT,
                                weights(NegGradPlus.Options.DEFAULT.phase()),
                                t -> new NegGradPlus(bench.engine(), negGradPlus(t))),
                        usable(
                                "random-label",
                                Tuning.DEFAULT,
                                weights(RandomLabel.Options.DEFAULT.phase()),
                                t -> new RandomLabel(bench.engine(), randomLabel(t))),
                        usable(
                                "scrub",
                                Scrub.Options.DEFAULT.tuning(),
                                Scrub.Options.DEFAULT.passes().size(),
                                t -> new Scrub(bench.engine(), scrub(t))),
                        usable("fine-tune", Tuning.DEFAULT, 1, t -> new FineTune(bench.engine(), fineTune(t)))),
                new Rung.Usable(
                        "retrain",
                        rows -> trained(rows, epochs),
                        () -> new Retrain(bench.retrainingAnew(), recipe.seed())));
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

    /** Follows every step; without a record, the training is run again first. */
    private Rung deltaGrad() {
        if (recipe.training().optimizer().kind() != Optimizer.Kind.SGD) {
            return new Rung.Unusable(
                    "delta-grad", "The run was not trained by plain sgd, which alone can be followed.");
        }
        if (!bench.hasRecord()) {
            return new Rung.Unusable(
                    "delta-grad",
                    "The run kept no record of every step, and to run it again costs as much as to retrain.");
        }
        double exact = 1.0 / DeltaGrad.Options.DEFAULT.period() + 0.2;
        return new Rung.Usable(
                "delta-grad",
                rows -> trained(rows, epochs * exact),
                () -> new DeltaGrad(bench.engine(), bench.trajectory(), DeltaGrad.Options.DEFAULT));
    }

    private Rung influence() {
        int products = (int) Math.max(FEWEST_PRODUCTS, Math.min(MOST_PRODUCTS, PRODUCTS_AN_EPOCH * epochs));
        InfluenceRemoval.Options options = InfluenceRemoval.Options.DEFAULT
                .withWeightDecay(new WeightDecay(recipe.training().l2()))
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
        return new Rung.Usable("influence", prediction, () -> new InfluenceRemoval(bench.engine(), options));
    }

    private Rung dampening() {
        SelectiveSynapticDampening.Options options = SelectiveSynapticDampening.Options.DEFAULT;
        long importances = options.importances().size();
        long candidates = 1
                + importances * options.quantiles().size() * options.strengths().size();
        return new Rung.Usable(
                "ssd",
                rows -> new Cost(0, importances * all(rows), 0, candidates * all(rows)),
                () -> new SelectiveSynapticDampening(bench.engine(), options));
    }

    private static int weights(ForgetPhase phase) {
        return phase.alphas().size();
    }

    /** Each of some variants runs all rates. */
    private Rung usable(String name, Tuning usual, int variants, Function<Tuning, UnlearningMethod> method) {
        Tuning tuning = usual.withL2(recipe.training().l2());
        long passes = (long) variants * tuning.learningRates().size() * tuning.epochs();
        return new Rung.Usable(
                name, rows -> new Cost(0, passes * all(rows), 0, (passes + 1) * all(rows)), () -> method.apply(tuning));
    }

    private static long all(ForgetSet rows) {
        return (long) rows.forget().size() + rows.retain().size();
    }

    private static Cost trained(ForgetSet rows, double epochs) {
        return new Cost(0, Math.round(epochs * rows.retain().size()), 0, 0);
    }
}
