package org.expunge.benchmarks.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.TrainingResult;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.membership.RowFigures;
import org.expunge.unlearning.shadow.ShadowAudit;
import org.expunge.unlearning.shadow.ShadowSetting;

/**
 * Every method at its defaults under attack row by row: U-LiRA, the forgetting score and the test accuracy paid, beside
 * doing nothing and retraining.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.study.RowAttackStudy
 * docs/results/row-attacks-fashion.csv /usr/share/datasets/fashion-mnist 3 32}
 */
public final class RowAttackStudy {
    private static final int BASE_ROWS = 500;
    private static final int CANDIDATES = 160;
    private static final int EPOCHS = 80;

    private final Engine engine;
    private final StudyTable table;
    private final int runs;

    private RowAttackStudy(Engine engine, StudyTable table, int runs) {
        this.engine = engine;
        this.table = table;
        this.runs = runs;
    }

    /**
     * Runs the study.
     *
     * @param args the file to write, the folder of Fashion-MNIST, the number of seeds, and of runs a seed
     */
    public static void main(String[] args) throws IOException {
        StudyTable table = new StudyTable(
                "java -cp benchmarks/target/benchmarks.jar " + RowAttackStudy.class.getName() + " "
                        + String.join(" ", args),
                List.of(
                        "seed",
                        "method",
                        "refused runs",
                        "runs",
                        "U-LiRA accuracy",
                        "low",
                        "high",
                        "AUC",
                        "true positives at 1 %",
                        "row accuracy p95",
                        "rows above .75",
                        "forgetting score",
                        "epsilon at least",
                        "base accuracy",
                        "test accuracy"));
        try (Engine engine = new Engine(Backends.create("cpu"), Workers.perProcessor(), 32)) {
            RowAttackStudy study = new RowAttackStudy(engine, table, Integer.parseInt(args[3]));
            for (long seed = ForgettingStudy.FIRST_SEED;
                    seed < ForgettingStudy.FIRST_SEED + Integer.parseInt(args[2]);
                    seed++) {
                study.run(FashionSetting.open(args[1], BASE_ROWS + CANDIDATES, seed), seed);
                table.write(Path.of(args[0]));
            }
        }
    }

    private void run(FashionSetting setting, long seed) throws IOException {
        Dataset rows = setting.train();
        Dataset base = rows.select(IntStream.range(0, BASE_ROWS).toArray());
        Dataset candidates = rows.select(IntStream.range(BASE_ROWS, rows.size()).toArray());
        Map<List<Long>, TrainingResult> trained = new ConcurrentHashMap<>();
        ShadowSetting.Training training = (on, data, held, s) -> trained.computeIfAbsent(
                List.of(s, (long) data.size()),
                key -> FashionSetting.recipe(on, EPOCHS).retrain(data, held, s));
        ShadowAudit audit = new ShadowAudit(engine, options(seed));
        int methods = methods(engine, seed).size();
        for (int k = 0; k < methods; k++) {
            int which = k;
            ShadowAudit.Findings found = audit.audit(
                    new ShadowSetting(
                            base,
                            candidates,
                            setting.validation(),
                            setting.test(),
                            training,
                            (on, s) -> methods(on, s).get(which),
                            methods(engine, seed).get(k).name()),
                    null);
            if (k == 0) {
                add(seed, "nothing done", 0, found.before());
                add(seed, "retrained", 0, found.retrained());
            }
            add(seed, methods(engine, seed).get(k).name(), found.refusals(), found.after());
        }
    }

    private static List<UnlearningMethod> methods(Engine engine, long seed) {
        return UnlearningMethods.all(engine, FashionSetting.recipe(engine, EPOCHS), EPOCHS, seed);
    }

    private ShadowAudit.Options options(long seed) {
        ShadowAudit.Options standard = ShadowAudit.Options.DEFAULT;
        return new ShadowAudit.Options(runs, seed, standard.attack(), standard.delta());
    }

    private void add(long seed, String method, int refusals, ShadowAudit.Figures figures) {
        RowFigures rows = figures.rows();
        table.add(
                seed,
                method,
                refusals,
                rows.runs(),
                rows.accuracy().value(),
                rows.accuracy().interval().low(),
                rows.accuracy().interval().high(),
                rows.auc().value(),
                rows.truePositives().value(),
                rows.accuracyP95(),
                rows.shareExposed(),
                figures.finalScore(),
                figures.epsilon().epsilon(),
                figures.baseAccuracy(),
                figures.testAccuracy());
    }
}
