package org.expunge.influence.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Precision;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.testkit.EveryLayer;
import org.expunge.influence.testkit.GoldenCase;
import org.expunge.influence.testkit.GoldenNetworks;
import org.expunge.influence.testkit.SequenceLayers;
import org.expunge.influence.testkit.TestBackends;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Hessian and empirical Fisher products against golden values and against differences of the gradient. */
@Tag(TestBackends.TAG)
class SecondOrderTest {
    /** Golden values are met to 1e-9 relative to their largest entry. */
    private static final double GOLDEN = 1e-9;

    /**
     * Central differences with step h err by h²/6 times a third derivative of order 1, and by rounding of order u/h: at
     * h = 1e-5 both are under 1e-10; some terms are 100 times as large.
     */
    private static final double STEP = 1e-5;

    private static final double DIFFERENCES = 2e-7;

    static Stream<Arguments> cases() {
        return GoldenCase.NAMES.stream()
                .flatMap(name -> TestBackends.names().map(backend -> Arguments.of(name, backend)));
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("cases")
    void productsAreTheExpectedOnes(String name, String backend) {
        GoldenCase golden = GoldenCase.load(name);
        Model model = GoldenNetworks.model(golden);
        Dataset train = GoldenNetworks.train(golden);
        double[] v = inOurOrder(golden, model, "vector");
        try (Engine engine = new Engine(TestBackends.create(backend), new Workers(2), 3);
                Hessian hessian = new Hessian(engine, model, train);
                EmpiricalFisher fisher = new EmpiricalFisher(engine, model, train)) {
            // float32: some 30 roundings a layer, in quantities of the size of the largest entry
            double tolerance = engine.compute().precision() == Precision.FLOAT64 ? GOLDEN : 1e-5;

            assertClose(product(hessian, v), inOurOrder(golden, model, "hessian_vector_product"), tolerance);
            assertClose(product(fisher, v), inOurOrder(golden, model, "empirical_fisher_vector_product"), tolerance);
        }
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void theHessianIsTheDerivativeOfTheGradientForEveryActivation(Activation activation) {
        Network network = Network.builder(Shape.flat(4))
                .add("hidden", new Dense(6))
                .add("activation", new ActivationLayer(activation))
                .add("second", new Dense(5))
                .add("again", new ActivationLayer(activation))
                .add("output", new Dense(3))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);

        assertHessian(network);
    }

    @Test
    void theHessianIsTheDerivativeOfTheGradientForEveryLayer() {
        assertHessian(EveryLayer.NETWORK);
    }

    @Test
    void theHessianIsTheDerivativeOfTheGradientForLayersOfSequences() {
        assertHessian(SequenceLayers.NETWORK, SequenceLayers.rows(7, new Random(3)));
    }

    @Test
    void theHessianIsSymmetric() {
        Random random = new Random(4);
        Model model = model(EveryLayer.NETWORK, random);
        Dataset data = data(EveryLayer.NETWORK, random);
        double[] u = vector(model, random);
        double[] v = vector(model, random);
        try (Engine engine = new Engine(Backends.create("reference"), new Workers(1), 4);
                Hessian hessian = new Hessian(engine, model, data)) {
            double uHv = dot(u, product(hessian, v));
            double vHu = dot(v, product(hessian, u));

            assertThat(Math.abs(uHv)).isGreaterThan(1e-3);
            assertThat(vHu).isCloseTo(uHv, within(1e-10 * Math.abs(uHv)));
        }
    }

    @Test
    void weightDecayAddsToTheDiagonalOfWeights() {
        Random random = new Random(4);
        Network network =
                Network.builder(Shape.flat(2)).add("output", new Dense(2)).build(Loss.SQUARED_ERROR);
        Model model = model(network, random);
        double[] v = vector(model, random);
        Dataset data = Dataset.of(
                "two", Shape.flat(2), Features.of(new double[] {1, 2, 3, 4}, 2), Targets.real(new double[4], 2));
        try (Engine engine = new Engine(Backends.create("reference"), new Workers(1), 4);
                Hessian plain = new Hessian(engine, model, data);
                Hessian decayed = new Hessian(engine, model, data, new WeightDecay(0.5))) {
            double[] difference = product(decayed, v);
            double[] base = product(plain, v);

            Arrays.setAll(difference, i -> difference[i] - base[i]);

            assertThat(difference)
                    .containsExactly(new double[] {v[0] / 2, v[1] / 2, v[2] / 2, v[3] / 2, 0, 0}, within(1e-12));
        }
    }

    private static void assertHessian(Network network) {
        assertHessian(network, data(network, new Random(24)));
    }

    private static void assertHessian(Network network, Dataset data) {
        Random random = new Random(23);
        Model model = model(network, random);
        double[] v = vector(model, random);
        try (Engine engine = new Engine(Backends.create("reference"), new Workers(2), 3);
                Hessian hessian = new Hessian(engine, model, data)) {
            PerExample gradients = new PerExample(engine);
            double[] up = gradients.meanGradient(moved(model, v, STEP), data);
            double[] down = gradients.meanGradient(moved(model, v, -STEP), data);
            double[] expected = new double[v.length];
            Arrays.setAll(expected, i -> (up[i] - down[i]) / (2 * STEP));

            assertClose(product(hessian, v), expected, DIFFERENCES);
        }
    }

    private static Model moved(Model model, double[] v, double step) {
        double[] parameters = model.parameters();
        Arrays.setAll(parameters, i -> parameters[i] + step * v[i]);
        return model.withParameters(parameters);
    }

    private static Model model(Network network, Random random) {
        double[] parameters =
                random.doubles(network.layout().length(), -0.5, 0.5).toArray();
        double[] statistics =
                random.doubles(network.statistics().length(), 0.5, 1.5).toArray();
        return new Model(network, parameters, statistics);
    }

    private static Dataset data(Network network, Random random) {
        int rows = 7;
        int width = network.input().length();
        return Dataset.of(
                "random",
                network.input(),
                Features.of(random.doubles((long) rows * width, -1, 1).toArray(), width),
                Targets.classes(random.ints(rows, 0, 3).toArray(), 3));
    }

    private static double[] vector(Model model, Random random) {
        return random.doubles(model.network().layout().length(), -1, 1).toArray();
    }

    private static double[] product(LinearOperator operator, double[] v) {
        double[] y = new double[v.length];
        operator.apply(v, y);
        return y;
    }

    private static double[] inOurOrder(GoldenCase golden, Model model, String name) {
        return GoldenNetworks.fromGoldenOrder(
                golden, model.network(), golden.expected(name).values());
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    private static void assertClose(double[] actual, double[] expected, double relative) {
        double size = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        assertThat(size).isGreaterThan(1e-4);
        assertThat(actual).containsExactly(expected, within(relative * size));
    }
}
