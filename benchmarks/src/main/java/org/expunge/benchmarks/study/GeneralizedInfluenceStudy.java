package org.expunge.benchmarks.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.expunge.defense.attack.AttackGate;
import org.expunge.defense.attack.PatchAttack;
import org.expunge.defense.attack.PatchTrigger;
import org.expunge.defense.attack.PlantedAttack;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.LoadedData;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.RowSample;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Convolution2D;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Padding;
import org.expunge.influence.score.generalized.GeneralizedInfluence.Kind;
import org.expunge.influence.score.generalized.UnitSelection;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.EarlyStopping;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.method.Candidate;
import org.expunge.unlearning.method.selected.GeneralizedInfluenceRemoval;
import org.expunge.unlearning.method.selected.GeneralizedInfluenceRemoval.Strength;

/**
 * Handwritten digits and a convolutional network: a class removed, and the labels of patched rows put right, by moving
 * a share of the parameters once (GIF, FIF, PIF), beside exact retraining. No test row takes part in any choice: with
 * "one step" the influence has its own length and validation rows choose the damping; with "searched length" they
 * choose a multiple of it as well.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.study.GeneralizedInfluenceStudy
 * docs/results/generalized-influence-mnist.csv mnist 3}, with the four IDX files of MNIST in {@code mnist}.
 */
public final class GeneralizedInfluenceStudy {
    /** Seeds below this were looked at before; none of them is reported. */
    private static final long FIRST_SEED = 800;

    private static final int ROWS = 3_000;
    private static final int VALIDATION_ROWS = 1_000;
    private static final int REMOVED_CLASS = 0;
    private static final int ATTACKED_CLASS = 4;
    private static final int ATTACKED_ROWS = 300;
    private static final double L2 = 5e-4;
    private static final double[] SHARES = {0.05, 0.3, 1};

    private static final List<String> COLUMNS = List.of(
            "seed",
            "task",
            "method",
            "parameters moved (%)",
            "length",
            "outcome",
            "damping",
            "multiple",
            "rows in question: accuracy by old labels",
            "by new labels",
            "test rows in question: accuracy by true labels",
            "answered with the removed or attacked class",
            "other test rows: accuracy",
            "seconds");

    private final Engine engine;
    private final StudyTable table;
    private final Evaluator evaluator;
    private final long seed;

    private GeneralizedInfluenceStudy(Engine engine, StudyTable table, long seed) {
        this.engine = engine;
        this.table = table;
        this.evaluator = new Evaluator(engine);
        this.seed = seed;
    }

    /**
     * Runs the study.
     *
     * @param args the file to write, the folder of MNIST, and the number of seeds
     */
    public static void main(String[] args) throws IOException {
        StudyTable table = new StudyTable(
                "java -cp benchmarks/target/benchmarks.jar " + GeneralizedInfluenceStudy.class.getName() + " "
                        + String.join(" ", args),
                COLUMNS);
        LoadedData loaded = DataSpec.parse("idx:" + args[1]).load();
        Dataset test = loaded.test().orElseThrow(() -> new IOException(args[1] + " holds no test images (t10k-*)"));
        try (Engine engine = new Engine(Backends.create("cpu"), new Workers(1), 32)) {
            for (long seed = FIRST_SEED; seed < FIRST_SEED + Integer.parseInt(args[2]); seed++) {
                Dataset drawn = RowSample.of(loaded.train(), ROWS + VALIDATION_ROWS, seed);
                Dataset validation = RowSample.of(drawn, VALIDATION_ROWS, seed);
                Dataset train = drawn.without(drawn.rowsOf(validation.ids()));
                Normalizer normalizer = Normalizer.fit(train, Normalizer.Options.parse("scale:255"));
                GeneralizedInfluenceStudy study = new GeneralizedInfluenceStudy(engine, table, seed);
                Parts parts = new Parts(normalizer.apply(train), normalizer.apply(validation), normalizer.apply(test));
                study.removeClass(parts);
                study.changeLabels(parts);
                table.write(Path.of(args[0]));
            }
        }
    }

    /** Rows that share a normalisation. */
    private record Parts(Dataset train, Dataset validation, Dataset test) {}

    /**
     * What is asked and what it is measured on.
     *
     * @param name of the task
     * @param rows rows in question and others
     * @param relabelled rows in question with their new labels; the same as before for a removal
     * @param isRemoval whether they go
     * @param probes test inputs in question, with their true labels
     * @param wrong the class that probes should not be answered with
     * @param others other test rows
     */
    private record Task(
            String name,
            ForgetSet rows,
            Dataset relabelled,
            boolean isRemoval,
            Dataset probes,
            int wrong,
            Dataset others) {
        Dataset after() {
            return isRemoval ? rows.retain() : rows.retain().concat(relabelled);
        }
    }

    private void removeClass(Parts parts) {
        int[] removed = labelled(parts.train(), REMOVED_CLASS);
        int[] probes = labelled(parts.test(), REMOVED_CLASS);
        ForgetSet rows = ForgetSet.of(parts.train(), removed);
        Task task = new Task(
                "class " + REMOVED_CLASS + " removed",
                rows,
                rows.forget(),
                true,
                parts.test().select(probes),
                REMOVED_CLASS,
                parts.test().without(probes));
        compare(task, train(parts.train()), parts.validation());
    }

