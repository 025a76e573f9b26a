package org.expunge.influence.score.hydra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.TensorSpec;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Dropout;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.Scores;
import org.expunge.influence.score.WorkLimits;
import org.expunge.influence.testkit.EstimatorContract;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.EarlyStopping;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Replay;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.influence.training.Trajectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HydraTest extends EstimatorContract {
    private static final double L2 = 0.05;
    private static final Optimizer MOMENTUM =
            Optimizer.of(Optimizer.Kind.MOMENTUM).withMomentum(0.5);

    private final Engine trainer = SmallProblems.reference(1, 4);
    private final Model initial = SmallProblems.dense(1);

    @AfterEach
    void closeTrainer() {
        trainer.close();
    }

    @Override
    protected Dataset train() {
        return SmallProblems.rows(initial, 7, 2);
    }

    @Override
    protected Dataset queries() {
        return SmallProblems.rows(initial, 3, 3);
    }

    @Override
    protected Estimator estimator(Engine on, WorkLimits limits) {
        return new Hydra(on, replay(MOMENTUM, L2, initial, train()), limits);
    }

    @Override
    protected boolean isSameToTheBitOverWorkers() {
        return false; // Hessian products are summed by worker
    }

    /** Two epochs of minibatches of 3, 3 and 1, at a falling rate. */
    private Replay replay(Optimizer optimizer, double l2, Model from, Dataset rows) {
        return new Replay(trainer, options(optimizer, l2, Schedule.cosine(0.2), 2, 3, 5), from, rows);
    }

    private static TrainingOptions options(
            Optimizer optimizer, double l2, Schedule schedule, int epochs, int batch, long seed) {
        return new TrainingOptions(
                optimizer, schedule, epochs, batch, l2, CheckpointPolicy.lastOnly(), EarlyStopping.NONE, seed);
    }

    @Test
    void twoStepsOfMomentumOnAParabolaGiveTheWrittenDownNumbers() {
        // ½(θ − x)² for x = 1 and then 3, from θ = 0 with μ = ½ and η = 0.1
        Network network =
                Network.builder(Shape.flat(1)).add("theta", new Dense(1, false)).build(Loss.SQUARED_ERROR);
        Model zero = new Model(network, new double[] {0}, new double[0]);
        Dataset rows = parabolas(1, 3);
        Replay replay = seedWithOrder(zero, rows);

        double end = replay.walk(step -> {}).parameters()[0];
        Dataset query = parabolas(end - 1); // its gradient at the end is 1
        Scores scores = new Hydra(engine, replay, WorkLimits.DEFAULT).score(rows, query);

        assertThat(end).isCloseTo(.44, within(1e-12));
        assertThat(-scores.score(0, 0)).isCloseTo(.28, within(1e-12));
        assertThat(-scores.score(0, 1)).isCloseTo(.58, within(1e-12)); // −η (n/b) (θ_1 − 3)
    }

    private static Dataset parabolas(double... centres) {
        double a = Math.sqrt(0.5);
        double[] x = new double[centres.length];
        Arrays.fill(x, a);
        double[] y = Arrays.stream(centres).map(c -> a * c).toArray();
        return Dataset.of("parabolas", Shape.flat(1), Features.of(x, 1), Targets.real(y, 1));
    }

    private Replay seedWithOrder(Model from, Dataset rows) {
        for (long seed = 0; ; seed++) {
            Replay replay = new Replay(trainer, options(MOMENTUM, 0, Schedule.constant(0.1), 1, 1, seed), from, rows);
            List<Integer> order = new ArrayList<>();
            replay.walk(step -> order.add(step.rows()[0]));
            if (order.equals(List.of(0, 1))) {
                return replay;
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Optimizer.Kind.class,
            names = {"SGD", "MOMENTUM", "NESTEROV"})
    void scoresAreTheSlopesOfRetrainingWithARowWeighedDifferently(Optimizer.Kind kind) {
        Replay replay = replay(Optimizer.of(kind).withMomentum(0.6), L2, initial, train());

        Scores scores = new Hydra(engine, replay, WorkLimits.DEFAULT).score(train(), queries());

        double step = 1e-5;
        assertThat(retrained(replay, 0, 0)).containsExactly(replay.walk(s -> {}).parameters(), within(1e-13));
        for (int row = 0; row < 7; row++) {
            double[] up = losses(retrained(replay, row, step));
            double[] down = losses(retrained(replay, row, -step));
            for (int q = 0; q < 3; q++) {
                double slope = (up[q] - down[q]) / (2 * step);
                // the training is smooth: truncation 1e-10, rounding 1e-16 / 1e-5
                assertThat(-scores.score(q, row)).isCloseTo(slope, within(1e-8));
            }
        }
        assertThat(Arrays.stream(scores.row(0)).map(Math::abs).max().orElseThrow())
                .isGreaterThan(0.01);
    }

    private double[] losses(double[] parameters) {
        return new PerExample(engine).losses(initial.withParameters(parameters), queries());
    }

    /** The training written out again, with row {@code perturbed} weighed 1 + n ε in its minibatches. */
    private double[] retrained(Trajectory trajectory, int perturbed, double epsilon) {
        Optimizer optimizer = trajectory.optimizer();
        Dataset rows = trajectory.train();
        double[] w = trajectory.initial().parameters();
        double[] v = new double[w.length];
        boolean[] isDecayed = decayed();
        List<Trajectory.Step> steps = new ArrayList<>();
        trajectory.walk(steps::add);
        for (Trajectory.Step step : steps) {
            double[][] gradients =
                    new PerExample(engine).gradients(initial.withParameters(w), rows.select(step.rows()));
            for (int j = 0; j < w.length; j++) {
                double g = isDecayed[j] ? trajectory.l2() * w[j] : 0;
                for (int b = 0; b < gradients.length; b++) {
                    double weight = step.rows()[b] == perturbed ? 1 + rows.size() * epsilon : 1;
                    g += weight * gradients[b][j] / gradients.length;
                }
                double eta = step.learningRate();
                double before = v[j];
                switch (optimizer.kind()) {
                    case MOMENTUM -> {
                        v[j] = optimizer.momentum() * before + g;
                        w[j] -= eta * v[j];
                    }
                    case NESTEROV -> {
                        v[j] = optimizer.momentum() * before - eta * g;
                        w[j] += (1 + optimizer.momentum()) * v[j] - optimizer.momentum() * before;
                    }
                    default -> w[j] -= eta * g;
                }
            }
        }
        return w;
    }

    private boolean[] decayed() {
        boolean[] isDecayed = new boolean[initial.network().layout().length()];
        for (ParameterLayout.Entry entry : initial.network().layout().entries()) {
            if (entry.tensor().role() == TensorSpec.Role.WEIGHT) {
                Arrays.fill(isDecayed, entry.offset(), entry.offset() + entry.length(), true);
            }
        }
        return isDecayed;
    }

    @Test
    void aLongTrainingByAllRowsGivesTheInfluenceFunction() {
        Dataset rows = SmallProblems.rows(SmallProblems.dense(1), 8, 4);
        Network network =
                Network.builder(Shape.flat(5)).add("output", new Dense(3)).build(Loss.SQUARED_ERROR);
        Model zero = new Model(network, new double[network.layout().length()], new double[0]);
        Replay replay =
                new Replay(trainer, options(Optimizer.sgd(), 0.1, Schedule.constant(0.1), 800, 8, 1), zero, rows);

        Scores scores = new Hydra(engine, replay, WorkLimits.DEFAULT)
                .score(rows.select(new int[] {3}), rows.select(new int[] {0, 5}));

        Model end = replay.walk(step -> {});
        PerExample perExample = new PerExample(engine);
        double[][] gradients = perExample.gradients(end, rows);
        double[] solved = solveHessian(rows, gradients[3]);
        assertThat(scores.score(0, 0)).isCloseTo(dot(gradients[0], solved), within(1e-8));
        assertThat(scores.score(1, 0)).isCloseTo(dot(gradients[5], solved), within(1e-8));
        assertThat(Math.abs(scores.score(1, 0))).isGreaterThan(1e-3);
    }

    /** Gradient descent on ½ xᵀHx − bᵀx, with H = 2 E[āāᵀ] for each output plus l2 on weights. */
    private static double[] solveHessian(Dataset rows, double[] b) {
        double[] x = new double[b.length];
        for (int t = 0; t < 5_000; t++) {
            double[] hx = new double[b.length];
            for (int i = 0; i < rows.size(); i++) {
                double[] a = Arrays.copyOf(rows.row(i), 6);
                a[5] = 1;
                for (int k = 0; k < 3; k++) {
                    double product = 0;
                    for (int j = 0; j < 6; j++) {
                        product += x[index(k, j)] * a[j];
                    }
                    for (int j = 0; j < 6; j++) {
                        hx[index(k, j)] += 2 * product * a[j] / rows.size();
                    }
                }
            }
            for (int j = 0; j < b.length; j++) {
                double decay = j < 15 ? 0.1 * x[j] : 0;
                x[j] -= 0.1 * (hx[j] + decay - b[j]);
            }
        }
        return x;
    }

    /** W is [out, in], then b. */
    private static int index(int output, int input) {
        return input < 5 ? output * 5 + input : 15 + output;
    }

    @ParameterizedTest
    @EnumSource(
            value = Optimizer.Kind.class,
            names = {"SGD", "MOMENTUM", "NESTEROV"})
    void theFastFormIsTheRecursionWithoutTheHessian(Optimizer.Kind kind) {
        Replay replay = replay(Optimizer.of(kind).withMomentum(0.6), L2, initial, train());

        Scores scores = new FastHydra(engine, replay, WorkLimits.DEFAULT).score(train(), queries());

        double[][] h = recursionWithoutHessian(replay);
        double[][] gradients = new PerExample(engine).gradients(replay.walk(s -> {}), queries());
        for (int q = 0; q < 3; q++) {
            for (int row = 0; row < 7; row++) {
                assertThat(scores.score(q, row)).isCloseTo(-dot(gradients[q], h[row]), within(1e-12));
            }
        }
    }

    private double[][] recursionWithoutHessian(Trajectory trajectory) {
        int n = trajectory.train().size();
        boolean[] isDecayed = decayed();
        double mu = trajectory.optimizer().momentum();
        double[][] h = new double[n][isDecayed.length];
        double[][] v = new double[n][isDecayed.length];
        trajectory.walk(step -> {
            double[][] gradients = new PerExample(engine)
                    .gradients(step.before(), trajectory.train().select(step.rows()));
            for (int row = 0; row < n; row++) {
                for (int j = 0; j < isDecayed.length; j++) {
                    double d = isDecayed[j] ? trajectory.l2() * h[row][j] : 0;
                    for (int b = 0; b < gradients.length; b++) {
                        d += step.rows()[b] == row ? (double) n / gradients.length * gradients[b][j] : 0;
                    }
                    double before = v[row][j];
                    switch (trajectory.optimizer().kind()) {
                        case MOMENTUM -> {
                            v[row][j] = mu * before + d;
                            h[row][j] -= step.learningRate() * v[row][j];
                        }
                        case NESTEROV -> {
                            v[row][j] = mu * before - step.learningRate() * d;
                            h[row][j] += (1 + mu) * v[row][j] - mu * before;
                        }
                        default -> h[row][j] -= step.learningRate() * d;
                    }
                }
            }
        });
        return h;
    }

    @Test
    void withoutCurvatureBothFormsAgree() {
        // δ of a saturated softmax is 0 or ±1 to rounding, and its Hessian 0
        int[] wrong = IntStream.range(0, 7).filter(i -> train().label(i) != 0).toArray();
        Dataset rows = train().select(wrong);
        Network linear =
                Network.builder(Shape.flat(5)).add("output", new Dense(3)).build(Loss.SOFTMAX_CROSS_ENTROPY);
        double[] w = new double[linear.layout().length()];
        w[linear.layout().entry("output.b").offset()] = 400;
        Model flat = new Model(linear, w, new double[0]);
        Replay replay = replay(MOMENTUM, L2, flat, rows);

        Scores exact = new Hydra(engine, replay, WorkLimits.DEFAULT).score(rows, rows);
        Scores fast = new FastHydra(engine, replay, WorkLimits.DEFAULT).score(rows, rows);

        for (int q = 0; q < rows.size(); q++) {
            assertThat(fast.row(q)).containsExactly(exact.row(q), within(1e-12));
        }
        assertThat(Math.abs(fast.score(0, 0))).isGreaterThan(0.1);
    }

    @Test
    void adaptiveStepsAndLayersThatJoinRowsAreRefused() {
        Network dropping = Network.builder(Shape.flat(5))
                .add("dropout", new Dropout(0.5))
                .add("output", new Dense(3))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
        Model random = new Model(dropping, new double[dropping.layout().length()], new double[0]);
        Model joined = SmallProblems.convolutional(1);
        Optimizer adam = Optimizer.of(Optimizer.Kind.ADAM);

        assertThatThrownBy(() -> new Hydra(engine, replay(adam, 0, initial, train()), WorkLimits.DEFAULT))
                .hasMessageContaining("the training used ADAM");
        assertThatThrownBy(() -> new FastHydra(engine, replay(MOMENTUM, 0, random, train()), WorkLimits.DEFAULT))
                .hasMessageContaining("layer dropout");
        assertThatThrownBy(() -> new Hydra(
                        engine, replay(MOMENTUM, 0, joined, SmallProblems.rows(joined, 4, 1)), WorkLimits.DEFAULT))
                .hasMessageContaining("layer normalisation");
    }

    @Test
    void theProvenanceSaysWhichCurvatureWasUsed() {
        Replay replay = replay(MOMENTUM, L2, initial, train());
        Provenance exact = new Hydra(engine, replay, WorkLimits.DEFAULT)
                .score(train(), queries())
                .provenance();
        Provenance fast = new FastHydra(engine, replay, WorkLimits.DEFAULT)
                .score(train(), queries())
                .provenance();

        assertThat(exact.curvature()).isEqualTo("hessian of each minibatch");
        assertThat(fast.curvature()).isEqualTo("identity");
        assertThat(exact.units()).isEqualTo(Provenance.Units.INNER_PRODUCT);
        assertThat(exact.checkpoints().get(0).iteration()).isEqualTo(6);
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }
}
