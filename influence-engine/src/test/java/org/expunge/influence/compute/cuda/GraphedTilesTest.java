package org.expunge.influence.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
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
import org.expunge.influence.gradient.Directions;
import org.expunge.influence.gradient.Output;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Weights;
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
    private static final int TILE = 6;

    private final CudaCompute compute = CudaTesting.open(CudaOptions.DEFAULT);

    @AfterEach
    void close() {
        compute.close();
    }

    static Stream<Arguments> networks() {
        return Stream.of(
                Arguments.of("lenet", Presets.lenet(SmallNetworks.IMAGE, SmallNetworks.CLASSES), 2),
                Arguments.of("resnet8", Presets.resnet8(SmallNetworks.IMAGE, SmallNetworks.CLASSES), 2),
                Arguments.of("textConv", SmallNetworks.text(), 2),
                Arguments.of("every layer", EveryLayer.NETWORK, 1),
                Arguments.of("dropout", SmallNetworks.dropout(), 1));
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
        Dataset data = SmallNetworks.rows(network, 13 * TILE + 2);
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
        Network network = SmallNetworks.convolution();
        Model model = Initializer.XAVIER.initialise(network, 3);
        Dataset data = SmallNetworks.rows(network, 6 * tile + 2);
        Dataset queries = SmallNetworks.rows(network, 4);
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
        Network network = SmallNetworks.convolution();
        Model model = Initializer.XAVIER.initialise(network, 3);
        Dataset data = SmallNetworks.rows(network, 7 * TILE + 2);
        Dataset queries = SmallNetworks.rows(network, 4);
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
        Dataset data = SmallNetworks.rows(network, 7 * TILE + 2);
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