    private void changeLabels(Parts parts) {
        PatchAttack attack = new PatchAttack(new PatchAttack.Options(
                PatchAttack.EVERY_CLASS, ATTACKED_CLASS, ATTACKED_ROWS, new PatchTrigger(3, 3, 1, 1), seed));
        PlantedAttack planted = attack.plant(parts.train());
        int[] patched = planted.train().rowsOf(planted.adversarialIds());
        ForgetSet rows = ForgetSet.of(planted.train(), patched);
        Task task = new Task(
                "labels of patched rows put right",
                rows,
                rows.forget().withTargets(parts.train().select(patched).targets()),
                false,
                attack.attackInputs(parts.test()),
                ATTACKED_CLASS,
                parts.test());
        compare(task, train(planted.train()), parts.validation());
    }

    private static int[] labelled(Dataset data, int label) {
        return IntStream.range(0, data.size())
                .filter(row -> data.label(row) == label)
                .toArray();
    }

    private void compare(Task task, Model before, Dataset validation) {
        add(task, "nothing done", "", "", "", "", "", before, 0);
        long start = System.nanoTime();
        Model retrained = train(task.after());
        add(task, "retrained", "", "", "", "", "", retrained, (System.nanoTime() - start) / 1e9);
        for (double share : SHARES) {
            for (Kind kind : share < 1 ? List.of(Kind.values()) : List.of(Kind.GENERALIZED)) { // else all the same
                if (share > SHARES[0]) {
                    move(task, before, validation, share, kind, false);
                }
                move(task, before, validation, share, kind, true);
            }
        }
    }

    private void move(Task task, Model before, Dataset validation, double share, Kind kind, boolean isSearched) {
        GeneralizedInfluenceRemoval.Options usual = GeneralizedInfluenceRemoval.Options.DEFAULT;
        GeneralizedInfluenceRemoval.Options options = usual.withKind(kind)
                .withCurvature(GeneralizedInfluenceRemoval.Curvature.GAUSS_NEWTON, 600)
                .withSelection(new UnitSelection(
                        share,
                        UnitSelection.Importance.HIGHEST_GRADIENTS,
                        UnitSelection.Statistic.ABSOLUTE_OF_MEAN,
                        seed))
                .withWeightDecay(new WeightDecay(L2))
                .withDampings(List.of(1.0, 0.1, 0.01))
                .withSteps(isSearched ? usual.steps() : List.of(1.0))
                .withSolve(new ConjugateGradient.Options(1e-3, 40));
        GeneralizedInfluenceRemoval method = task.isRemoval()
                ? new GeneralizedInfluenceRemoval(engine, options)
                : GeneralizedInfluenceRemoval.relabelling(engine, options, task.relabelled());
        UnlearningResult result = method.forget(before, task.rows(), validation);
        GeneralizedInfluenceRemoval.Details details = (GeneralizedInfluenceRemoval.Details) result.details();
        Candidate chosen = details.search().chosen();
        Strength strength = chosen == null ? null : (Strength) chosen.strength();
        add(
                task,
                kind.name().toLowerCase(Locale.ROOT),
                100.0 * details.selected() / before.parameters().length,
                isSearched ? "searched length" : "one step",
                result.outcome(),
                strength == null ? "" : strength.damping(),
                strength == null ? "" : strength.step(),
                result.model(),
                result.cost().seconds());
    }

    private void add(
            Task task,
            String method,
            Object percent,
            String length,
            Object outcome,
            Object damping,
            Object multiple,
            Model model,
            double seconds) {
        int[] answers = evaluator.evaluate(model, task.probes()).predictedLabels();
        table.add(
                seed,
                task.name(),
                method,
                percent,
                length,
                outcome,
                damping,
                multiple,
                accuracy(model, task.rows().forget()),
                accuracy(model, task.relabelled()),
                accuracy(model, task.probes()),
                AttackGate.successRate(answers, task.wrong()),
                accuracy(model, task.others()),
                seconds);
    }

    private double accuracy(Model model, Dataset data) {
        return evaluator.evaluate(model, data).accuracy();
    }

    private Model train(Dataset data) {
        TrainingOptions options = new TrainingOptions(
                Optimizer.of(Optimizer.Kind.ADAM),
                Schedule.constant(2e-3),
                8,
                32,
                L2,
                CheckpointPolicy.lastOnly(),
                EarlyStopping.NONE,
                seed);
        return new Trainer(engine, options)
                .train(
                        Initializer.RELU.initialise(network(data), seed),
                        data,
                        data.select(new int[0]),
                        TrainingListener.NONE)
                .model();
    }

    /** Two convolutions of stride 2 and two dense layers: 52 000 parameters. */
    private static Network network(Dataset data) {
        return Network.builder(data.shape())
                .add("conv0", new Convolution2D(8, 5, 2, Padding.same()))
                .add("relu0", new ActivationLayer(Activation.RELU))
                .add("conv1", new Convolution2D(16, 3, 2, Padding.same()))
                .add("relu1", new ActivationLayer(Activation.RELU))
                .add("dense", new Dense(64))
                .add("relu2", new ActivationLayer(Activation.RELU))
                .add("output", new Dense(10))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
    }
}
