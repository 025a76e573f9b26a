package org.expunge.benchmarks.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.defense.attack.Aim;
import org.expunge.defense.attack.Attack;
import org.expunge.defense.attack.BackdoorAttack;
import org.expunge.defense.attack.BlendTrigger;
import org.expunge.defense.attack.PatchTrigger;
import org.expunge.defense.identify.Examination;
import org.expunge.defense.identify.InputControls;
import org.expunge.defense.identify.StandardStatistics;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.defense.identify.TargetStatistic;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.StratifiedSplit;
import org.expunge.influence.evaluate.RankMetrics;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.preset.Presets;
import org.expunge.influence.score.TrajectoryEstimator;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.influence.training.TrainingResult;

/**
 * How well each statistic, and their combinations, tell attacked inputs apart on the embedded digits; and how often a
 * class is called suspicious where there is no attack, and where noise is sent to forge one.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.study.IdentificationStudy
 * docs/results/identification-digits.csv 0 5}
 */
public final class IdentificationStudy {
    private static final int TARGET = 0;
    private static final int CLEAN = 300;
    private static final int SENT = 40;
    private static final int POISON_ROWS = 20;
    private static final List<String> SCENARIOS =
            List.of("patch", "blend", "all-to-one", "tact", "six rows", "no attack", "noise", "inverted");
    private static final List<List<String>> COMBINATIONS = List.of(
            List.of("gas", "tracin-cp"),
            List.of("gas", "neighbours"),
            List.of("gas", "tracin-cp", "neighbours"),
            List.of("gas", "tracin-cp", "raw neighbours"));

    private final Engine engine;
    private final Evaluator evaluator;
    private final StudyTable table;

    private IdentificationStudy(Engine engine, StudyTable table) {
        this.engine = engine;
        this.evaluator = new Evaluator(engine);
        this.table = table;
    }

    /**
     * Runs the study.
     *
     * @param args the file to write, the first seed and the number of seeds; seeds 0 to 4 are those on which defaults
     *     were chosen
     */
    public static void main(String[] args) throws IOException {
        StudyTable table = new StudyTable(
                "java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.study.IdentificationStudy "
                        + String.join(" ", args),
                List.of(
                        "scenario",
                        "seed",
                        "accuracy",
                        "attack success",
                        "base rate",
                        "decided by",
                        "AUPRC",
                        "targets flagged",
                        "clean flagged",
                        "suspicious classes"));
        long first = Long.parseLong(args[1]);
        try (Engine engine = new Engine(Backends.create("cpu"), Workers.perProcessor(), 32)) {
            IdentificationStudy study = new IdentificationStudy(engine, table);
            for (String scenario : SCENARIOS) {
                for (long seed = first; seed < first + Integer.parseInt(args[2]); seed++) {
                    study.run(scenario, seed);
                }
            }
        }
        table.write(Path.of(args[0]));
    }

    private void run(String scenario, long seed) throws IOException {
        Partition parts = new StratifiedSplit(0.17, 0.25, seed)
                .split(DataSpec.parse("digits").load().train());
        boolean isPlanted = !List.of("no attack", "noise", "inverted").contains(scenario);
        Attack attack = attack(scenario, seed);
        Dataset raw = isPlanted ? attack.plant(parts.train()).train() : parts.train();
        Normalizer scale = Normalizer.fit(raw, new Normalizer.Options(Normalizer.Kind.SCALE, 16));
        Dataset train = scale.apply(raw);
        Dataset validation = scale.apply(parts.validation());
        TrainingResult trained = train(train, validation, seed);
        Dataset clean = first(parts.test(), CLEAN);
        Dataset sent = isPlanted ? shuffled(attack.attackInputs(parts.test()), seed) : others(scenario, parts, seed);
        Dataset stream = scale.apply(clean.concat(
                sent.withIds(sent.ids().stream().map(id -> id + "+").toList())));
        int[] predicted = predict(trained.model(), stream);
        boolean[] isTarget = new boolean[predicted.length];
        for (int i = clean.size(); i < isTarget.length; i++) {
            isTarget[i] = isPlanted && predicted[i] == TARGET;
        }
        double accuracy =
                evaluator.evaluate(trained.model(), scale.apply(parts.test())).accuracy();
        List<TargetStatistic> statistics = new ArrayList<>(StandardStatistics.distances(engine, trained.model()));
        statistics.add(0, tails(trained));
        statistics.add(InputControls.certainty(engine, trained.model()));
        statistics.add(InputControls.random(seed));
        statistics.replaceAll(MeasuredOnce::new);
        List<List<String>> decisions = new ArrayList<>(COMBINATIONS);
        List.of("gas", "gas-l", "tracin-cp", "neighbours", "raw neighbours", "certainty", "random")
                .forEach(name -> decisions.add(List.of(name)));
        int[] cleanPredicted = predict(trained.model(), validation);
        for (List<String> deciding : decisions) {
            TargetAudit.Options options = TargetAudit.Options.DEFAULT.withDeciding(deciding);
            String name = String.join(" + ", deciding);
            Examination found =
                    new TargetAudit(statistics, options).examine(train, validation, cleanPredicted, stream, predicted);
            add(scenario, seed, accuracy, name, found.findings(), isTarget);
            if (deciding.size() == 3) {
                TargetAudit.Findings free = new TargetAudit(statistics, options.withSupport(""))
                        .audit(train, validation, cleanPredicted, stream, predicted);
                add(scenario, seed, accuracy, name + " without the support test", free, isTarget);
            }
        }
    }

