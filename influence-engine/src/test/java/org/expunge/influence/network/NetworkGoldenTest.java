package org.expunge.influence.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Precision;
import org.expunge.influence.compute.WorkerSums;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.testkit.GoldenArray;
import org.expunge.influence.testkit.GoldenCase;
import org.expunge.influence.testkit.GoldenNetworks;
import org.expunge.influence.testkit.TestBackends;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole networks against values that an independent implementation computed by brute force in double. */
@Tag(TestBackends.TAG)
class NetworkGoldenTest {
    /** A tile that divides no case's rows, so that the last one is short. */
    private static final int TILE = 5;

    /**
     * Relative to the largest number of a row. Files hold full doubles; values pass some 20 kernels whose sums have up
     * to 200 terms. Roundings that do not conspire grow as √200 a kernel, so 20 · √200 · u ≈ 300 u: 3e-14 in double,
     * under the 1e-9 that is promised, and 2e-5 in float.
     */
    private static double tolerance(Engine engine) {
        return engine.compute().precision() == Precision.FLOAT64
                ? 1e-9
                : 300 * engine.compute().precision().unitRoundoff();
    }

    static Stream<Arguments> cases() {
        return GoldenCase.NAMES.stream()
                .flatMap(name -> TestBackends.names().map(backend -> Arguments.of(name, backend)));
    }

