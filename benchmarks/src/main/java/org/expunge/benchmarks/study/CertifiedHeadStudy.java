package org.expunge.benchmarks.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.LoadedData;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.preset.Presets;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.ModelRecipe;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.unlearning.certified.CertifiedHead;
import org.expunge.unlearning.certified.FrozenTrunk;
import org.expunge.unlearning.certified.HeadDeletion;
import org.expunge.unlearning.certified.HeadOptions;
import org.expunge.unlearning.certified.HeadRows;
import org.expunge.unlearning.certified.HeadState;
import org.expunge.unlearning.certified.Mechanism;
import org.expunge.unlearning.certified.ResidualBounds;
import org.expunge.unlearning.certified.SecretNoise;
import org.jspecify.annotations.Nullable;

/**
 * Certified heads that tell MNIST's 3 from 8, on pixels and on the features of a LeNet that has seen neither digit:
 * random rows deleted one by one. How many a budget bears by each bound, what the noise costs in accuracy, how fast it
 * is, and how far the head is from the one trained without the rows, beside what is stated.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.study.CertifiedHeadStudy
 * docs/results/certified-head.csv mnist 1000}, with the four IDX files of MNIST in {@code mnist}
 */
public final class CertifiedHeadStudy {
    private static final long SEED = 700;
    private static final double[] LAMBDAS = {1e-4, 1e-3, 1e-2};
    private static final double[] OUTPUT_NOISE = {0.01, 0.1, 1};
    private static final double[] OBJECTIVE_NOISE = {1, 10};
    /** Deletions of a cell of the grid, enough for a mean; at λ = 1e-3 one noise of each mechanism takes all. */
    private static final int FEW = 20;
    /** Heads drawn to take the mean accuracy of. */
    private static final int DRAWS = 10;

    private static final int TRUNK_ROWS = 12_000;
    private static final int TRUNK_EPOCHS = 3;

    private final Engine engine;
    private final int deletions;
    private final StudyTable table;

    private CertifiedHeadStudy(Engine engine, int deletions, StudyTable table) {
        this.engine = engine;
        this.deletions = deletions;
        this.table = table;
    }

    /** Rows with a trunk. */
    private record Setting(String name, FrozenTrunk trunk, Dataset train, Dataset test) {}

    /**
     * Runs the study.
     *
     * @param args the file to write, the folder of MNIST, and how many rows to delete where it matters
     */
    public static void main(String[] args) throws IOException {
        StudyTable table = new StudyTable(
                "java -cp benchmarks/target/benchmarks.jar " + CertifiedHeadStudy.class.getName()
                        + " docs/results/certified-head.csv mnist " + args[2] + " (seed " + SEED
                        + "; epsilon 1; delta 1e-4; one worker)",
                List.of(
                        "features",
                        "rows",
                        "numbers a row",
                        "lambda",
                        "mechanism",
                        "noise",
                        "test accuracy without noise",
                        "published",
                        "training (CPU s)",
                        "deletions",
                        "retrainings",
                        "deletions a CPU second",
                        "Hessians factored",
                        "budget",
                        "used",
                        "worst case a deletion",
                        "published bound a deletion",
                        "tight bound a deletion",
                        "measured a deletion",
                        "deletions borne by worst case",
                        "by published bound",
                        "by tight bound",
                        "by measurement",
                        "stated distance to the retrained head",
                        "measured distance",
                        "published distance allowed"));
        LoadedData data = DataSpec.parse("idx:" + args[1]).load();
        try (Engine engine = new Engine(Backends.create("cpu"), new Workers(1), 32)) {
            CertifiedHeadStudy study = new CertifiedHeadStudy(engine, Integer.parseInt(args[2]), table);
            Normalizer normalizer = Normalizer.fit(data.train(), Normalizer.Options.parse("scale:255"));
            Dataset train = normalizer.apply(data.train());
            Dataset test = twoClasses(normalizer.apply(data.test().orElseThrow()));
            study.run(new Setting("pixels", FrozenTrunk.none(train.shape()), twoClasses(train), test));
            Model lenet = study.trunk(select(train, digit -> !isEither(digit), TRUNK_ROWS));
            study.run(new Setting("LeNet", FrozenTrunk.of(lenet), twoClasses(train), test));
        }
        table.write(Path.of(args[0]));
    }

    private static boolean isEither(int digit) {
        return digit == 3 || digit == 8;
    }

    private static Dataset twoClasses(Dataset digits) {
        Dataset chosen = select(digits, CertifiedHeadStudy::isEither, Integer.MAX_VALUE);
        int[] labels = IntStream.range(0, chosen.size())
                .map(row -> chosen.label(row) == 8 ? 1 : 0)
                .toArray();
        return Dataset.of("3 and 8", chosen.shape(), chosen.features(), Targets.classes(labels, 2))
                .withIds(chosen.ids());
    }

    private static Dataset select(Dataset digits, IntPredicate isWanted, int atMost) {
        return digits.select(IntStream.range(0, digits.size())
                .filter(row -> isWanted.test(digits.label(row)))
                .limit(atMost)
                .toArray());
    }

    private Model trunk(Dataset rows) {
        TrainingOptions options = TrainingOptions.customary(ModelRecipe.Preset.LENET, Optimizer.Kind.NESTEROV)
                .withEpochs(TRUNK_EPOCHS)
                .withSeed(SEED);
        Model initial = Initializer.RELU.initialise(Presets.lenet(rows.shape(), rows.classes()), SEED);
        return new Trainer(engine, options)
                .train(initial, rows, rows.select(new int[0]), TrainingListener.NONE)
                .model();
    }

