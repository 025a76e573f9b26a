package org.expunge.benchmarks.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.expunge.defense.attack.AttackGate;
import org.expunge.defense.attack.PatchAttack;
import org.expunge.defense.attack.PatchTrigger;
import org.expunge.defense.attack.PlantedAttack;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.defense.sanitize.SanitizeResult;
import org.expunge.defense.sanitize.Sanitizer;
import org.expunge.defense.sanitize.Training;
import org.expunge.defense.trace.RowTrace;
import org.expunge.defense.trace.TraceControls;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.StratifiedSplit;
import org.expunge.influence.evaluate.RankMetrics;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.preset.Presets;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.Gas;
import org.expunge.influence.score.TrajectoryEstimator;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.influence.training.TrainingResult;

/**
 * A source-specific patch planted in the embedded digits, found and removed, over several seeds; and the same with
 * nothing planted, for the rate of false actions.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.study.PatchStudy
 * docs/results/patch-digits.csv 5}
 */
public final class PatchStudy {
    private static final int SOURCE = 1;
    private static final int TARGET = 0;
    private static final int POISON_ROWS = 20;
    private static final int STREAM_CLEAN = 300;
    private static final int STREAM_ATTACKED = 40;

    /** Seeds below this were looked at while the attack, the training and the rule were chosen; none is reported. */
    private static final long FIRST_SEED = 300;

    private static final List<String> COLUMNS = List.of(
            "seed",
            "planted rows",
            "accuracy clean model",
            "accuracy before",
            "accuracy after",
            "attack success clean model",
            "attack success before",
            "attack success after",
            "targets AUPRC",
            "targets base rate",
            "rows AUPRC GAS aggregated",
            "rows AUPRC raw nearest neighbour",
            "rows AUPRC gradient norm",
            "rows AUPRC random",
            "base rate within label",
            "adversarial removed %",
            "clean removed %",
            "verdict",
            "trainings",
            "wall s");

    private final Engine engine;
    private final Evaluator evaluator;

    private PatchStudy(Engine engine) {
        this.engine = engine;
        this.evaluator = new Evaluator(engine);
    }

    /**
     * Runs the study.
     *
     * @param args the file to write and the number of seeds
     */
    public static void main(String[] args) throws IOException {
        String command = "java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.study.PatchStudy "
                + String.join(" ", args);
        StudyTable table = new StudyTable(command, COLUMNS);
        try (Engine engine = new Engine(Backends.create("cpu"), Workers.perProcessor(), 32)) {
            PatchStudy study = new PatchStudy(engine);
            for (long seed = FIRST_SEED; seed < FIRST_SEED + Integer.parseInt(args[1]); seed++) {
                study.run(seed, POISON_ROWS, table);
                study.run(seed, 0, table);
            }
        }
        table.write(Path.of(args[0]));
    }

    private void run(long seed, int poisonRows, StudyTable table) throws IOException {
        long start = System.nanoTime();
        World world = new World(seed, poisonRows);
        Function<List<Checkpoint>, Estimator> gas =
                checkpoints -> new Gas(engine, checkpoints, TrajectoryEstimator.Options.DEFAULT);
        Sanitizer sanitizer = Sanitizer.of(engine, world, Sanitizer.Options.DEFAULT);
        SanitizeResult result = sanitizer.sanitize(world.first, world.train, world.validation, world.stream);
        double seconds = (System.nanoTime() - start) / 1e9;
        TargetAudit.Findings audit = result.firstAudit();
        double[] rankings = rankings(world, audit, gas, seed);
        Set<String> planted = new HashSet<>(world.plantedIds);
        long adversarial =
                result.removedIds().stream().filter(planted::contains).count();
        Model after = result.training().model();
        table.add(
                seed,
                poisonRows,
                evaluator.evaluate(world.cleanModel, world.test).accuracy(),
                evaluator.evaluate(world.first.model(), world.test).accuracy(),
                evaluator.evaluate(after, world.test).accuracy(),
                attackSuccess(world.cleanModel, world),
                attackSuccess(world.first.model(), world),
                attackSuccess(after, world),
                rankings[0],
                RankMetrics.baseRate(world.targets(predict(world.first.model(), world.stream))),
                rankings[1],
                rankings[2],
                rankings[3],
                rankings[4],
                poisonRows / (double) world.rowsOfTarget(),
                100.0 * adversarial / Math.max(1, poisonRows),
                100.0 * (result.removedIds().size() - adversarial) / (world.train.size() - poisonRows),
                result.verdict(),
                result.trainings(),
                seconds);
    }

