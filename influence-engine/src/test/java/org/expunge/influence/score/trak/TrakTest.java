package org.expunge.influence.score.trak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.Output;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.gradient.Projection;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.Scores;
import org.expunge.influence.score.WorkLimits;
import org.expunge.influence.testkit.EstimatorContract;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TrakTest extends EstimatorContract {
    private final Model model = SmallProblems.dense(1);
    private final Model other = SmallProblems.dense(2);

    @Override
    protected Estimator estimator(Engine on, WorkLimits limits) {
        return new Trak(
                on,
                List.of(model, other),
                new Trak.Options(Projection.signs(6, 3), 1e-2, Trak.Target.MARGIN, 0, limits));
    }

    @Override
    protected Dataset train() {
        return SmallProblems.rows(model, 12, 3);
    }

    @Override
    protected Dataset queries() {
        return SmallProblems.rows(model, 4, 4);
    }

    private Scores score(List<Model> models, Trak.Target target, double threshold) {
        Trak.Options options = new Trak.Options(Projection.signs(6, 3), 1e-2, target, threshold, WorkLimits.DEFAULT);
        return new Trak(engine, models, options).score(train(), queries());
    }

    @Nested
    class OnALinearRegressionWithoutProjection {
        private static final int N = 20;
        private static final int INPUTS = 3;

        private final Network network =
                Network.builder(Shape.flat(INPUTS)).add("output", new Dense(1)).build(Loss.SQUARED_ERROR);
        private final Model linear = new Model(network, new double[] {0.3, -0.2, 0.1, 0.5}, new double[0]);
        private final double[][] x = inputs();
        private final Dataset rows = Dataset.of(
                "regression",
                Shape.flat(INPUTS),
                Features.of(flat(x), INPUTS),
                Targets.real(new Random(2).doubles(N).toArray(), 1));

        private double[][] inputs() {
            Random random = new Random(1);
            double[][] inputs = new double[N][INPUTS];
            for (double[] row : inputs) {
                Arrays.setAll(row, j -> random.nextGaussian());
            }
            return inputs;
        }

        private double[] flat(double[][] rows) {
            return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
        }

        private Scores score(Trak.Target target) {
            Trak.Options options = new Trak.Options(Projection.identity(INPUTS + 1), 0, target, 0, WorkLimits.DEFAULT);
            return new Trak(engine, List.of(linear), options).score(rows, rows);
        }

        @Test
        void theKernelIsTheHatMatrix() {
            assertThat(distanceToHat(score(Trak.Target.MARGIN))).isLessThan(1e-10);
        }

        /** A kernel of features that were scaled to norm 1 row by row is not the hat matrix, and the check sees it. */
        @Test
        void aKernelOfFeaturesOfNormOneIsNotTheHatMatrix() {
            MarginGram gram = new MarginGram(INPUTS + 1);
            double[][] features = new PerExample(engine, Output.MARGIN).gradients(linear, rows);
            for (double[] row : features) {
                double norm = Math.sqrt(Arrays.stream(row).map(v -> v * v).sum());
                Arrays.setAll(row, j -> row[j] / norm);
            }
            gram.add(engine.workers(), features);
            double[][] solved = Arrays.stream(features).map(double[]::clone).toArray(double[][]::new);
            gram.solve(engine.compute(), gram.factor(engine.compute(), 0), solved);

            double[][] hat = hat();
            double largest = 0;
            for (int q = 0; q < N; q++) {
                for (int i = 0; i < N; i++) {
                    double product = 0;
                    for (int j = 0; j <= INPUTS; j++) {
                        product += solved[q][j] * features[i][j] / N;
                    }
                    largest = Math.max(largest, Math.abs(product - hat[q][i]));
                }
            }
            assertThat(largest).isGreaterThan(0.01);
        }

        @Test
        void aRowsEffectOnTheLossIsItsInfluence() {
            Scores scores = score(Trak.Target.LOSS);
            double[][] hat = hat();
            double[] residuals = residuals();
            for (int q = 0; q < N; q++) {
                for (int i = 0; i < N; i++) {
                    // g = 2 r x and C = 2 XᵀX/n, so g_qᵀ C⁻¹ g_i / n = 2 r_q r_i h_qi
                    assertThat(scores.score(q, i) / N)
                            .isCloseTo(2 * residuals[q] * residuals[i] * hat[q][i], within(1e-10));
                }
            }
        }

        private double distanceToHat(Scores scores) {
            double[][] hat = hat();
            double[] residuals = residuals();
            double largest = 0;
            for (int q = 0; q < N; q++) {
                for (int i = 0; i < N; i++) {
                    largest = Math.max(largest, Math.abs(scores.score(q, i) / residuals[i] / N - hat[q][i]));
                }
            }
            return largest;
        }

        private double[] residuals() {
            double[] y = new Random(2).doubles(N).toArray();
            double[] residuals = new double[N];
            Arrays.setAll(residuals, i -> y[i] - 0.3 * x[i][0] + 0.2 * x[i][1] - 0.1 * x[i][2] - 0.5);
            return residuals;
        }

        /** Q Qᵀ of the columns (x, 1), orthonormalised by Gram and Schmidt, twice. */
        private double[][] hat() {
            double[][] columns = new double[INPUTS + 1][N];
            for (int j = 0; j <= INPUTS; j++) {
                int column = j;
                Arrays.setAll(columns[j], i -> column < INPUTS ? x[i][column] : 1);
                for (int pass = 0; pass < 2; pass++) {
                    for (int k = 0; k < j; k++) {
                        double product = dot(columns[j], columns[k]);
                        double[] against = columns[k];
                        double[] from = columns[j].clone();
                        Arrays.setAll(columns[j], i -> from[i] - product * against[i]);
                    }
                }
                double norm = Math.sqrt(dot(columns[j], columns[j]));
                double[] from = columns[j].clone();
                Arrays.setAll(columns[j], i -> from[i] / norm);
            }
            double[][] hat = new double[N][N];
            for (double[] column : columns) {
                for (int q = 0; q < N; q++) {
                    for (int i = 0; i < N; i++) {
                        hat[q][i] += column[q] * column[i];
                    }
                }
            }
            return hat;
        }
    }

    @Test
    void kernelsAndWeightsAreAveragedOverModelsEachOnTheirOwn() {
        double[] weights = rowWeights(model);
        double[] others = rowWeights(other);
        Trak.Options options = new Trak.Options(
                Projection.identity(model.network().layout().length()),
                1e-2,
                Trak.Target.MARGIN,
                0,
                WorkLimits.DEFAULT);
        Scores one = new Trak(engine, List.of(model), options).score(train(), queries());
        Scores two = new Trak(engine, List.of(other), options).score(train(), queries());

        Scores both = new Trak(engine, List.of(model, other), options).score(train(), queries());

        for (int q = 0; q < 4; q++) {
            for (int i = 0; i < 12; i++) {
                double kernel = (one.score(q, i) / weights[i] + two.score(q, i) / others[i]) / 2;
                assertThat(both.score(q, i)).isCloseTo((weights[i] + others[i]) / 2 * kernel, within(1e-10));
            }
        }
        assertThat(both.provenance().inverse().dampings()).containsOnlyKeys("model-0", "model-1");
        assertThat(both.provenance().damping()).isPositive();
    }

    /** 1 − π of each row's class, from its loss. */
    private double[] rowWeights(Model of) {
        return Arrays.stream(new PerExample(engine).losses(of, train()))
                .map(loss -> -Math.expm1(-loss))
                .toArray();
    }

    @Test
    void explainingTheLossWeighsQueriesByHowWrongTheyAre() {
        Scores margins = score(List.of(model), Trak.Target.MARGIN, 0);
        Scores losses = score(List.of(model), Trak.Target.LOSS, 0);

        double[] wrong = Arrays.stream(new PerExample(engine).losses(model, queries()))
                .map(loss -> -Math.expm1(-loss))
                .toArray();
        for (int q = 0; q < 4; q++) {
            assertThat(losses.score(q, 5)).isCloseTo(wrong[q] * margins.score(q, 5), within(1e-12));
        }
        assertThat(margins.provenance().units()).isEqualTo(Provenance.Units.MARGIN);
        assertThat(losses.provenance().units()).isEqualTo(Provenance.Units.INNER_PRODUCT);
    }

    @Test
    void aThresholdMovesScoresTowardsZero() {
        Scores plain = score(List.of(model), Trak.Target.MARGIN, 0);
        double[] sizes = Arrays.stream(plain.row(0)).map(Math::abs).sorted().toArray();
        double threshold = sizes[6];

        Scores soft = score(List.of(model), Trak.Target.MARGIN, threshold);

        for (int i = 0; i < 12; i++) {
            double s = plain.score(0, i);
            double expected = Math.abs(s) <= threshold ? 0 : s - Math.signum(s) * threshold;
            assertThat(soft.score(0, i)).isCloseTo(expected, within(1e-15));
        }
        assertThat(Arrays.stream(soft.row(0)).filter(s -> s == 0).count()).isEqualTo(7);
    }

    @Test
    void moreDimensionsThanRowsNeedDamping() {
        Trak.Options options = new Trak.Options(Projection.signs(40, 1), 0, Trak.Target.MARGIN, 0, WorkLimits.DEFAULT);

        assertThatThrownBy(() -> new Trak(engine, List.of(model), options).score(train(), queries()))
                .hasMessageContaining("12 rows do not span 40 dimensions")
                .hasMessageContaining("more damping");
    }

    @Test
    void aRepeatedRowScoresAlikeTwice() {
        assertTwinsScoreAlike(estimator(engine, WorkLimits.DEFAULT), train(), queries());
    }

    @Test
    void noModelAndNoRowsAreRefused() {
        assertThatThrownBy(() -> new Trak(engine, List.of(), Trak.Options.DEFAULT))
                .hasMessageContaining("needs a model");
        assertThatThrownBy(() -> new Trak(engine, List.of(model), Trak.Options.DEFAULT)
                        .score(train().select(new int[0]), queries()))
                .hasMessageContaining("needs training rows");
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }
}
