package org.expunge.benchmarks.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.expunge.defense.attack.AttackGate;
import org.expunge.defense.attack.PatchAttack;
import org.expunge.defense.attack.PatchTrigger;
import org.expunge.defense.certify.CertifiedAccuracy;
import org.expunge.defense.certify.CertifiedPrediction;
import org.expunge.defense.certify.EnsemblePlan;
import org.expunge.defense.certify.LabelFlipSmoothing;
import org.expunge.defense.certify.PartitionEnsemble;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.StratifiedSplit;
import org.expunge.influence.training.DataRecipe;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.ModelRecipe;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Retrainer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.TrainingOptions;

/**
 * What certified ensembles keep of the accuracy on the embedded digits, what they certify, and what a patch on 20 of
 * some 1 040 rows does to them, beside one network.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.study.CertifyStudy
 * docs/results/certify-digits.csv 5}
 */
public final class CertifyStudy {
    private static final int TARGET = 0;
    private static final List<Integer> RADII = List.of(1, 5, 10);

    /** Seeds below this were looked at while the training was chosen; none is reported. */
    private static final long FIRST_SEED = 500;

    private static final List<EnsemblePlan> PLANS = List.of(
            new EnsemblePlan(10, 1, 0),
            new EnsemblePlan(30, 1, 0),
            new EnsemblePlan(50, 1, 0),
            new EnsemblePlan(30, 4, 0));

    private final Engine engine;
    private final StudyTable table;

    private CertifyStudy(Engine engine, StudyTable table) {
        this.engine = engine;
        this.table = table;
    }

    /**
     * Runs the study.
     *
     * @param args the file to write and the number of seeds
     */
    public static void main(String[] args) throws IOException {
        List<String> columns = new ArrayList<>(List.of("seed", "patch", "method", "k", "d", "accuracy"));
        RADII.forEach(radius -> columns.add("certified " + radius));
        columns.addAll(List.of("attack success", "wall s"));
        StudyTable table = new StudyTable(
                "java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.study.CertifyStudy "
                        + String.join(" ", args),
                columns);
        try (Engine engine = new Engine(Backends.create("cpu"), Workers.perProcessor(), 32)) {
            CertifyStudy study = new CertifyStudy(engine, table);
            for (long seed = FIRST_SEED; seed < FIRST_SEED + Integer.parseInt(args[1]); seed++) {
                study.run(seed, 1, "1 to 0");
                study.run(seed, PatchAttack.EVERY_CLASS, "all to 0");
            }
        }
        table.write(Path.of(args[0]));
    }

    private void run(long seed, int source, String patch) throws IOException {
        Partition parts = new StratifiedSplit(0.17, 0.25, seed)
                .split(DataSpec.parse("digits").load().train());
        PatchAttack attack =
                new PatchAttack(new PatchAttack.Options(source, TARGET, 20, new PatchTrigger(2, 3, 0, 16), seed));
        Dataset train = attack.plant(parts.train()).train();
        Dataset attacked = attack.attackInputs(parts.test());
        Recipe recipe = digits(seed, 60, 16, 0, 32);
        long start = System.nanoTime();
        add(
                seed,
                patch,
                "one network",
                1,
                1,
                start,
                parts.test(),
                alone(recipe, train, parts.test()),
                alone(recipe, train, attacked));
        for (EnsemblePlan plan : PLANS) {
            long begin = System.nanoTime();
            EnsemblePlan seeded = new EnsemblePlan(plan.partitions(), plan.spread(), seed);
            PartitionEnsemble ensemble = PartitionEnsemble.train(engine, recipe, train, seeded);
            add(
                    seed,
                    patch,
                    plan.method(),
                    plan.partitions(),
                    plan.spread(),
                    begin,
                    parts.test(),
                    ensemble.certify(engine, parts.test()),
                    ensemble.certify(engine, attacked));
        }
        smooth(seed, patch, parts, train, attacked);
    }

    private void smooth(long seed, String patch, Partition parts, Dataset train, Dataset attacked) {
        long begin = System.nanoTime();
        Normalizer scale = Normalizer.fit(train, Normalizer.Options.parse("scale:16"));
        LabelFlipSmoothing smoothing =
                new LabelFlipSmoothing(engine, scale.apply(train), LabelFlipSmoothing.Options.DEFAULT);
        add(
                seed,
                patch,
                "label-flip smoothing (labels alone)",
                1,
                1,
                begin,
                parts.test(),
                smoothing.certify(scale.apply(parts.test())),
                smoothing.certify(scale.apply(attacked)));
    }

    private List<CertifiedPrediction> alone(Recipe recipe, Dataset train, Dataset inputs) {
        Normalizer normalizer = Normalizer.fit(train, recipe.data().normalization());
        Dataset rows = normalizer.apply(train);
        int[] labels = new Evaluator(engine)
                .evaluate(
                        new Retrainer(engine, recipe)
                                .retrain(rows, rows.select(new int[0]), recipe.seed())
                                .model(),
                        normalizer.apply(inputs))
                .predictedLabels();
        return Arrays.stream(labels)
                .mapToObj(label -> new CertifiedPrediction(label, 0))
                .toList();
    }

    private void add(
            long seed,
            String patch,
            String method,
            int k,
            int d,
            long start,
            Dataset test,
            List<CertifiedPrediction> clean,
            List<CertifiedPrediction> attacked) {
        CertifiedAccuracy accuracy = CertifiedAccuracy.of(clean, test, RADII);
        int[] labels = IntStream.range(0, attacked.size())
                .map(i -> attacked.get(i).label())
                .toArray();
        List<Object> cells = new ArrayList<>(List.of(seed, patch, method, k, d, accuracy.accuracy()));
        accuracy.points().forEach(point -> cells.add(point.share()));
        cells.add(AttackGate.successRate(labels, TARGET));
        cells.add((System.nanoTime() - start) / 1e9);
        table.add(cells.toArray());
    }

    /** Returns how the networks of the studies of certificates and of models are trained on the embedded digits. */
    static Recipe digits(long seed, int epochs, int batchSize, double l2, int... hidden) {
        DataRecipe data = new DataRecipe(
                DataSpec.parse("digits"), Normalizer.Options.parse("scale:16"), 0, 0, OptionalLong.empty());
        TrainingOptions training = TrainingOptions.DEFAULT
                .withOptimizer(Optimizer.sgd())
                .withSchedule(Schedule.cosine(0.2))
                .withEpochs(epochs)
                .withBatchSize(batchSize)
                .withL2(l2);
        return new Recipe(seed, data, ModelRecipe.mlp(hidden), training);
    }
}