    /**
     * AUPRC of targets among inputs, then of adversarial rows by GAS and by the three controls; NaN without a plant.
     */
    private double[] rankings(
            World world, TargetAudit.Findings audit, Function<List<Checkpoint>, Estimator> gas, long seed) {
        int[] flagged = audit.flagged(TARGET);
        double[] found = new double[5];
        Arrays.fill(found, Double.NaN);
        if (world.plantedIds.isEmpty() || flagged.length == 0) {
            return found;
        }
        boolean[] isTarget = world.targets(predict(world.first.model(), world.stream));
        found[0] = RankMetrics.averagePrecision(
                audit.inputs().stream().mapToDouble(i -> i.heaviness()).toArray(), isTarget);
        Dataset targets = world.stream.select(Arrays.copyOf(flagged, Math.min(flagged.length, RowTrace.MOST_TARGETS)));
        Dataset train = world.train;
        double[] norms =
                new PerExample(engine).norms(world.first.model(), train).total();
        found[1] = precision(
                new RowTrace(gas.apply(world.first.checkpoints()))
                        .rank(train, targets, TARGET)
                        .toFiniteArray(),
                world);
        found[2] = precision(TraceControls.nearest(train, targets, TARGET).toFiniteArray(), world);
        found[3] = precision(TraceControls.gradientNorm(train, TARGET, norms).toFiniteArray(), world);
        found[4] = precision(TraceControls.random(train, TARGET, seed).toFiniteArray(), world);
        return found;
    }

    private static double precision(double[] scores, World world) {
        Set<String> planted = new HashSet<>(world.plantedIds);
        boolean[] isPlanted = new boolean[world.train.size()];
        for (int i = 0; i < isPlanted.length; i++) {
            isPlanted[i] = planted.contains(world.train.id(i));
        }
        return RankMetrics.averagePrecision(scores, isPlanted);
    }

    private int[] predict(Model model, Dataset data) {
        return evaluator.evaluate(model, data).predictedLabels();
    }

    private double attackSuccess(Model model, World world) {
        return AttackGate.successRate(predict(model, world.attacked), TARGET);
    }

    /** One seed's rows and models. */
    private final class World implements Training {
        private final Dataset train;
        private final Dataset validation;
        private final Dataset test;
        private final Dataset attacked;
        private final Dataset stream;
        private final List<String> plantedIds;
        private final TrainingResult first;
        private final Model cleanModel;
        private final Model initial;
        private final Trainer trainer;

        World(long seed, int poisonRows) throws IOException {
            Partition parts = new StratifiedSplit(0.17, 0.25, seed)
                    .split(DataSpec.parse("digits").load().train());
            PatchAttack attack = new PatchAttack(
                    new PatchAttack.Options(SOURCE, TARGET, POISON_ROWS, new PatchTrigger(2, 3, 0, 16), seed));
            PlantedAttack planted = attack.plant(parts.train());
            plantedIds = poisonRows == 0 ? List.of() : planted.adversarialIds();
            Dataset raw = poisonRows == 0 ? parts.train() : planted.train();
            Normalizer scale = Normalizer.fit(raw, new Normalizer.Options(Normalizer.Kind.SCALE, 16));
            train = scale.apply(raw);
            validation = scale.apply(parts.validation());
            test = scale.apply(parts.test());
            attacked = scale.apply(attack.attackInputs(parts.test()));
            stream = poisonRows == 0 ? first(test, STREAM_CLEAN + STREAM_ATTACKED) : mixed();
            trainer = new Trainer(
                    engine,
                    TrainingOptions.DEFAULT
                            .withOptimizer(Optimizer.sgd())
                            .withSchedule(Schedule.cosine(0.2))
                            .withEpochs(20)
                            .withBatchSize(32)
                            .withL2(1e-4)
                            .withCheckpoints(CheckpointPolicy.spread(20))
                            .withSeed(seed));
            initial = Initializer.XAVIER.initialise(Presets.mlp(train.shape(), train.classes(), List.of(96, 48)), seed);
            first = train(train);
            cleanModel = train(scale.apply(parts.train())).model();
        }

        @Override
        public TrainingResult train(Dataset rows) {
            return trainer.train(initial, rows, validation, TrainingListener.NONE);
        }

        /** Says which inputs of the stream are attacked and taken for the target class. */
        boolean[] targets(int[] predicted) {
            boolean[] targets = new boolean[stream.size()];
            for (int i = 0; i < targets.length; i++) {
                targets[i] = stream.id(i).endsWith("-attacked") && predicted[i] == TARGET;
            }
            return targets;
        }

        int rowsOfTarget() {
            return (int) IntStream.range(0, train.size())
                    .filter(i -> train.label(i) == TARGET)
                    .count();
        }

        private Dataset mixed() {
            Dataset some = first(attacked, STREAM_ATTACKED);
            Dataset renamed =
                    some.withIds(some.ids().stream().map(id -> id + "-attacked").toList());
            return first(test, STREAM_CLEAN).concat(renamed);
        }

        private static Dataset first(Dataset data, int most) {
            return data.select(IntStream.range(0, Math.min(most, data.size())).toArray());
        }
    }
}
