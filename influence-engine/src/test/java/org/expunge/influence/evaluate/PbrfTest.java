package org.expunge.influence.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.InnerProduct;
import org.expunge.influence.score.TrajectoryEstimator;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.EarlyStopping;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.junit.jupiter.api.Test;

class PbrfTest {
    private static final ConjugateGradient.Options TIGHT = new ConjugateGradient.Options(1e-12, 2_000);

    /** The golden problem in ½(f − y)²: with the loss (f − y)², λ and ε twice as large give the same minimiser. */
    @Test
    void meetsTheClosedFormOfALinearModel() {
        try (Engine engine = SmallProblems.reference(1, 4)) {
            assertThat(golden(engine, -1.0 / 3))
                    .containsExactly(new double[] {0.351758794, -1.8090452261}, within(1e-8));
            assertThat(golden(engine, -1e-3)).containsExactly(new double[] {0.0002479192, -0.0012750133}, within(1e-9));
        }
    }

    private static double[] golden(Engine engine, double epsilon) {
        Network network =
                Network.builder(Shape.flat(2)).add("out", new Dense(1, false)).build(Loss.SQUARED_ERROR);
        Model model = new Model(network, new double[] {0.2, 0.9}, new double[0]);
        Dataset rows = Dataset.of(
                "golden",
                Shape.flat(2),
                Features.of(new double[] {1, 0, 1, 1, 1, 2}, 2),
                Targets.real(new double[] {0, 1, 3}, 1));
        Pbrf pbrf = new Pbrf(engine, model, rows, new Pbrf.Options(2 * 0.1, 1e-12, 50));
        Pbrf.Response response = pbrf.to(rows.select(new int[] {2}), epsilon);
        assertThat(response.isConverged()).isTrue();
        return response.change(model);
    }

    @Test
    void startsInTheDirectionOfTheDampedGaussNewtonSolve() {
        Model model = SmallProblems.dense(5);
        Dataset rows = SmallProblems.rows(model, 30, 6);
        Dataset example = rows.select(new int[] {4});
        double damping = 0.05;
        try (Engine engine = SmallProblems.reference(1, 8);
                GaussNewton curvature = new GaussNewton(engine, model, rows)) {
            double[] solved = new ConjugateGradient(TIGHT)
                    .solve(
                            curvature.damped(damping),
                            org.expunge.influence.curvature.ParameterVector.of(
                                    new PerExample(engine).sumGradient(model, example)))
                    .solution()
                    .toArray();
            Pbrf pbrf = new Pbrf(engine, model, rows, new Pbrf.Options(damping, 1e-11, 50));
            double near = relativeError(pbrf.to(example, -1e-4).change(model), solved, -1e-4);
            double far = relativeError(pbrf.to(example, -1e-3).change(model), solved, -1e-3);

            assertThat(near).isLessThan(5e-3);
            assertThat(far / near).isBetween(9.0, 11.0); // first order: the error is proportional to ε
        }
    }

    private static double relativeError(double[] change, double[] solved, double epsilon) {
        double error = 0;
        double size = 0;
        for (int j = 0; j < change.length; j++) {
            error = Math.hypot(error, change[j] + epsilon * solved[j]);
            size = Math.hypot(size, epsilon * solved[j]);
        }
        return error / size;
    }

    @Test
    void everyRemovalEndsAtASmallGradientThatFiniteDifferencesConfirm() {
        Model model = SmallProblems.dense(8);
        Dataset rows = SmallProblems.rows(model, 12, 9);
        Pbrf.Options options = new Pbrf.Options(0.1, 1e-9, 100);
        try (Engine engine = SmallProblems.reference(1, 16)) {
            Pbrf.Response response = new Pbrf(engine, model, rows, options).removing(rows.select(new int[] {3}));

            assertThat(response.isConverged()).isTrue();
            double[] theta = response.model().parameters();
            for (int j = 0; j < theta.length; j += 7) {
                assertThat(slope(engine, model, rows, theta, j)).isCloseTo(0, within(1e-7));
            }
        }
    }

    /** A central difference of the objective, written out from losses: KL divergence, proximity and the row removed. */
    private static double slope(Engine engine, Model model, Dataset rows, double[] theta, int j) {
        double h = 1e-5;
        double[] values = new double[2];
        for (int side = 0; side < 2; side++) {
            double[] moved = theta.clone();
            moved[j] += side == 0 ? h : -h;
            Model at = model.withParameters(moved);
            double[][] before = predictions(engine, model, rows);
            double[][] after = predictions(engine, at, rows);
            double value = -new PerExample(engine).losses(at, rows)[3] / rows.size();
            for (int i = 0; i < before.length; i++) {
                for (int k = 0; k < before[i].length; k++) {
                    value += before[i][k] * Math.log(before[i][k] / after[i][k]) / before.length;
                }
            }
            double[] anchor = model.parameters();
            for (int a = 0; a < anchor.length; a++) {
                value += 0.05 * (moved[a] - anchor[a]) * (moved[a] - anchor[a]);
            }
            values[side] = value;
        }
        return (values[0] - values[1]) / (2 * h);
    }

    private static double[][] predictions(Engine engine, Model model, Dataset rows) {
        return new org.expunge.influence.training.Evaluator(engine)
                .evaluate(model, rows)
                .predictions();
    }

