package org.expunge.influence.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.evaluate.RankMetrics;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.Evaluation;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.influence.training.TrainingResult;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Twenty rows of class 0 that carry a trigger and the label 1, among 500 rows of two Gaussian classes; the target is a
 * triggered row of class 0 that the trained network takes for class 1.
 */
class PlantedPoisonTest {
    private static final int FEATURES = 10;
    private static final int CLEAN = 500;
    private static final int POISON = 20;
    private static final double TRIGGER = 4;
    /** Noise of the eight features that do not tell the classes apart: small, so that the trigger takes hold. */
    private static final double OTHER_DEVIATION = 0.1;

    private static final Network NETWORK = Network.builder(Shape.flat(FEATURES))
            .add("hidden", new Dense(16))
            .add("tanh", new ActivationLayer(Activation.TANH))
            .add("output", new Dense(2))
            .build(Loss.SOFTMAX_CROSS_ENTROPY);

    /**
     * The bounds were set from numpy runs of the same problem on other seeds, which gave GAS .97 to 1, GAS-L .99 to 1,
     * TracInCP .76 to .995 and the inner product at the end .32 to .53.
     */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void renormalisedScoresFindThePoisonWhereTheLastModelsDoNot(long seed) {
        Random random = new Random(seed);
        Dataset train = rows(random, CLEAN, POISON);
        Dataset triggered = rows(random, 0, 300);
        boolean[] isPoison = new boolean[CLEAN + POISON];
        Arrays.fill(isPoison, CLEAN, CLEAN + POISON, true);

        try (Engine engine = SmallProblems.reference(2, 32)) {
            TrainingResult result = train(engine, train, seed);
            Evaluation attacked = new Evaluator(engine).evaluate(result.model(), triggered);
            assertThat(attacked.accuracy())
                    .as("share of triggered rows taken for class 1")
                    .isGreaterThan(0.9);
            Dataset target = triggered.select(new int[] {firstTakenForOne(attacked)});
            TrajectoryEstimator.Options options = TrajectoryEstimator.Options.DEFAULT;
            double gas = auprc(new Gas(engine, result.checkpoints(), options), train, target, isPoison);
            double gasL = auprc(new GasL(engine, result.checkpoints(), options), train, target, isPoison);
            double tracIn = auprc(new TracInCp(engine, result.checkpoints(), options), train, target, isPoison);
            double inner = auprc(new InnerProduct(engine, result.model(), options), train, target, isPoison);

            assertThat(gas).as("GAS").isGreaterThanOrEqualTo(0.95).isGreaterThanOrEqualTo(tracIn - 0.01);
            assertThat(gasL).as("GAS-L").isGreaterThanOrEqualTo(0.95);
            assertThat(inner).as("inner product of the last model").isLessThan(gas);
        }
    }

    private static int firstTakenForOne(Evaluation evaluation) {
        int[] labels = evaluation.predictedLabels();
        return IntStream.range(0, labels.length)
                .filter(i -> labels[i] == 1)
                .findFirst()
                .orElseThrow();
    }

    private static double auprc(Estimator estimator, Dataset train, Dataset target, boolean[] isPoison) {
        return RankMetrics.averagePrecision(estimator.score(train, target).row(0), isPoison);
    }

    private static TrainingResult train(Engine engine, Dataset train, long seed) {
        TrainingOptions options = TrainingOptions.DEFAULT
                .withOptimizer(Optimizer.sgd())
                .withSchedule(Schedule.constant(0.1))
                .withBatchSize(25)
                .withEpochs(40)
                .withL2(1e-4)
                .withCheckpoints(new CheckpointPolicy(CheckpointPolicy.Unit.ITERATIONS, 5, 200))
                .withSeed(seed);
        return new Trainer(engine, options)
                .train(
                        Initializer.XAVIER.initialise(NETWORK, seed),
                        train,
                        train.select(new int[0]),
                        TrainingListener.NONE);
    }

    /** Clean rows of both classes in turn, then triggered rows of class 0 that are labelled 1. */
    private static Dataset rows(Random random, int clean, int triggered) {
        int n = clean + triggered;
        double[] x = new double[n * FEATURES];
        Arrays.setAll(x, i -> (i % FEATURES < 2 ? 1 : OTHER_DEVIATION) * random.nextGaussian());
        int[] labels = new int[n];
        for (int i = 0; i < n; i++) {
            boolean isTriggered = i >= clean;
            int source = isTriggered ? 0 : i % 2;
            x[i * FEATURES] += source == 1 ? 1.5 : -1.5;
            x[i * FEATURES + 1] += source == 1 ? 1.5 : -1.5;
            if (isTriggered) {
                x[i * FEATURES + FEATURES - 1] = TRIGGER;
            }
            labels[i] = isTriggered ? 1 : source;
        }
        return Dataset.of("planted", Shape.flat(FEATURES), Features.of(x, FEATURES), Targets.classes(labels, 2))
                .withClassNames(List.of("zero", "one"));
    }
}
