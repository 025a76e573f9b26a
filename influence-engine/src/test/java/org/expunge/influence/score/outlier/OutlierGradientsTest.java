package org.expunge.influence.score.outlier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.evaluate.RankMetrics;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.gradient.Projection;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.score.WorkLimits;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OutlierGradientsTest {
    private final Engine engine = SmallProblems.reference(2, 4);

    @AfterEach
    void close() {
        engine.close();
    }

    private static OutlierGradients.Options options(OutlierGradients.Measure measure, boolean isLastLayerOnly) {
        return new OutlierGradients.Options(
                measure,
                isLastLayerOnly,
                Projection.signs(1024, 0),
                new IsolationForest.Options(50, 64, 1),
                WorkLimits.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({"dense, true", "dense, false", "convolutional, true", "convolutional, false"})
    void sizesAreThoseOfTheWrittenGradients(String kind, boolean isLastLayerOnly) {
        Model model = kind.equals("dense") ? SmallProblems.dense(1) : SmallProblems.convolutional(1);
        Dataset rows = SmallProblems.rows(model, 9, 2);
        int from = isLastLayerOnly ? model.network().layout().entry("output.W").offset() : 0;

        double[] l1 =
                new OutlierGradients(engine, model, options(OutlierGradients.Measure.L1, isLastLayerOnly)).scores(rows);
        double[] l2 =
                new OutlierGradients(engine, model, options(OutlierGradients.Measure.L2, isLastLayerOnly)).scores(rows);

        double[][] gradients = new PerExample(engine).gradients(model, rows);
        for (int i = 0; i < 9; i++) {
            double[] part = Arrays.copyOfRange(gradients[i], from, gradients[i].length);
            assertThat(l1[i]).isCloseTo(Arrays.stream(part).map(Math::abs).sum(), within(1e-12));
            assertThat(l2[i]).isCloseTo(Arrays.stream(part).map(g -> g * g).sum(), within(1e-12));
        }
    }

    @Test
    void onALogisticRegressionTheSquareIsErrorTimesInput() {
        Network network = Network.builder(Shape.flat(2))
                .add("output", new Dense(1, false))
                .build(Loss.SIGMOID_CROSS_ENTROPY);
        Model model = new Model(network, new double[] {0.3, -0.7}, new double[0]);
        Dataset rows = Dataset.of(
                "rows",
                Shape.flat(2),
                Features.of(new double[] {1, 2, -3, 0.5}, 2),
                Targets.real(new double[] {1, 0}, 1));

        double[] l2 = new OutlierGradients(engine, model, OutlierGradients.Options.DEFAULT).scores(rows);

        assertThat(l2[0]).isCloseTo(Math.pow(1 - 1 / (1 + Math.exp(1.1)), 2) * 5, within(1e-14)); // z = −1.1
        assertThat(l2[1]).isCloseTo(Math.pow(1 / (1 + Math.exp(1.25)), 2) * 9.25, within(1e-14)); // z = −1.25
    }

    @Test
    void theForestSeesTheGradientsOfTheLastLayer() {
        Model model = SmallProblems.dense(1);
        Dataset rows = SmallProblems.rows(model, 30, 2);
        OutlierGradients.Options options = options(OutlierGradients.Measure.ISOLATION_FOREST, true);

        double[] scores = new OutlierGradients(engine, model, options).scores(rows);

        int from = model.network().layout().entry("output.W").offset();
        double[][] parts = Arrays.stream(new PerExample(engine).gradients(model, rows))
                .map(g -> Arrays.copyOfRange(g, from, g.length))
                .toArray(double[][]::new);
        IsolationForest forest = IsolationForest.fit(parts, options.forest());
        assertThat(scores)
                .containsExactly(Arrays.stream(parts).mapToDouble(forest::score).toArray(), within(1e-12));
    }

    @Test
    void longGradientsAreProjectedWithinTheirLayersAlone() {
        Model model = SmallProblems.dense(1);
        Dataset rows = SmallProblems.rows(model, 12, 2);
        OutlierGradients.Options options = new OutlierGradients.Options(
                OutlierGradients.Measure.ISOLATION_FOREST,
                true,
                Projection.signs(3, 9),
                new IsolationForest.Options(50, 64, 1),
                WorkLimits.DEFAULT);

        double[] scores = new OutlierGradients(engine, model, options).scores(rows);

        int p = model.network().layout().length();
        int from = model.network().layout().entry("output.W").offset();
        double[][] gradients = new PerExample(engine).gradients(model, rows);
        double[][] sketches = new double[12][3];
        for (int i = 0; i < 12; i++) {
            for (int k = 0; k < 3; k++) {
                double[] direction = options.projection().direction(k, p);
                for (int j = from; j < p; j++) {
                    sketches[i][k] += direction[j] * gradients[i][j];
                }
            }
        }
        IsolationForest forest = IsolationForest.fit(sketches, options.forest());
        assertThat(scores)
                .containsExactly(
                        Arrays.stream(sketches).mapToDouble(forest::score).toArray(), within(1e-12));
    }

    /** 15 of 150 labels flipped: chance is .1. */
    @ParameterizedTest
    @EnumSource(OutlierGradients.Measure.class)
    void flippedLabelsStandOut(OutlierGradients.Measure measure) {
        Random random = new Random(4);
        double[] x = new double[150 * 2];
        int[] labels = new int[150];
        boolean[] isFlipped = new boolean[150];
        for (int i = 0; i < 150; i++) {
            int side = i % 2;
            isFlipped[i] = i % 10 == 3;
            labels[i] = isFlipped[i] ? 1 - side : side;
            x[2 * i] = (side == 0 ? -2 : 2) + random.nextGaussian();
            x[2 * i + 1] = random.nextGaussian();
        }
        Dataset rows = Dataset.of("two", Shape.flat(2), Features.of(x, 2), Targets.classes(labels, 2));
        Network network =
                Network.builder(Shape.flat(2)).add("output", new Dense(2)).build(Loss.SOFTMAX_CROSS_ENTROPY);
        Model start = new Model(network, new double[network.layout().length()], new double[0]);
        TrainingOptions training = TrainingOptions.DEFAULT.withCheckpoints(CheckpointPolicy.lastOnly());
        Model model = new Trainer(engine, training)
                .train(start, rows, rows.select(new int[0]), TrainingListener.NONE)
                .model();

        double[] scores = new OutlierGradients(engine, model, options(measure, true)).scores(rows);

        assertThat(RankMetrics.averagePrecision(scores, isFlipped)).isGreaterThan(0.6);
    }

    @Test
    void saysWhatItLooksAtAndWhatThatTakes() {
        Model model = SmallProblems.dense(1);
        OutlierGradients.Options options = options(OutlierGradients.Measure.ISOLATION_FOREST, true);
        OutlierGradients last = new OutlierGradients(engine, model, options);

        assertThat(last.layers()).containsExactly("output");
        assertThat(last.coveragePercent()).isCloseTo(100.0 * 15 / 55, within(1e-9));
        // 15 numbers a row, as they are made and as they are used
        assertThat(last.plan(1_000) - last.plan(0)).isEqualTo(1_000L * 15 * 2 * Double.BYTES);
        assertThatThrownBy(() -> new OutlierGradients(
                                engine,
                                model,
                                new OutlierGradients.Options(
                                        options.measure(),
                                        true,
                                        options.projection(),
                                        options.forest(),
                                        new WorkLimits(10_000, 1)))
                        .scores(SmallProblems.rows(model, 1_000, 1)))
                .hasMessageContaining("maxBytes is 10000");
        assertThatThrownBy(() -> last.scores(SmallProblems.rows(model, 1, 1))).hasMessageContaining("at least 2 rows");
    }
}
