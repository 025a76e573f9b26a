package org.expunge.benchmarks.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.StratifiedSplit;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.preset.Presets;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.target.AcrossBoundary;
import org.expunge.influence.score.target.DemographicParity;
import org.expunge.influence.score.target.GradientSigns;
import org.expunge.influence.score.target.Groups;
import org.expunge.influence.score.target.Robustness;
import org.expunge.influence.score.target.Target;
import org.expunge.influence.score.target.TargetInfluence;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.training.Evaluation;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;

/**
 * Census income: rows trimmed so that a logistic regression treats men and women more alike, or withstands an attack
 * better, over several seeds. How many rows to trim is chosen on validation rows; test rows are only reported on.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.study.AdultStudy adult.csv.gz
 * docs/results/adult-trimming.csv 5}
 */
public final class AdultStudy {
    /** Seeds below this were looked at while the study was written; none is reported. */
    private static final long FIRST_SEED = 100;

    private static final double L2 = 1e-3;
    private static final double DAMPING = 1e-3;
    private static final TrainingOptions TRAINING = TrainingOptions.DEFAULT
            .withSchedule(Schedule.cosine(0.05))
            .withEpochs(8)
            .withBatchSize(128)
            .withL2(L2);

    private static final List<Double> PERCENT = List.of(1.0, 2.0, 3.0, 4.0, 5.0);

    /** How far a fresh attack moves each standardised feature. */
    private static final double FRESH_EPSILON = 0.05;

    /** What validation accuracy may fall by; the test allows twice as much. */
    private static final double ALLOWED = 0.005;

    private final Engine engine;
    private final Dataset rows;

    private AdultStudy(Engine engine, Dataset rows) {
        this.engine = engine;
        this.rows = rows;
    }

    /**
     * Runs the study.
     *
     * @param args the data, the file to write, the number of seeds and, for trying out, the first seed
     */
    public static void main(String[] args) throws IOException {
        StudyTable table = new StudyTable(
                "java -cp benchmarks/target/benchmarks.jar " + AdultStudy.class.getName() + " adult.csv.gz " + args[1]
                        + " " + args[2],
                List.of(
                        "seed",
                        "objective",
                        "trimmed by",
                        "trimmed %",
                        "test accuracy before",
                        "test accuracy after",
                        "test objective before",
                        "test objective after",
                        "validation objective before",
                        "validation objective after",
                        "test error under a fresh attack before",
                        "test error under a fresh attack after"));
        Dataset rows = DataSpec.parse(
                        "csv:" + args[0] + "?label=income-per-year&group=sex&missing=category&task=binary")
                .load()
                .train();
        long first = args.length > 3 ? Long.parseLong(args[3]) : FIRST_SEED;
        try (Engine engine = new Engine(Backends.create("cpu"), Workers.perProcessor(), 64)) {
            AdultStudy study = new AdultStudy(engine, rows);
            for (long seed = first; seed < first + Integer.parseInt(args[2]); seed++) {
                study.run(seed, table);
            }
        }
        table.write(Path.of(args[1]));
    }

    private void run(long seed, StudyTable table) {
        World world = new World(seed);
        Target gap = new DemographicParity(new Groups("sex", "Male", "Female"), 1).absolute();
        world.report("parity gap", gap, world::parityGap, table);
        Dataset attackedTest = AcrossBoundary.DEFAULT.attack(engine, world.base, world.test);
        Dataset attackedValidation = AcrossBoundary.DEFAULT.attack(engine, world.base, world.validation);
        world.report(
                "error under attack",
                new Robustness(AcrossBoundary.DEFAULT),
                view -> 1 - world.accuracy(view.model, view.isTest ? attackedTest : attackedValidation),
                table);
    }

    /** A model, and which rows to look at it on. */
    private record View(Model model, boolean isTest) {}

    /** A model without some rows, and what it was chosen by. */
    private record Trimmed(double percent, Model model, double objective) {}

    /** One seed's rows and the model trained on all of them. */
    private final class World {
        private final long seed;
        private final Dataset train;
        private final Dataset validation;
        private final Dataset test;
        private final Model base;

