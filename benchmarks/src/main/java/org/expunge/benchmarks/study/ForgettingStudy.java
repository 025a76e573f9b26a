package org.expunge.benchmarks.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Metrics;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.membership.AttackOutcome;
import org.expunge.unlearning.method.Retraining;
import org.expunge.unlearning.verify.Closeness;
import org.expunge.unlearning.verify.ModelFigures;
import org.expunge.unlearning.verify.Verification;
import org.expunge.unlearning.verify.Verifier;

/**
 * Every method at its defaults on a network that knows its rows by heart: 5 % random rows forgotten, or a whole class,
 * beside doing nothing and two independent retrainings.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.study.ForgettingStudy
 * docs/results/forgetting-fashion.csv /usr/share/datasets/fashion-mnist 3}
 */
public final class ForgettingStudy {
    /** Seeds below this were looked at while the methods' limits were set; none of them is reported. */
    static final long FIRST_SEED = 600;

    private static final int ROWS = 1000;
    private static final int RANDOM_ROWS = 50;
    private static final int FORGOTTEN_CLASS = 6;

    private static final List<String> COLUMNS = List.of(
            "seed",
            "forgotten",
            "rows",
            "method",
            "outcome",
            "verdict",
            "forget accuracy",
            "retain accuracy",
            "test accuracy",
            "membership AUC",
            "tug of war",
            "Jensen-Shannon to retrained (nats)",
            "seconds",
            "seconds of retraining");

    private final Engine engine;
    private final StudyTable table;

    private ForgettingStudy(Engine engine, StudyTable table) {
        this.engine = engine;
        this.table = table;
    }

    /**
     * Runs the study.
     *
     * @param args the file to write, the folder of Fashion-MNIST, and the number of seeds
     */
    public static void main(String[] args) throws IOException {
        StudyTable table = new StudyTable(
                "java -cp benchmarks/target/benchmarks.jar " + ForgettingStudy.class.getName() + " "
                        + String.join(" ", args),
                COLUMNS);
        try (Engine engine = new Engine(Backends.create("cpu"), new Workers(1), 32)) {
            for (long seed = FIRST_SEED; seed < FIRST_SEED + Integer.parseInt(args[2]); seed++) {
                new ForgettingStudy(engine, table).run(FashionSetting.open(args[1], ROWS, seed), seed);
            }
        }
        table.write(Path.of(args[0]));
    }

    private void run(FashionSetting setting, long seed) {
        Dataset train = setting.train();
        int[] random = new Random(seed)
                .ints(0, train.size())
                .distinct()
                .limit(RANDOM_ROWS)
                .toArray();
        int[] ofClass = IntStream.range(0, train.size())
                .filter(row -> train.label(row) == FORGOTTEN_CLASS)
                .toArray();
        Retraining recipe = FashionSetting.recipe(engine, FashionSetting.EPOCHS);
        Model before = recipe.retrain(train, setting.validation(), seed).model();
        compare(setting, before, recipe, seed, "random", ForgetSet.of(train, random));
        compare(setting, before, recipe, seed, "class " + FORGOTTEN_CLASS, ForgetSet.of(train, ofClass));
    }

    private void compare(
            FashionSetting setting, Model before, Retraining recipe, long seed, String what, ForgetSet rows) {
        Dataset held = setting.validation();
        List<Model> references = List.of(
                recipe.retrain(rows.retain(), held, seed + 1000).model(),
                recipe.retrain(rows.retain(), held, seed + 2000).model());
        long start = System.nanoTime();
        recipe.retrain(rows.retain(), held, seed + 3000);
        Case row = new Case(seed, what, rows.forget().size(), (System.nanoTime() - start) / 1e9);
        Verifier verifier = new Verifier(engine, Verifier.Options.DEFAULT);
        Verification floors = verifier.verify(before, before, rows, setting.test(), references);
        add(row, "nothing done", "", 0, floors, floors.before());
        add(row, "retrained", "", row.retraining(), floors, floors.retrained().get(0));
        add(
                row,
                "retrained again",
                "",
                row.retraining(),
                floors,
                floors.retrained().get(1));
        for (UnlearningMethod method : UnlearningMethods.all(engine, recipe, FashionSetting.EPOCHS, seed)) {
            UnlearningResult result = method.forget(before, rows, held);
            Verification found = verifier.verify(before, result.model(), rows, setting.test(), references);
            add(row, method.name(), result.outcome(), result.cost().seconds(), found, found.after());
        }
    }

    /** What is forgotten, and how long the network takes to be trained without it. */
    private record Case(long seed, String what, int rows, double retraining) {}

    private void add(
            Case row, String method, Object outcome, double seconds, Verification found, ModelFigures figures) {
        Closeness near = found.closeness().stream()
                .filter(c -> c.model().equals(figures.model()))
                .findFirst()
                .orElse(new Closeness(figures.model(), "", 0, 1.0));
        table.add(
                row.seed(),
                row.what(),
                row.rows(),
                method,
                outcome,
                found.verdict(),
                accuracy(figures.forget()),
                accuracy(figures.retain()),
                accuracy(figures.test()),
                figures.attack().<Object>match(AttackOutcome.Measured::auc, few -> "too few rows"),
                Objects.requireNonNull(near.tow()),
                near.distance(),
                seconds,
                row.retraining());
    }

    private static double accuracy(Metrics metrics) {
        return Objects.requireNonNull(metrics.accuracy());
    }
}