    private void run(Setting setting) {
        HeadRows rows = HeadRows.of(setting.trunk().features(engine, setting.train()));
        for (double lambda : LAMBDAS) {
            HeadOptions base = HeadOptions.DEFAULT
                    .withLambda(lambda)
                    .withGuarantee(1, 1e-4)
                    .withRules(true, 1, 1);
            for (double noise : OUTPUT_NOISE) {
                run(setting, rows, base.with(Mechanism.OUTPUT, noise), noise == OUTPUT_NOISE[0]);
            }
            for (double noise : OBJECTIVE_NOISE) {
                run(setting, rows, base.with(Mechanism.OBJECTIVE, noise), noise == OBJECTIVE_NOISE[1]);
            }
        }
    }

    private void run(Setting setting, HeadRows rows, HeadOptions options, boolean takesAll) {
        CertifiedHead[] trained = new CertifiedHead[1];
        double training = CpuTime.seconds(
                () -> trained[0] = CertifiedHead.train(engine, rows, options, SecretNoise.reproducible(SEED)));
        CertifiedHead head = trained[0];
        double published = accuracy(setting, options, head.state().released());
        double plain = plainAccuracy(setting, rows, options, head);
        if (options.mechanism() == Mechanism.OUTPUT) {
            published = meanAccuracy(setting, options, head.state());
        }
        int factored = head.factorizations();
        int count = takesAll && options.lambda() == 1e-3 ? deletions : FEW;
        List<String> ids = new ArrayList<>(setting.train().ids());
        Collections.shuffle(ids, new Random(SEED));
        int[] retrainings = {0};
        ResidualBounds[] sum = {ResidualBounds.ZERO};
        double seconds = CpuTime.seconds(() -> {
            for (String id : ids.subList(0, count)) {
                HeadDeletion deletion = head.delete(List.of(id), "");
                retrainings[0] += deletion.outcome() == HeadDeletion.Outcome.RETRAINED ? 1 : 0;
                sum[0] = plus(sum[0], deletion.step());
            }
        });
        report(
                setting,
                rows,
                options,
                head,
                sum[0],
                count,
                retrainings[0],
                seconds,
                training,
                plain,
                published,
                factored);
    }

    private void report(
            Setting setting,
            HeadRows rows,
            HeadOptions options,
            CertifiedHead head,
            ResidualBounds sum,
            int count,
            int retrainings,
            double seconds,
            double training,
            double plain,
            double published,
            int factored) {
        double budget = head.budget();
        boolean hasBounds = options.mechanism() == Mechanism.OBJECTIVE;
        double allowed = options.mechanism() == Mechanism.OUTPUT ? budget / (options.lambda() * head.remaining()) : 0;
        table.add(
                setting.name(),
                rows.size(),
                rows.width(),
                options.lambda(),
                options.mechanism(),
                options.noise(),
                plain,
                published,
                training,
                count,
                retrainings,
                count / seconds,
                head.factorizations() - factored,
                budget,
                head.state().used(),
                mean(hasBounds, sum.worstCase(), count),
                mean(hasBounds, sum.published(), count),
                mean(hasBounds, sum.tight(), count),
                mean(hasBounds, sum.measured(), count),
                borne(hasBounds, budget, sum.worstCase(), count),
                borne(hasBounds, budget, sum.published(), count),
                borne(hasBounds, budget, sum.tight(), count),
                borne(hasBounds, budget, sum.measured(), count),
                head.distance(),
                distance(head.state().head(), head.retrained()),
                allowed > 0 ? (Object) allowed : "");
    }

    private static ResidualBounds plus(ResidualBounds sum, @Nullable ResidualBounds step) {
        return step == null
                ? sum
                : new ResidualBounds(
                        sum.worstCase() + step.worstCase(),
                        sum.published() + step.published(),
                        sum.tight() + step.tight(),
                        sum.measured() + step.measured());
    }

    private static Object mean(boolean isKnown, double sum, int count) {
        return isKnown ? (Object) (sum / count) : "";
    }

    private static Object borne(boolean isKnown, double budget, double sum, int count) {
        return isKnown ? (Object) (double) (long) (budget * count / sum) : "";
    }

    private double plainAccuracy(Setting setting, HeadRows rows, HeadOptions options, CertifiedHead head) {
        if (options.mechanism() == Mechanism.OUTPUT) {
            return accuracy(setting, options, head.state().head());
        }
        HeadOptions without = options.with(Mechanism.OUTPUT, 1);
        CertifiedHead plain = CertifiedHead.train(engine, rows, without, SecretNoise.reproducible(SEED));
        return accuracy(setting, options, plain.state().head());
    }

    /** Mean over heads that differ in their noise. */
    private double meanAccuracy(Setting setting, HeadOptions options, HeadState state) {
        Random random = new Random(SEED);
        double sum = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            double[] noisy = state.head();
            for (int j = 0; j < noisy.length; j++) {
                noisy[j] += options.noise() * random.nextGaussian();
            }
            sum += accuracy(setting, options, noisy);
        }
        return sum / DRAWS;
    }

    private double accuracy(Setting setting, HeadOptions options, double[] released) {
        Model model = setting.trunk().withHead(options, 2, 2, released);
        Dataset test = setting.test();
        return new Evaluator(engine).evaluate(model, test).accuracy();
    }

    private static double distance(double[] x, double[] y) {
        double sum = 0;
        for (int j = 0; j < x.length; j++) {
            sum += (x[j] - y[j]) * (x[j] - y[j]);
        }
        return Math.sqrt(sum);
    }
}
