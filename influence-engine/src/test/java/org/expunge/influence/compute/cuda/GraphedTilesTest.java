package org.expunge.influence.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.EmpiricalFisher;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.curvature.LabelMode;
import org.expunge.influence.curvature.LossOperator;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.curvature.kronecker.PositionScaling;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.Directions;
import org.expunge.influence.gradient.Output;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Weights;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Convolution2D;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Dropout;
import org.expunge.influence.network.layer.Padding;
import org.expunge.influence.network.preset.Presets;
import org.expunge.influence.score.Cosine;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.InnerProduct;
import org.expunge.influence.score.Scores;
import org.expunge.influence.testkit.CudaTesting;
import org.expunge.influence.testkit.EveryLayer;
import org.expunge.influence.testkit.WithoutGraphs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is computed by graphs is bit for bit what is computed kernel by kernel. */
@Tag("gpu")
class GraphedTilesTest {
    private static final int CLASSES = 3;
    private static final int TOKENS = 11;
    private static final int TILE = 6;
    private static final Shape IMAGE = new Shape(1, 4, 4);
    private static final Shape SENTENCE = new Shape(1, 1, 5);

    private final CudaCompute compute = CudaTesting.open(CudaOptions.DEFAULT);

    @AfterEach
    void close() {
        compute.close();
    }

    static Stream<Arguments> networks() {
        Network dropout = Network.builder(Shape.flat(5))
                .add("first", new Dense(7))
                .add("tanh", new ActivationLayer(Activation.TANH))
                .add("dropout", new Dropout(0.6))
                .add("output", new Dense(CLASSES))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
        return Stream.of(
                Arguments.of("lenet", Presets.lenet(IMAGE, CLASSES), 2),
                Arguments.of("resnet8", Presets.resnet8(IMAGE, CLASSES), 2),
                Arguments.of("textConv", Presets.textConv(SENTENCE, CLASSES, TOKENS), 2),
                Arguments.of("every layer", EveryLayer.NETWORK, 1),
                Arguments.of("dropout", dropout, 1));
    }

    private static Network small() {
        return Network.builder(IMAGE)
                .add("conv", new Convolution2D(2, 3, 1, Padding.same()))
                .add("relu", new ActivationLayer(Activation.RELU))
                .add("dense", new Dense(4))
                .add("tanh", new ActivationLayer(Activation.TANH))
                .add("output", new Dense(CLASSES))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
    }

    private static Dataset rows(Network network, int count) {
        Random random = new Random(count);
        int width = network.input().length();
        boolean isText = network.input().equals(SENTENCE);
        double[] x = new double[count * width];
        Arrays.setAll(x, i -> isText ? 1 + random.nextInt(TOKENS - 1) : random.nextGaussian());
        int[] labels =
                IntStream.range(0, count).map(i -> random.nextInt(CLASSES)).toArray();
        return Dataset.of("rows", network.input(), Features.of(x, width), Targets.classes(labels, CLASSES));
    }

    /** Computes with graphs and without, each on fresh workers. */
    private <T> void assertSame(int workers, int tile, Function<Engine, T> work) {
        try (Workers own = new Workers(workers);
                Workers others = new Workers(workers)) {
            T graphed = work.apply(new Engine(compute, own, tile));
            Compute plain = WithoutGraphs.of(compute);
            assertThat(graphed).isEqualTo(work.apply(new Engine(plain, others, tile)));
        }
    }

    private static double[][] table(Scores scores) {
        return IntStream.range(0, scores.queries()).mapToObj(scores::row).toArray(double[][]::new);
    }

    /** Windows of two tiles: each place in them is met three times by each of two workers. */
    @ParameterizedTest
    @MethodSource("networks")
    void dotsRowsWithDirections(String name, Network network, int workers) {
        Model model = Initializer.XAVIER.initialise(network, 3);
        Random random = new Random(5);
        double[][] vectors = new double[3][network.layout().length()];
        for (double[] vector : vectors) {
            Arrays.setAll(vector, i -> random.nextGaussian());
        }
        Dataset data = rows(network, 13 * TILE + 2);
        assertSame(workers, TILE, engine -> {
            try (Weights weights = Weights.of(engine.compute(), model);
                    Directions directions = Directions.of(engine.compute(), network, vectors)) {
                return directions.dots(engine, weights, data, Output.LOSS, 2 * TILE);
            }
        });
    }

    /** Tiles so large that a window takes one. */
    @Test
    void scoresRows() {
        int tile = 300;
        Network network = small();
        Model model = Initializer.XAVIER.initialise(network, 3);
        Dataset data = rows(network, 6 * tile + 2);
        Dataset queries = rows(network, 4);
        for (int workers = 1; workers <= 2; workers++) {
            assertSame(
                    workers,
                    tile,
                    engine ->
                            table(new InnerProduct(engine, model, InnerProduct.Options.DEFAULT).score(data, queries)));
            assertSame(
                    workers,
                    tile,
                    engine -> table(new Cosine(engine, model, Cosine.Options.DEFAULT).score(data, queries)));
        }
    }

    @Test
    void fitsFactorsAndScoresByThem() {
        Network network = small();
        Model model = Initializer.XAVIER.initialise(network, 3);
        Dataset data = rows(network, 7 * TILE + 2);
        Dataset queries = rows(network, 4);
        for (LabelMode labels : List.of(LabelMode.EXACT, LabelMode.EMPIRICAL)) {
            assertSame(2, TILE, engine -> {
                Ekfac ekfac = Ekfac.fit(engine, model, data, new Kfac.Options(labels, PositionScaling.KFC, 1));
                try (KroneckerInverse inverse = ekfac.inverse(engine.compute(), DampingRule.relativeToMean(0.1))) {
                    return table(new InfluenceFunction(engine, model, inverse, InfluenceFunction.Options.DEFAULT)
                            .score(data, queries));
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void multipliesByCurvature(String name, Network network, int workers) {
        Model model = Initializer.XAVIER.initialise(network, 3);
        Dataset data = rows(network, 7 * TILE + 2);
        Random random = new Random(5);
        double[][] x = new double[2][network.layout().length()];
        for (double[] vector : x) {
            Arrays.setAll(vector, i -> random.nextGaussian());
        }
        assertSame(workers, TILE, engine -> products(new GaussNewton(engine, model, data), x));
        assertSame(workers, TILE, engine -> products(new EmpiricalFisher(engine, model, data), x));
        assertSame(workers, TILE, engine -> products(new Hessian(engine, model, data), x));
    }

    /** Two products of two vectors and one of one, as solvers ask for them. */
    private static double[][][] products(LossOperator operator, double[][] x) {
        try (operator) {
            double[][][] y = new double[3][x.length][x[0].length];
            operator.applyAll(x, y[0]);
            operator.apply(y[0][0], y[1][0]);
            operator.applyAll(new double[][] {x[1], x[0]}, y[2]);
            return y;
        }
    }
}