    private void add(
            String scenario,
            long seed,
            double accuracy,
            String decision,
            TargetAudit.Findings findings,
            boolean[] isTarget) {
        double[] heaviness =
                findings.inputs().stream().mapToDouble(i -> i.heaviness()).toArray();
        int[] targets =
                IntStream.range(0, isTarget.length).filter(i -> isTarget[i]).toArray();
        table.add(
                scenario,
                seed,
                accuracy,
                targets.length / (double) (isTarget.length - CLEAN),
                RankMetrics.baseRate(isTarget),
                decision,
                targets.length == 0 ? Double.NaN : RankMetrics.averagePrecision(heaviness, isTarget),
                flagged(findings, targets),
                flagged(findings, IntStream.range(0, CLEAN).toArray()),
                findings.suspiciousLabels().size());
    }

    private static double flagged(TargetAudit.Findings findings, int[] inputs) {
        return IntStream.of(inputs)
                .mapToDouble(i -> findings.inputs().get(i).flagged() ? 1 : 0)
                .average()
                .orElse(Double.NaN);
    }

    private static Attack attack(String scenario, long seed) {
        PatchTrigger patch = new PatchTrigger(2, 3, 0, 16);
        Aim aim = Aim.oneToOne(1, TARGET);
        return new BackdoorAttack(
                switch (scenario) {
                    case "blend" ->
                        BackdoorAttack.Options.of(scenario, aim, new BlendTrigger(0.3, 0, 16, seed), POISON_ROWS, seed);
                    case "all-to-one" ->
                        BackdoorAttack.Options.of(scenario, Aim.allToOne(TARGET), patch, POISON_ROWS, seed);
                    case "tact" ->
                        BackdoorAttack.Options.of(scenario, aim, patch, POISON_ROWS, seed)
                                .withCovers(POISON_ROWS);
                    case "six rows" -> BackdoorAttack.Options.of(scenario, aim, patch, 6, seed);
                    default -> BackdoorAttack.Options.of(scenario, aim, patch, POISON_ROWS, seed);
                });
    }

    private TargetStatistic tails(TrainingResult trained) {
        return StandardStatistics.tails(
                engine,
                trained.checkpoints(),
                TrajectoryEstimator.Options.DEFAULT,
                TargetAudit.Options.DEFAULT.kappas());
    }

    private TrainingResult train(Dataset train, Dataset validation, long seed) {
        Trainer trainer = new Trainer(
                engine,
                TrainingOptions.DEFAULT
                        .withOptimizer(Optimizer.sgd())
                        .withSchedule(Schedule.cosine(0.2))
                        .withEpochs(20)
                        .withBatchSize(32)
                        .withL2(1e-4)
                        .withCheckpoints(CheckpointPolicy.spread(20))
                        .withSeed(seed));
        Model initial =
                Initializer.XAVIER.initialise(Presets.mlp(train.shape(), train.classes(), List.of(96, 48)), seed);
        return trainer.train(initial, train, validation, TrainingListener.NONE);
    }

    private int[] predict(Model model, Dataset rows) {
        return evaluator.evaluate(model, rows).predictedLabels();
    }

    /** Returns inputs that nobody attacked: more of the test rows, noise, or test rows with ink for paper. */
    private static Dataset others(String scenario, Partition parts, long seed) {
        Dataset rest = parts.test().select(IntStream.range(CLEAN, CLEAN + SENT).toArray());
        if (scenario.equals("no attack")) {
            return rest;
        }
        int width = rest.shape().length();
        double[] pixels =
                new Random(seed).doubles((long) SENT * width).map(x -> 16 * x).toArray();
        if (scenario.equals("inverted")) {
            Arrays.setAll(pixels, i -> 16 - rest.row(i / width)[i % width]);
        }
        return rest.withFeatures(Features.of(pixels, width));
    }

    private static Dataset shuffled(Dataset rows, long seed) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, rows.size()).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        return rows.select(
                order.stream().limit(SENT).mapToInt(Integer::intValue).toArray());
    }

    private static Dataset first(Dataset rows, int count) {
        return rows.select(IntStream.range(0, Math.min(count, rows.size())).toArray());
    }
}