        World(long seed) {
            this.seed = seed;
            Partition parts = new StratifiedSplit(0.2, 0.2, seed).split(rows);
            Normalizer scale = Normalizer.fit(parts.train(), Normalizer.Options.DEFAULT);
            this.train = scale.apply(parts.train());
            this.validation = scale.apply(parts.validation());
            this.test = scale.apply(parts.test());
            this.base = fit(train);
        }

        private Model fit(Dataset data) {
            Model initial = Initializer.XAVIER.initialise(Presets.logistic(data.shape(), 1), seed);
            return new Trainer(engine, TRAINING.withSeed(seed))
                    .train(initial, data, validation, TrainingListener.NONE)
                    .model();
        }

        void report(String name, Target target, ToDoubleFunction<View> objective, StudyTable table) {
            double[] plain = TargetInfluence.innerProduct(engine, base)
                    .scores(target, train, validation)
                    .scores();
            row(name, "inner product", lowestFirst(plain), objective, table);
            row(name, "influence", lowestFirst(influence(target)), objective, table);
            row(name, "random", shuffled(), objective, table);
        }

        private double[] influence(Target target) {
            try (GaussNewton curvature = new GaussNewton(engine, base, train, new WeightDecay(L2))) {
                CurvatureSystem system =
                        new CurvatureSystem(curvature, DAMPING, new ConjugateGradient.Options(1e-3, 60));
                return TargetInfluence.with(engine, base, system)
                        .scores(target, train, validation)
                        .scores();
            }
        }

        private void row(String name, String method, int[] order, ToDoubleFunction<View> objective, StudyTable table) {
            double before = objective.applyAsDouble(new View(base, false));
            Trimmed best = best(order, objective, before);
            table.add(
                    seed,
                    name,
                    method,
                    best.percent,
                    accuracy(base, test),
                    accuracy(best.model, test),
                    objective.applyAsDouble(new View(base, true)),
                    objective.applyAsDouble(new View(best.model, true)),
                    before,
                    best.objective,
                    errorUnderFreshAttack(base),
                    errorUnderFreshAttack(best.model));
        }

        /** The error when the attack is made against this very model, by its gradient's signs. */
        private double errorUnderFreshAttack(Model model) {
            return 1 - accuracy(model, GradientSigns.oneStep(FRESH_EPSILON).attack(engine, model, test));
        }

        /** The best on validation rows of those that keep their accuracy there; nothing trimmed if none is better. */
        private Trimmed best(int[] order, ToDoubleFunction<View> objective, double before) {
            double least = accuracy(base, validation) - ALLOWED;
            Trimmed best = new Trimmed(0, base, before);
            for (double percent : PERCENT) {
                int count = (int) (percent / 100 * train.size());
                Model model = fit(train.without(Arrays.copyOf(order, count)));
                double value = objective.applyAsDouble(new View(model, false));
                if (value < best.objective && accuracy(model, validation) >= least) {
                    best = new Trimmed(percent, model, value);
                }
            }
            return best;
        }

        private int[] shuffled() {
            Random random = new Random(seed);
            double[] keys = random.doubles(train.size()).toArray();
            return lowestFirst(keys);
        }

        double accuracy(Model model, Dataset data) {
            return new Evaluator(engine).evaluate(model, data).accuracy();
        }

        /** The gap in positive answers, which is what people meet; the target has probabilities in their place. */
        double parityGap(View view) {
            Dataset data = view.isTest ? test : validation;
            Evaluation evaluation = new Evaluator(engine).evaluate(view.model, data);
            int[] labels = evaluation.predictedLabels();
            int[] sex = Objects.requireNonNull(data.groups().get("sex"));
            double[] positive = new double[2];
            double[] all = new double[2];
            for (int j = 0; j < labels.length; j++) {
                positive[sex[j]] += labels[j];
                all[sex[j]]++;
            }
            return Math.abs(positive[0] / all[0] - positive[1] / all[1]);
        }
    }

    private static int[] lowestFirst(double[] scores) {
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted((a, b) -> Double.compare(scores[a], scores[b])) // stable: ties by row
                .mapToInt(i -> i)
                .toArray();
    }
}