    @Test
    void dampedGaussNewtonPredictsResponsesAndEkfacIsNoWorseThanTheInnerProduct() {
        Dataset all = SmallProblems.clusters(170, 1.5, 1, 3);
        Dataset train = all.select(IntStream.range(0, 150).toArray());
        Dataset queries = all.select(IntStream.range(150, 158).toArray());
        double damping = 0.1;
        try (Engine engine = SmallProblems.reference(1, 64)) {
            Model model = trained(engine, train);
            int[] rows = IntStream.range(0, 25).map(i -> 6 * i).toArray();
            double[][] responses = responses(engine, model, train, rows, queries, damping);
            Dataset removed = train.select(rows);
            try (GaussNewton curvature = new GaussNewton(engine, model, train);
                    KroneckerInverse ekfac = Ekfac.fit(engine, model, train, Kfac.Options.DEFAULT)
                            .inverse(engine.compute(), DampingRule.fixed(damping))) {
                EffectAgreement solved = agreement(
                        new InfluenceFunction(
                                engine,
                                model,
                                new CurvatureSystem(curvature, damping, TIGHT),
                                InfluenceFunction.Options.DEFAULT),
                        removed,
                        queries,
                        responses);
                EffectAgreement factored = agreement(
                        new InfluenceFunction(engine, model, ekfac, InfluenceFunction.Options.DEFAULT),
                        removed,
                        queries,
                        responses);
                EffectAgreement plain = agreement(
                        new InnerProduct(engine, model, TrajectoryEstimator.Options.DEFAULT),
                        removed,
                        queries,
                        responses);

                assertThat(solved.pearson()).isGreaterThan(0.95);
                assertThat(solved.meanOfQueries()).isGreaterThan(0.95);
                for (int q = 0; q < queries.size(); q++) {
                    assertThat(factored.ofQueries().get(q))
                            .isGreaterThanOrEqualTo(plain.ofQueries().get(q));
                    assertThat(solved.ofQueries().get(q))
                            .isGreaterThan(factored.ofQueries().get(q));
                }
            }
        }
    }

    private static EffectAgreement agreement(
            Estimator estimator, Dataset removed, Dataset queries, double[][] responses) {
        var scores = estimator.score(removed, queries);
        double[][] predicted = IntStream.range(0, queries.size())
                .mapToObj(q -> Arrays.stream(scores.row(q)).map(s -> s / 150).toArray())
                .toArray(double[][]::new);
        return EffectAgreement.of(predicted, responses);
    }

    private static double[][] responses(
            Engine engine, Model model, Dataset train, int[] rows, Dataset queries, double damping) {
        Pbrf pbrf = new Pbrf(engine, model, train, new Pbrf.Options(damping, 1e-8, 100));
        double[] before = new PerExample(engine).losses(model, queries);
        double[][] effects = new double[queries.size()][rows.length];
        for (int k = 0; k < rows.length; k++) {
            Pbrf.Response response = pbrf.removing(train.select(new int[] {rows[k]}));
            assertThat(response.isConverged()).isTrue();
            double[] after = new PerExample(engine).losses(response.model(), queries);
            for (int q = 0; q < after.length; q++) {
                effects[q][k] = after[q] - before[q];
            }
        }
        return effects;
    }

    private static Model trained(Engine engine, Dataset train) {
        Network network = Network.builder(Shape.flat(4))
                .add("hidden", new Dense(6))
                .add("tanh", new ActivationLayer(Activation.TANH))
                .add("output", new Dense(3))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
        TrainingOptions options = new TrainingOptions(
                Optimizer.of(Optimizer.Kind.SGD),
                Schedule.constant(0.1),
                20,
                16,
                0,
                CheckpointPolicy.DEFAULT,
                EarlyStopping.NONE,
                1);
        return new Trainer(engine, options)
                        .train(
                                Initializer.XAVIER.initialise(network, 2),
                                train,
                                train.select(new int[0]),
                                TrainingListener.NONE)
                        .checkpoints()
                        .stream()
                        .reduce((first, second) -> second)
                        .map(Checkpoint::model)
                        .orElseThrow();
    }

    @Test
    void saysSoWhenStepsRunOut() {
        Model model = SmallProblems.dense(8);
        Dataset rows = SmallProblems.rows(model, 12, 9);
        try (Engine engine = SmallProblems.reference(1, 16)) {
            Pbrf.Response response = new Pbrf(engine, model, rows, new Pbrf.Options(1e-3, 1e-12, 1))
                    .removing(rows.select(new int[] {3}));

            assertThat(response.isConverged()).isFalse();
            assertThat(response.gradientNorm()).isGreaterThan(1e-12);
        }
    }

    @Test
    void refusesWhatHasNoResponse() {
        Model model = SmallProblems.dense(8);
        Dataset rows = SmallProblems.rows(model, 4, 9);
        try (Engine engine = SmallProblems.reference(1, 16)) {
            assertThatThrownBy(() -> new Pbrf(engine, model, rows, Pbrf.Options.DEFAULT).to(rows, 0.1))
                    .hasMessage("one example is weighted at a time, got 4");
            assertThatThrownBy(() -> new Pbrf(engine, model, rows.select(new int[0]), Pbrf.Options.DEFAULT))
                    .hasMessageContaining("has no rows");
            assertThatThrownBy(() -> new Pbrf.Options(0, 1e-8, 10)).hasMessageContaining("damping must be above 0");
        }
    }
}
