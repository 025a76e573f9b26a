package org.expunge.influence.score.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.evaluate.RankMetrics;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.score.dropout.DropoutEnsemble;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.junit.jupiter.api.Test;

/** Three overlapping clouds in 20 dimensions, a fifth of whose labels are wrong; found by a clean validation set. */
class TrimmingTest {
    private static final int DIMENSIONS = 20;
    private static final int ROWS = 600;
    private static final int FLIPPED = 120;

    /** Clouds are √2 times this apart, so that the best of rules errs on about 1 % of the rows. */
    private static final double OFFSET = 3.6;

    private static final int SEEDS = 3;
    private static final Target LOSS = new Utility(Utility.Kind.LOSS);

    @Test
    void rowsThatRaiseTheValidationLossAreTheMislabelledOnesAndTrimmingThemHelps() {
        double found = 0;
        double ensemble = 0;
        double onTrain = 0;
        double gain = 0;
        try (Engine engine = new Engine(Backends.create("cpu"), new Workers(1), 64)) {
            for (int seed = 0; seed < SEEDS; seed++) {
                World world = new World(engine, 50 + seed);
                double[] scores = world.scores(TargetInfluence.innerProduct(engine, world.model), world.validation);
                double[] members = world.scores(
                        TargetInfluence.ensemble(engine, world.model, new DropoutEnsemble(10, 0.2, seed)),
                        world.validation);
                double[] self = world.scores(TargetInfluence.innerProduct(engine, world.model), world.train);
                found += world.auroc(scores) / SEEDS;
                ensemble += world.auroc(members) / SEEDS;
                onTrain += world.auroc(self) / SEEDS;
                gain += (world.accuracyWithoutLowest(scores) - world.accuracy(world.model)) / SEEDS;
            }
        }

        assertThat(found).isGreaterThan(0.97);
        assertThat(ensemble).isCloseTo(found, within(0.02));
        assertThat(gain).isGreaterThan(0.015);
        assertThat(onTrain).as("training rows in the place of clean ones").isLessThan(0.8);
    }

    /** One seed's rows and model. */
    private static final class World {
        private final Engine engine;
        private final boolean[] isFlipped = new boolean[ROWS];
        private final Dataset train;
        private final Dataset validation;
        private final Dataset test;
        private final Model initial;
        private final Model model;

        World(Engine engine, long seed) {
            this.engine = engine;
            Random random = new Random(seed);
            random.ints(0, ROWS).distinct().limit(FLIPPED).forEach(i -> isFlipped[i] = true);
            this.train = draw("train", ROWS, isFlipped, random);
            this.validation = draw("validation", 200, new boolean[200], random);
            this.test = draw("test", 1000, new boolean[1000], random);
            Network network = Network.builder(Shape.flat(DIMENSIONS))
                    .add("hidden", new Dense(32))
                    .add("tanh", new ActivationLayer(Activation.TANH))
                    .add("output", new Dense(3))
                    .build(Loss.SOFTMAX_CROSS_ENTROPY);
            this.initial = Initializer.XAVIER.initialise(network, seed);
            this.model = fit(train);
        }

        private static Dataset draw(String name, int rows, boolean[] isFlipped, Random random) {
            double[] x = new double[rows * DIMENSIONS];
            int[] labels = new int[rows];
            for (int i = 0; i < rows; i++) {
                int label = random.nextInt(3);
                for (int f = 0; f < DIMENSIONS; f++) {
                    x[i * DIMENSIONS + f] = (f == label ? OFFSET : 0) + random.nextGaussian();
                }
                labels[i] = isFlipped[i] ? (label + 1 + random.nextInt(2)) % 3 : label;
            }
            return Dataset.of(name, Shape.flat(DIMENSIONS), Features.of(x, DIMENSIONS), Targets.classes(labels, 3));
        }

        private Model fit(Dataset rows) {
            TrainingOptions options = TrainingOptions.DEFAULT
                    .withOptimizer(Optimizer.sgd())
                    .withSchedule(Schedule.constant(0.1))
                    .withEpochs(30)
                    .withBatchSize(32);
            return new Trainer(engine, options)
                    .train(initial, rows, validation, TrainingListener.NONE)
                    .model();
        }

        double[] scores(TargetInfluence influence, Dataset asked) {
            return influence.scores(LOSS, train, asked).scores();
        }

        double auroc(double[] scores) {
            return RankMetrics.auroc(Arrays.stream(scores).map(s -> -s).toArray(), isFlipped);
        }

        double accuracy(Model of) {
            return new Evaluator(engine).evaluate(of, test).accuracy();
        }

        double accuracyWithoutLowest(double[] scores) {
            int[] lowest = IntStream.range(0, ROWS)
                    .boxed()
                    .sorted((a, b) -> Double.compare(scores[a], scores[b]))
                    .limit(FLIPPED)
                    .mapToInt(i -> i)
                    .toArray();
            return accuracy(fit(train.without(lowest)));
        }
    }
}
