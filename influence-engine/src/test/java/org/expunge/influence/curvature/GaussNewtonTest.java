package org.expunge.influence.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
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
import org.expunge.influence.testkit.GoldenNetworks;
import org.expunge.influence.testkit.TestBackends;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag(TestBackends.TAG)
class GaussNewtonTest {
    /** Sums of some 100 products of numbers near 1, in double. */
    private static final double ROUNDING = 1e-12;

    /** Relative to the largest entry. */
    private static final double GOLDEN_TOLERANCE = 1e-9;

    /** Sums of at most 36 products through at most 5 layers there and back: some 300 roundings of 6e-8. */
    private static final double FLOAT_TOLERANCE = 2e-5;

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

        assertThat(product).containsExactly(multiply(matrix, x), within(ROUNDING));
    }

    static Stream<Arguments> goldenCasesOnBackends() {
        return GoldenCase.NAMES.stream()
                .flatMap(name -> TestBackends.names().map(backend -> Arguments.of(name, backend)));
    }

    @ParameterizedTest
    @MethodSource("goldenCasesOnBackends")
    void meetsTheGoldenProduct(String name, String backend) {
        GoldenCase golden = GoldenCase.load(name);
        Model model = GoldenNetworks.model(golden);
        double[] expected = golden(golden, model, "ggn_vector_product");
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        double relative = !backend.equals("reference") ? FLOAT_TOLERANCE : GOLDEN_TOLERANCE;

        try (Engine two = new Engine(TestBackends.create(backend), new Workers(2), 8)) {
            double[] product = product(
                    two, model, GoldenNetworks.train(golden), WeightDecay.NONE, golden(golden, model, "vector"));

            assertThat(product).containsExactly(expected, within(relative * largest));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cnn-relu-maxpool", "resnet-batchnorm"})
    void equalsTheMatrixBuiltFromExplicitJacobiansOfAnImageNetwork(String name) {
        GoldenCase golden = GoldenCase.load(name);
        Model model = GoldenNetworks.model(golden);
        Dataset data = GoldenNetworks.train(golden);
        double[] x = vector(model.network().layout().length(), 5);

        double[] product = product(engine, model, data, WeightDecay.NONE, x);

        assertThat(product).containsExactly(multiply(DenseGaussNewton.of(model, data), x), within(10 * ROUNDING));
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

    private static double[] golden(GoldenCase golden, Model model, String quantity) {
        return GoldenNetworks.fromGoldenOrder(
                golden, model.network(), golden.expected(quantity).values());
    }

    private static double[] multiply(double[][] matrix, double[] x) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x.length; j++) {
                y[i] += matrix[i][j] * x[j];
            }
        }
        return y;
    }
}