    private static Engine open(String backend) {
        return new Engine(TestBackends.create(backend), new Workers(2), TILE);
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("cases")
    void logitsAndLossesAreTheExpectedOnes(String name, String backend) {
        GoldenCase golden = GoldenCase.load(name);
        try (Engine engine = open(backend);
                Weights weights = Weights.of(engine.compute(), GoldenNetworks.model(golden));
                Passes passes = new Passes(engine, weights);
                WorkerSums losses = new WorkerSums(engine, golden.test().rows());
                WorkerSums trainLosses = new WorkerSums(engine, golden.train().rows())) {
            Dataset test = GoldenNetworks.test(golden);
            double[][] logits = new double[test.size()][];
            passes.forEachTile(test, (worker, pass, from) -> {
                double[][] tile = pass.activations(pass.network().nodes().size() - 1);
                System.arraycopy(tile, 0, logits, from, tile.length);
                pass.losses(losses.of(worker), from);
            });
            passes.forEachTile(
                    GoldenNetworks.train(golden), (worker, pass, from) -> pass.losses(trainLosses.of(worker), from));

            assertRows(logits, golden.expected("output_preactivation_test"), tolerance(engine));
            assertClose(losses.toArray(), golden.expected("loss_test").values(), tolerance(engine));
            assertClose(trainLosses.toArray(), golden.expected("loss_train").values(), tolerance(engine));
        }
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("cases")
    void gradientsAreTheExpectedOnes(String name, String backend) {
        GoldenCase golden = GoldenCase.load(name);
        Model model = GoldenNetworks.model(golden);
        try (Engine engine = open(backend);
                Weights weights = Weights.of(engine.compute(), model);
                Passes passes = new Passes(engine, weights);
                Tensors sums = new Tensors(engine.compute(), model.network().layout())) {
            double[][] rows =
                    new double[golden.train().rows()][model.network().layout().length()];
            passes.forEachTile(GoldenNetworks.train(golden), (worker, pass, from) -> {
                pass.lossDelta();
                pass.backward(rowsInto(model.network(), rows, from));
            });
            Engine single = new Engine(engine.compute(), new Workers(1), TILE);
            try (Passes inOrder = new Passes(single, weights)) {
                inOrder.forEachTile(GoldenNetworks.train(golden), (worker, pass, from) -> {
                    pass.lossDelta();
                    pass.backward(new GradientSum(sums));
                });
            }

            GoldenArray expected = golden.expected("gradient_train");
            for (int i = 0; i < rows.length; i++) {
                double[] row = GoldenNetworks.fromGoldenOrder(golden, model.network(), expected.row(i));
                assertClose(rows[i], row, tolerance(engine));
            }
            double[] mean = sums.read();
            Arrays.setAll(mean, i -> mean[i] / rows.length);
            double[] expectedMean = golden.expected("gradient_mean_train").values();
            // a mean is smaller than what it is the mean of, and errs like those
            double size = largest(expected.values()) / Math.max(largest(expectedMean), Double.MIN_NORMAL);
            assertClose(
                    mean,
                    GoldenNetworks.fromGoldenOrder(golden, model.network(), expectedMean),
                    Math.max(1, size) * tolerance(engine));
        }
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("cases")
    void innerProductsAndCosinesAreTheExpectedOnes(String name, String backend) {
        GoldenCase golden = GoldenCase.load(name);
        Model model = GoldenNetworks.model(golden);
        int queries = golden.test().rows();
        int n = golden.train().rows();
        try (Engine engine = open(backend);
                Weights weights = Weights.of(engine.compute(), model);
                Passes passes = new Passes(engine, weights)) {
            double[][] targets = new double[queries][model.network().layout().length()];
            passes.forEachTile(GoldenNetworks.test(golden), (worker, pass, from) -> {
                pass.lossDelta();
                pass.backward(rowsInto(model.network(), targets, from));
            });
            double[][] products = new double[queries][n];
            double[] squares = new double[n];
            for (int q = 0; q < queries; q++) {
                try (Tensors target =
                                Tensors.of(engine.compute(), model.network().layout(), targets[q]);
                        WorkerSums dots = new WorkerSums(engine, n);
                        WorkerSums norms = new WorkerSums(engine, n)) {
                    passes.forEachTile(GoldenNetworks.train(golden), (worker, pass, from) -> {
                        pass.lossDelta();
                        pass.backward((node, layer, slot) -> {
                            layer.addGradientDots(slot, target.of(node), dots.of(worker), from);
                            layer.addSquaredNorms(slot, norms.of(worker), from);
                        });
                    });
                    dots.read(products[q], n);
                    norms.read(squares, n);
                }
            }

            assertClose(squares, golden.expected("influence.self_inner_product").values(), 2 * tolerance(engine));
            assertRows(products, golden.expected("influence.inner_product"), 2 * tolerance(engine));
            assertRows(cosines(products, targets, squares), golden.expected("influence.cosine"), 4 * tolerance(engine));
        }
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("cases")
    void gaussNewtonProductsComeFromTangentLossHessianAndBackward(String name, String backend) {
        GoldenCase golden = GoldenCase.load(name);
        Model model = GoldenNetworks.model(golden);
        Network network = model.network();
        double[] v = GoldenNetworks.fromGoldenOrder(
                golden, network, golden.expected("vector").values());
        try (Engine engine = new Engine(TestBackends.create(backend), new Workers(1), TILE);
                Weights weights = Weights.of(engine.compute(), model);
                Passes passes = new Passes(engine, weights);
                Tensors direction = Tensors.of(engine.compute(), network.layout(), v);
                Tensors sums = new Tensors(engine.compute(), network.layout())) {
            passes.forEachTile(GoldenNetworks.train(golden), (worker, pass, from) -> {
                pass.tangent(direction);
                engine.compute()
                        .losses()
                        .hessianProduct(
                                network.loss(),
                                network.outputs(),
                                pass.batch(),
                                pass.logits(),
                                pass.targets(),
                                pass.outputTangent(),
                                pass.outputDelta());
                pass.backward(new GradientSum(sums));
            });

            double[] product = sums.read();
            Arrays.setAll(product, i -> product[i] / golden.train().rows());
            double[] expected = GoldenNetworks.fromGoldenOrder(
                    golden, network, golden.expected("ggn_vector_product").values());
            assertClose(product, expected, 4 * tolerance(engine));
        }
    }

    private static LayerConsumer rowsInto(Network network, double[][] rows, int from) {
        return (node, layer, slot) -> {
            List<ParameterLayout.Entry> entries = network.layout().of(node);
            int length =
                    entries.stream().mapToInt(ParameterLayout.Entry::length).sum();
            try (Buffer buffer = slot.compute().allocate(slot.batch() * length)) {
                layer.gradients(slot, Matrix.of(buffer, slot.batch(), length));
                double[] flat = slot.compute().toArray(buffer);
                for (int b = 0; b < slot.batch(); b++) {
                    System.arraycopy(
                            flat, b * length, rows[from + b], entries.get(0).offset(), length);
                }
            }
        };
    }

    private static double[][] cosines(double[][] products, double[][] targets, double[] squares) {
        double[][] cosines = new double[products.length][squares.length];
        for (int q = 0; q < products.length; q++) {
            double norm = Math.sqrt(Arrays.stream(targets[q]).map(x -> x * x).sum());
            for (int i = 0; i < squares.length; i++) {
                cosines[q][i] = products[q][i] / (norm * Math.sqrt(squares[i]));
            }
        }
        return cosines;
    }

    private static void assertRows(double[][] actual, GoldenArray expected, double tolerance) {
        assertThat(actual).hasDimensions(expected.shape()[0], expected.shape()[1]);
        for (int i = 0; i < actual.length; i++) {
            assertClose(actual[i], expected.row(i), tolerance);
        }
    }

    private static void assertClose(double[] actual, double[] expected, double tolerance) {
        double size = largest(expected);
        assertThat(size).as("largest expected value").isGreaterThan(1e-6);
        assertThat(actual).containsExactly(expected, within(tolerance * size));
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElse(0);
    }
}
