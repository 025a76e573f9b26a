package org.expunge.cli.unlearn;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Recipe;
import org.expunge.unlearning.deltagrad.DeltaGrad;
import org.expunge.unlearning.method.Retrain;
import org.expunge.unlearning.policy.ApproximateRungs;
import org.expunge.unlearning.policy.AutoPolicy;
import org.expunge.unlearning.policy.Rung;

/**
 * The rungs of {@code auto} for a run: exact, certified, influence, dampening, training on, retraining. Predictions are
 * the most that each can cost, by its settings.
 */
final class AutoLadder {
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
                rungs(),
                new Rung.Usable(
                        "retrain",
                        rows -> ApproximateRungs.trained(rows, epochs),
                        () -> new Retrain(bench.retrainingAnew(), recipe.seed())));
    }

    private List<Rung> rungs() {
        List<Rung> rungs = new ArrayList<>();
        rungs.add(new Rung.Unusable("sharded", "The run was not trained in shards."));
        rungs.add(new Rung.Unusable("certified-head", "The run is no certified head."));
        rungs.add(deltaGrad());
        rungs.addAll(new ApproximateRungs(bench.engine(), recipe.training().l2(), epochs).all());
        return rungs;
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
                rows -> ApproximateRungs.trained(rows, epochs * exact),
                () -> new DeltaGrad(bench.engine(), bench.trajectory(), DeltaGrad.Options.DEFAULT));
    }
}
