package org.expunge.unlearning.deltagrad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.EarlyStopping;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Replay;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.influence.training.Trajectory;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Problems;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.method.UtilityGuard;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logistic regression, whose retraining on the same minibatches is written out by hand. */
class DeltaGradOracleTest {
    private static final int D = 8;
    private static final int N = 400;
    private static final int FORGOTTEN = 8;
    private static final double L2 = 5e-3;

    private final Engine engine = Problems.engine();
    private final Dataset train = classes(N, 2);
    private final Model initial = new Model(
            Network.builder(Shape.flat(D)).add("linear", new Dense(1)).build(Loss.SIGMOID_CROSS_ENTROPY),
            new Random(3).doubles(D + 1, -0.1, 0.1).toArray(),
            new double[0]);
    private final ForgetSet rows = ForgetSet.of(train, Problems.first(FORGOTTEN));

    @AfterEach
    void closeEngine() {
        engine.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {N, 50, 3})
    void withEveryStepInFullItEqualsRetrainingOnTheSameMinibatches(int batchSize) {
        Trajectory trajectory = trajectory(batchSize, batchSize == 3 ? 2 : 40);
        Model trained = trajectory.walk(step -> {});

        UnlearningResult result = forget(trajectory, DeltaGrad.Options.DEFAULT.withPeriod(1));

        assertThat(result.model().parameters()).containsExactly(retrained(trajectory), within(1e-10));
        assertThat(distance(trained.parameters(), retrained(trajectory))).isGreaterThan(1e-3);
        assertThat(steps(result).approximate()).isZero();
    }

    /** The paper has 7.2e-5 beside 2.7e-3 on MNIST, a ratio of .027; here .003 and .065. */
    @ParameterizedTest
    @CsvSource({N + ", 0.01", "50, 0.1"})
    void itEndsFarNearerToRetrainingThanTheTrainingDid(int batchSize, double share) {
        Trajectory trajectory = trajectory(batchSize, batchSize == N ? 200 : 40);
        double[] trained = trajectory.walk(step -> {}).parameters();
        double[] retrained = retrained(trajectory);

        UnlearningResult result = forget(trajectory, DeltaGrad.Options.DEFAULT);

        double ratio = distance(result.model().parameters(), retrained) / distance(trained, retrained);
        assertThat(ratio).isLessThan(share);
        DeltaGrad.Steps steps = steps(result);
        assertThat(steps.approximate()).isGreaterThan(2 * steps.exact());
        assertThat(result.cost().trainedRows()).isLessThan((long) trajectory.steps() * batchSize / 2);
    }

    private UnlearningResult forget(Trajectory trajectory, DeltaGrad.Options options) {
        DeltaGrad.Options open = options.withSearch(options.search().withGuard(new UtilityGuard(1, 1e9, 1, 1e9)));
        return new DeltaGrad(engine, trajectory, open).forget(trajectory.walk(step -> {}), rows, rows.retain());
    }

    private static DeltaGrad.Steps steps(UnlearningResult result) {
        return (DeltaGrad.Steps) ((DeltaGrad.Details) result.details())
                .search()
                .candidates()
                .get(0)
                .strength();
    }

    private Trajectory trajectory(int batchSize, int epochs) {
        return new Replay(
                engine,
                new TrainingOptions(
                        Optimizer.sgd(),
                        Schedule.cosine(0.5),
                        epochs,
                        batchSize,
                        L2,
                        CheckpointPolicy.DEFAULT,
                        EarlyStopping.NONE,
                        7),
                initial,
                train);
    }

    /** The steps of the training, each over the rows of its minibatch that are kept. */
    private double[] retrained(Trajectory trajectory) {
        double[] w = initial.parameters();
        trajectory.walk(step -> {
            int[] kept = IntStream.of(step.rows()).filter(i -> i >= FORGOTTEN).toArray();
            double[] gradient = new double[D + 1];
            for (int i : kept) {
                double[] x = train.row(i);
                double z = w[D];
                for (int a = 0; a < D; a++) {
                    z += w[a] * x[a];
                }
                double delta = 1 / (1 + Math.exp(-z)) - train.label(i);
                for (int a = 0; a < D; a++) {
                    gradient[a] += delta * x[a] / kept.length;
                }
                gradient[D] += delta / kept.length;
            }
            if (kept.length > 0) {
                for (int a = 0; a <= D; a++) {
                    w[a] -= step.learningRate() * (gradient[a] + (a < D ? L2 * w[a] : 0));
                }
            }
        });
        return w;
    }

    private static double distance(double[] x, double[] y) {
        return Math.sqrt(IntStream.range(0, x.length)
                .mapToDouble(i -> (x[i] - y[i]) * (x[i] - y[i]))
                .sum());
    }

    private static Dataset classes(int rows, long seed) {
        Random random = new Random(seed);
        double[] x = random.doubles((long) rows * D, -1, 1).toArray();
        double[] y = IntStream.range(0, rows)
                .mapToDouble(i -> x[i * D] - x[i * D + 1] + 0.5 * random.nextGaussian() > 0 ? 1 : 0)
                .toArray();
        return Dataset.of("classes", Shape.flat(D), Features.of(x, D), Targets.real(y, 1));
    }
}
