package org.expunge.benchmarks.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Evaluator;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.method.Retraining;

/**
 * Poison removed when only a part of it was found: every method at its defaults on a patch that sends all classes to
 * one and on swapped labels, with 10, 25, 50 and 100 % of the spoilt rows named.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.study.PoisonRemovalStudy
 * docs/results/poison-fashion.csv /usr/share/datasets/fashion-mnist 5}
 */
public final class PoisonRemovalStudy {

    private static final int ROWS = 1500;
    private static final List<Integer> PERCENTAGES = List.of(10, 25, 50, 100);

    private final Engine engine;
    private final Evaluator evaluator;
    private final StudyTable table;

    private PoisonRemovalStudy(Engine engine, StudyTable table) {
        this.engine = engine;
        this.evaluator = new Evaluator(engine);
        this.table = table;
    }

    /**
     * Runs the study.
     *
     * @param args the file to write, the folder of Fashion-MNIST, and the number of seeds
     */
    public static void main(String[] args) throws IOException {
        StudyTable table = new StudyTable(
                "java -cp benchmarks/target/benchmarks.jar " + PoisonRemovalStudy.class.getName() + " "
                        + String.join(" ", args),
                List.of(
                        "seed",
                        "poison",
                        "identified %",
                        "rows identified",
                        "method",
                        "outcome",
                        "attack success",
                        "attack success before",
                        "attack success clean model",
                        "accuracy",
                        "accuracy before",
                        "accuracy clean model",
                        "seconds"));
        try (Engine engine = new Engine(Backends.create("cpu"), new Workers(1), 32)) {
            PoisonRemovalStudy study = new PoisonRemovalStudy(engine, table);
            for (long seed = ForgettingStudy.FIRST_SEED;
                    seed < ForgettingStudy.FIRST_SEED + Integer.parseInt(args[2]);
                    seed++) {
                FashionSetting setting = FashionSetting.open(args[1], ROWS, seed);
                study.run(setting, Poison.patch(setting, study.evaluator, seed), seed);
                study.run(setting, Poison.labelSwap(setting, study.evaluator, seed), seed);
            }
        }
        table.write(Path.of(args[0]));
    }

    private void run(FashionSetting setting, Poison poison, long seed) {
        Retraining recipe = FashionSetting.recipe(engine, FashionSetting.EPOCHS);
        Model clean =
                recipe.retrain(setting.train(), setting.validation(), seed).model();
        Model before =
                recipe.retrain(poison.train(), setting.validation(), seed).model();
        for (int percent : PERCENTAGES) {
            long count = Math.max(1, Math.round(percent / 100.0 * poison.rows().size()));
            int[] found = poison.rows().stream()
                    .limit(count)
                    .mapToInt(Integer::intValue)
                    .toArray();
            ForgetSet rows = ForgetSet.of(poison.train(), found);
            for (UnlearningMethod method : UnlearningMethods.forPoison(engine, recipe, seed, poison)) {
                UnlearningResult result = method.forget(before, rows, setting.validation());
                table.add(
                        seed,
                        poison.name(),
                        percent,
                        found.length,
                        method.name(),
                        result.outcome(),
                        poison.success().applyAsDouble(result.model()),
                        poison.success().applyAsDouble(before),
                        poison.success().applyAsDouble(clean),
                        accuracy(setting, result.model()),
                        accuracy(setting, before),
                        accuracy(setting, clean),
                        result.cost().seconds());
            }
        }
    }

    private double accuracy(FashionSetting setting, Model model) {
        return evaluator.evaluate(model, setting.test()).accuracy();
    }
}
