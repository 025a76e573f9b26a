package org.expunge.influence.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.testkit.GoldenCase;
import org.expunge.influence.testkit.GoldenLayer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GaussNewtonTest {
    /** Sums of some 100 products of numbers near 1, in double. */
    private static final double ROUNDING = 1e-12;

    /** Golden values are met to 1e-9 relative; entries are of order 0.1. */
    private static final double GOLDEN_TOLERANCE = 1e-9;

    private static final int INPUTS = 3;
    private static final int OUTPUTS = 2;
    private static final int ROWS = 11;

    private final Engine engine = engine(1, 4);

    @AfterEach
    void closeEngine() {
        engine.close();
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void equalsTheMatrixBuiltFromExplicitJacobians(Loss loss) {
        Model model = model(loss);
        Dataset data = data(loss);
        double[][] matrix = DenseGaussNewton.of(model, data);
        double[] x = vector(matrix.length, 5);

        double[] product = product(engine, model, data, WeightDecay.NONE, x);

        for (int i = 0; i < matrix.length; i++) {
            double expected = 0;
            for (int j = 0; j < matrix.length; j++) {
                expected += matrix[i][j] * x[j];
            }
            assertThat(product[i]).isCloseTo(expected, within(ROUNDING));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"logistic-sigmoid", "mlp-softplus-mse", "mlp-tanh-softmax"})
    void meetsTheGoldenProduct(String name) {
        GoldenCase golden = GoldenCase.load(name);
        double[] expected = golden.expected("ggn_vector_product").values();
        double[] x = golden.expected("vector").values();

        double[] product = product(engine, goldenModel(golden), goldenTrain(golden), WeightDecay.NONE, x);

        for (int i = 0; i < x.length; i++) {
            assertThat(product[i])
                    .isCloseTo(expected[i], within(GOLDEN_TOLERANCE * Math.max(0.1, Math.abs(expected[i]))));
        }
    }

    @Test
    void weightDecayActsOnWeightsAndLeavesBiases() {
        Model model = model(Loss.SQUARED_ERROR);
        Dataset data = data(Loss.SQUARED_ERROR);
        double[] x = vector(model.network().layout().length(), 8);
        double[] plain = product(engine, model, data, WeightDecay.NONE, x);

        double[] decayed = product(engine, model, data, new WeightDecay(0.5), x);

        model.network().layout().entries().forEach(entry -> {
            double l2 = entry.tensor().name().equals("W") ? 0.5 : 0;
            for (int i = entry.offset(); i < entry.offset() + entry.length(); i++) {
                assertThat(decayed[i] - plain[i]).isCloseTo(l2 * x[i], within(ROUNDING));
            }
        });
    }

    @Test
    void dampingIsAddedToEveryEigenvalueOfTheMeanCurvature() {
        Model model = model(Loss.SOFTMAX_CROSS_ENTROPY);
        Dataset data = data(Loss.SOFTMAX_CROSS_ENTROPY);
        double[] x = vector(model.network().layout().length(), 8);
        double[] plain = product(engine, model, data, WeightDecay.NONE, x);
        double[] damped = new double[x.length];

        try (GaussNewton operator = new GaussNewton(engine, model, data)) {
            operator.damped(0.25).apply(x, damped);
        }

        for (int i = 0; i < x.length; i++) {
            assertThat(damped[i]).isCloseTo(plain[i] + 0.25 * x[i], within(ROUNDING));
        }
    }

    @Test
    void workersAndTilesChangeOnlyTheRounding() {
        Model model = model(Loss.SOFTMAX_CROSS_ENTROPY);
        Dataset data = data(Loss.SOFTMAX_CROSS_ENTROPY);
        double[] x = vector(model.network().layout().length(), 8);
        double[] one = product(engine, model, data, WeightDecay.NONE, x);

        try (Engine three = engine(3, 2)) {
            double[] many = product(three, model, data, WeightDecay.NONE, x);

            assertThat(many).containsExactly(one, within(ROUNDING));
            assertThat(product(three, model, data, WeightDecay.NONE, x)).isEqualTo(many);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0x1p-900, 0x1p900})
    void tinyAndHugeVectorsKeepTheirDigits(double scale) {
        Model model = model(Loss.SOFTMAX_CROSS_ENTROPY);
        Dataset data = data(Loss.SOFTMAX_CROSS_ENTROPY);
        double[] x = vector(model.network().layout().length(), 8);
        double[] scaled = x.clone();
        for (int i = 0; i < x.length; i++) {
            scaled[i] *= scale;
        }

        double[] product = product(engine, model, data, WeightDecay.NONE, scaled);

        double[] plain = product(engine, model, data, WeightDecay.NONE, x);
        for (int i = 0; i < x.length; i++) {
            assertThat(product[i] / scale).isCloseTo(plain[i], within(ROUNDING));
        }
    }

    @Test
    void theZeroVectorGivesZero() {
        Model model = model(Loss.SQUARED_ERROR);
        double[] zero = new double[model.network().layout().length()];

        assertThat(product(engine, model, data(Loss.SQUARED_ERROR), new WeightDecay(1), zero))
                .containsOnly(0);
    }

    @Test
    void refusesNoRowsAndVectorsOfAnotherLength() {
        Model model = model(Loss.SQUARED_ERROR);
        Dataset data = data(Loss.SQUARED_ERROR);

        assertThatThrownBy(() -> new GaussNewton(engine, model, data.select(new int[0])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no rows");
        assertThatThrownBy(() -> product(engine, model, data, WeightDecay.NONE, new double[2]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2");
        assertThatThrownBy(() -> new WeightDecay(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    private static double[] product(Engine engine, Model model, Dataset data, WeightDecay decay, double[] x) {
        double[] y = new double[x.length];
        try (GaussNewton operator = new GaussNewton(engine, model, data, decay)) {
            operator.apply(x, y);
        }
        return y;
    }

    private static Engine engine(int workers, int tile) {
        return new Engine(new ReferenceCompute(), new Workers(workers), tile);
    }

    private static Model model(Loss loss) {
        Network network = Network.builder(Shape.flat(INPUTS))
                .add("hidden", new Dense(4))
                .add("tanh", new ActivationLayer(Activation.TANH))
                .add("output", new Dense(OUTPUTS))
                .build(loss);
        return new Model(network, vector(network.layout().length(), 3), new double[0]);
    }

    private static Dataset data(Loss loss) {
        Random random = new Random(17);
        Features features = Features.of(random.doubles(ROWS * INPUTS, -1, 1).toArray(), INPUTS);
        Targets targets = loss == Loss.SOFTMAX_CROSS_ENTROPY
                ? Targets.classes(random.ints(ROWS, 0, OUTPUTS).toArray(), OUTPUTS)
                : Targets.real(
                        random.ints(ROWS * OUTPUTS, 0, 2).asDoubleStream().toArray(), OUTPUTS);
        return Dataset.of("random", Shape.flat(INPUTS), features, targets);
    }

    private static double[] vector(int length, long seed) {
        return new Random(seed).doubles(length, -1, 1).toArray();
    }

    private static Model goldenModel(GoldenCase golden) {
        Network.Builder builder =
                Network.builder(Shape.flat(golden.layers().get(0).integer("in")));
        for (GoldenLayer layer : golden.layers()) {
            builder.add("dense-" + layer.index(), new Dense(layer.integer("out")));
            if (layer.type().equals("dense")) {
                builder.add(
                        "activation-" + layer.index(),
                        new ActivationLayer(
                                Activation.valueOf(layer.activation().toUpperCase(java.util.Locale.ROOT))));
            }
        }
        Loss loss = switch (golden.loss()) {
            case "mcxent" -> Loss.SOFTMAX_CROSS_ENTROPY;
            case "xent" -> Loss.SIGMOID_CROSS_ENTROPY;
            default -> Loss.MEAN_SQUARED_ERROR;
        };
        return new Model(builder.build(loss), golden.flatParameters(), new double[0]);
    }

    private static Dataset goldenTrain(GoldenCase golden) {
        int inputs = golden.layers().get(0).integer("in");
        int outputs = golden.layers().get(golden.layers().size() - 1).integer("out");
        return Dataset.of(
                golden.name(),
                Shape.flat(inputs),
                Features.of(golden.train().x().values(), inputs),
                Targets.real(golden.train().y().values(), outputs));
    }
}
