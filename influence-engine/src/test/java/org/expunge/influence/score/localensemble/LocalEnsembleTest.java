package org.expunge.influence.score.localensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.Output;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Pass;
import org.expunge.influence.network.Weights;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.score.WorkLimits;
import org.expunge.influence.solver.Lanczos;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LocalEnsembleTest {
    private final Engine engine = SmallProblems.reference(2, 4);

    @AfterEach
    void close() {
        engine.close();
    }

    private static Lanczos.Options steps(int steps) {
        return new Lanczos.Options(steps, 1e-10, 1);
    }

    private CurvedDirections directions(LinearOperator curvature, int count) {
        return CurvedDirections.of(
                curvature, count, steps(curvature.dimension()), engine.compute().eigen());
    }

    private static LinearOperator diagonal(double... values) {
        return new LinearOperator() {
            @Override
            public int dimension() {
                return values.length;
            }

            @Override
            public void apply(double[] x, double[] y) {
                Arrays.setAll(y, i -> values[i] * x[i]);
            }
        };
    }

    @Test
    void whatIsLeftOfAVectorFallsByOneEigenvectorAtATime() {
        CurvedDirections three = directions(diagonal(5, 1, .1), 3);

        assertThat(three.remainders(new double[] {3, 4, 12}))
                .containsExactly(new double[] {13, 12.6491106407, 12, 0}, within(1e-9));
        assertThat(three.values()).containsExactly(new double[] {5, 1, .1}, within(1e-12));
        assertThat(Arrays.stream(three.residuals()).max().orElseThrow()).isLessThan(1e-10);
    }

    @Test
    void directionsOfNegativeCurvatureAreCurvedToo() {
        CurvedDirections one = directions(diagonal(1, -5, .1), 1);

        assertThat(one.values()[0]).isCloseTo(-5, within(1e-12));
        assertThat(one.remainders(new double[] {3, 4, 12})[1]).isCloseTo(Math.sqrt(9 + 144), within(1e-9));
    }

    @Test
    void aVectorWithinTheDirectionsLeavesNoRoundingOfItsSquare() {
        CurvedDirections two = directions(diagonal(5, 1, .1), 2);

        // ‖g‖² − ‖Uᵀg‖² would be some 1e-16 · 25e12, and its root 50
        assertThat(two.remainders(new double[] {3e6, 4e6, 1e-6})[2]).isCloseTo(1e-6, within(1e-8));
    }

    @Nested
    class OnALinearRegressionThatLeavesADirectionOpen {
        private final Network network = Network.builder(Shape.flat(3))
                .add("output", new Dense(1, false))
                .build(Loss.SQUARED_ERROR);
        private final Model model = new Model(network, new double[] {1, 2, 3}, new double[0]);
        /** All in the plane of the first two axes. */
        private final Dataset rows = rows(1, 2, 0, -1, 1, 0, 3, 0.5, 0, 0.2, -2, 0);

        private LocalEnsemble ensemble() {
            try (Hessian hessian = new Hessian(engine, model, rows)) {
                return new LocalEnsemble(
                        engine,
                        model,
                        directions(hessian, 2),
                        LocalEnsemble.Prediction.LOGIT,
                        new WorkLimits(1 << 20, 2));
            }
        }

        @Test
        void inputsWithinTheRowsSpanAreDetermined() {
            double[][] scores = ensemble().scores(rows(2, 5, 0, -7, 0.1, 0, 1, 1, 0));

            assertThat(scores[2]).containsExactly(new double[3], within(1e-12));
            assertThat(scores[0][0]).isCloseTo(Math.sqrt(29), within(1e-12));
        }

        @Test
        void inputsOutsideItScoreTheirDistanceFromIt() {
            double[][] scores = ensemble().scores(rows(0, 0, 4, 2, 5, -3));

            assertThat(scores[2]).containsExactly(new double[] {4, 3}, within(1e-12));
        }

        private static Dataset rows(double... x) {
            return Dataset.of("rows", Shape.flat(3), Features.of(x, 3), Targets.real(new double[x.length / 3], 1));
        }
    }

    @Test
    void scoresAreTheSpreadOfPredictionsOverFlatPerturbations() {
        Model model = SmallProblems.dense(1);
        Dataset rows = SmallProblems.rows(model, 20, 2);
        Dataset inputs = SmallProblems.rows(model, 2, 3);
        try (Hessian hessian = new Hessian(engine, model, rows)) {
            int p = hessian.dimension();
            CurvedDirections directions = directions(hessian, 10);
            double[][] scores = new LocalEnsemble(
                            engine, model, directions, LocalEnsemble.Prediction.LOGIT, WorkLimits.DEFAULT)
                    .scores(inputs);
            double[][] gradients = new PerExample(engine, Output.LOGIT).gradients(model, inputs);
            double[][] vectors = orthonormal(hessian, directions);

            // exact covariance of ε z with z ~ N(0, I − U Uᵀ): gᵀ (I − U Uᵀ) g
            for (int i = 0; i < 2; i++) {
                double left = 0;
                for (int j = 0; j < p; j++) {
                    left += gradients[i][j] * gradients[i][j];
                }
                for (double[] u : vectors) {
                    double share = 0;
                    for (int j = 0; j < p; j++) {
                        share += u[j] * gradients[i][j];
                    }
                    left -= share * share;
                }
                assertThat(scores[10][i]).isCloseTo(Math.sqrt(left), within(1e-7));
                for (int m = 1; m <= 10; m++) {
                    assertThat(scores[m][i]).isLessThanOrEqualTo(scores[m - 1][i] + 1e-12);
                }
            }
            assertThat(spread(model, inputs, vectors)).isCloseTo(scores[10][0], within(0.05 * scores[10][0]));
        }
    }

    /** The ten eigenvectors of the largest size, from the dense matrix. */
    private double[][] orthonormal(LinearOperator operator, CurvedDirections directions) {
        int p = operator.dimension();
        double[] dense = new double[p * p];
        for (int j = 0; j < p; j++) {
            double[] unit = new double[p];
            unit[j] = 1;
            double[] column = new double[p];
            operator.apply(unit, column);
            System.arraycopy(column, 0, dense, j * p, p);
        }
        for (int i = 0; i < p; i++) {
            for (int j = 0; j < i; j++) {
                double mean = (dense[i * p + j] + dense[j * p + i]) / 2;
                dense[i * p + j] = mean;
                dense[j * p + i] = mean;
            }
        }
        double[] values = engine.compute().eigen().decompose(p, dense);
        return IntStream.range(0, p)
                .boxed()
                .sorted(Comparator.comparingDouble(k -> -Math.abs(values[k])))
                .limit(directions.size())
                .map(k -> Arrays.copyOfRange(dense, k * p, (k + 1) * p))
                .toArray(double[][]::new);
    }

    /** Standard deviation of the first input's logit over 2 000 perturbations, per unit: known to 1.6 %. */
    private double spread(Model model, Dataset inputs, double[][] vectors) {
        int draws = 2_000;
        double epsilon = 1e-4;
        Random random = new Random(5);
        Dataset first = inputs.select(new int[] {0});
        double before = logit(model, first);
        double squares = 0;
        for (int draw = 0; draw < draws; draw++) {
            double[] z = new double[vectors[0].length];
            Arrays.setAll(z, j -> random.nextGaussian());
            for (double[] u : vectors) {
                double share = 0;
                for (int j = 0; j < z.length; j++) {
                    share += u[j] * z[j];
                }
                for (int j = 0; j < z.length; j++) {
                    z[j] -= share * u[j];
                }
            }
            double[] moved = model.parameters();
            Arrays.setAll(moved, j -> moved[j] + epsilon * z[j]);
            double change = (logit(model.withParameters(moved), first) - before) / epsilon;
            squares += change * change;
        }
        return Math.sqrt(squares / draws);
    }

    private double logit(Model model, Dataset input) {
        double[] logits = new double[1];
        try (Weights weights = Weights.of(engine.compute(), model);
                Pass pass = new Pass(engine.compute(), weights, 1)) {
            pass.load(input, new int[] {0}, 0, 1);
            pass.forward();
            engine.compute().read(pass.logits(), input.label(0), logits, 0, 1);
        }
        return logits[0];
    }

    @Test
    void withAnyLabelTheSmallestScoreCounts() {
        Model model = SmallProblems.dense(1);
        Dataset inputs = SmallProblems.rows(model, 4, 3);
        try (Hessian hessian = new Hessian(engine, model, SmallProblems.rows(model, 20, 2))) {
            CurvedDirections directions = directions(hessian, 3);

            double[][] scores = new LocalEnsemble(
                            engine, model, directions, LocalEnsemble.Prediction.ANY_LABEL, WorkLimits.DEFAULT)
                    .scores(inputs);

            for (int i = 0; i < 4; i++) {
                double least = Double.POSITIVE_INFINITY;
                for (int c = 0; c < 3; c++) {
                    Dataset labelled = inputs.withTargets(Targets.classes(new int[] {c, c, c, c}, 3));
                    double[] gradient = new PerExample(engine).gradients(model, labelled)[i];
                    least = Math.min(least, directions.remainders(gradient)[2]);
                }
                assertThat(scores[2][i]).isCloseTo(least, within(1e-12));
            }
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Model model = SmallProblems.dense(1);
        CurvedDirections small = directions(diagonal(1, 2, 3), 2);

        assertThatThrownBy(() ->
                        new LocalEnsemble(engine, model, small, LocalEnsemble.Prediction.LOGIT, WorkLimits.DEFAULT))
                .hasMessageContaining("directions of 3 numbers for 55 parameters");
        assertThatThrownBy(() -> CurvedDirections.of(
                        diagonal(1, 2), 5, steps(3), engine.compute().eigen()))
                .hasMessageContaining("5 directions need as many Lanczos steps, got 3");
        assertThatThrownBy(() -> small.remainders(new double[2])).hasMessageContaining("2 numbers does not fit 3");
    }
}
