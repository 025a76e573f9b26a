package org.expunge.benchmarks.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.StratifiedSplit;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.preset.Presets;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.method.InfluenceRemoval;
import org.expunge.unlearning.method.Retrain;
import org.expunge.unlearning.method.Retraining;
import org.expunge.unlearning.verify.Closeness;
import org.expunge.unlearning.verify.Verification;
import org.expunge.unlearning.verify.Verifier;

/**
 * Random rows of the embedded digits forgotten by retraining and by an influence step, over several seeds: how near
 * each comes to a retrained model, beside doing nothing and a second retraining, and what the verification says.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.study.RemovalStudy
 * docs/results/removal-digits.csv 5}
 */
public final class RemovalStudy {
    /** Seeds below this were looked at while the method's limits were set; none of them is reported. */
    private static final long FIRST_SEED = 200;

    private static final double L2 = 1e-4;
    private static final TrainingOptions TRAINING =
            TrainingOptions.DEFAULT.withEpochs(40).withBatchSize(32).withL2(L2);

    private final Engine engine;

    private RemovalStudy(Engine engine) {
        this.engine = engine;
    }

    /**
     * Runs the study.
     *
     * @param args the file to write and the number of seeds
     */
    public static void main(String[] args) throws IOException {
        StudyTable table = new StudyTable(
                "java -cp benchmarks/target/benchmarks.jar " + RemovalStudy.class.getName() + " "
                        + String.join(" ", args),
                List.of(
                        "seed",
                        "rows forgotten",
                        "method",
                        "outcome",
                        "verdict",
                        "divergence before (nats)",
                        "divergence after",
                        "divergence of a second retraining",
                        "tug of war before",
                        "tug of war after",
                        "tug of war of a second retraining",
                        "seconds"));
        try (Engine engine = new Engine(Backends.create("cpu"), Workers.perProcessor(), 32)) {
            RemovalStudy study = new RemovalStudy(engine);
            for (long seed = FIRST_SEED; seed < FIRST_SEED + Integer.parseInt(args[1]); seed++) {
                for (int rows : new int[] {20, 50}) {
                    study.run(seed, rows, table);
                }
            }
        }
        table.write(Path.of(args[0]));
    }

    private void run(long seed, int count, StudyTable table) throws IOException {
        Partition raw = new StratifiedSplit(0.15, 0.15, seed)
                .split(DataSpec.parse("digits").load());
        Normalizer normalizer = Normalizer.fit(raw.train(), Normalizer.Options.parse("scale:16"));
        Dataset train = normalizer.apply(raw.train());
        Dataset validation = normalizer.apply(raw.validation());
        Dataset test = normalizer.apply(raw.test());
        ForgetSet rows = ForgetSet.of(
                train,
                new Random(seed).ints(0, train.size()).distinct().limit(count).toArray());
        Retraining recipe = (data, held, s) -> new Trainer(engine, TRAINING.withSeed(s))
                .train(
                        Initializer.XAVIER.initialise(Presets.mlp(data.shape(), 10), s),
                        data,
                        held,
                        TrainingListener.NONE);
        Model before = recipe.retrain(train, validation, seed).model();
        List<Model> retrained = Stream.of(seed + 1000, seed + 2000)
                .map(s -> recipe.retrain(rows.retain(), validation, s).model())
                .toList();
        InfluenceRemoval.Options options = InfluenceRemoval.Options.DEFAULT.withWeightDecay(new WeightDecay(L2));
        for (UnlearningMethod method : List.of(new Retrain(recipe, seed), new InfluenceRemoval(engine, options))) {
            long start = System.nanoTime();
            UnlearningResult result = method.forget(before, rows, validation);
            double seconds = (System.nanoTime() - start) / 1e9;
            Verification found = new Verifier(engine, Verifier.Options.DEFAULT)
                    .verify(before, result.model(), rows, test, retrained);
            Closeness was = closeness(found, "before");
            Closeness is = closeness(found, "after");
            Closeness again = closeness(found, "retrained again");
            table.add(
                    seed,
                    count,
                    method.name(),
                    result.outcome(),
                    found.verdict(),
                    was.distance(),
                    is.distance(),
                    again.distance(),
                    tow(was),
                    tow(is),
                    tow(again),
                    seconds);
        }
    }

    private static Object tow(Closeness closeness) {
        Double tow = closeness.tow();
        return tow == null ? "" : tow;
    }

    private static Closeness closeness(Verification found, String model) {
        return found.closeness().stream()
                .filter(c -> c.model().equals(model))
                .findFirst()
                .orElseThrow();
    }
}
