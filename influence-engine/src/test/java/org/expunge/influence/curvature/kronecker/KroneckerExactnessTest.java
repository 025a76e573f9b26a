package org.expunge.influence.curvature.kronecker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.curvature.LabelMode;
import org.expunge.influence.curvature.Labels;
import org.expunge.influence.curvature.factor.BlockDense;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Convolution2D;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.GlobalPooling;
import org.expunge.influence.network.layer.Padding;
import org.expunge.influence.network.layer.PoolingKind;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Where Kronecker factors are exact, and what EK-FAC is best at; each property is also held against mistakes that it
 * must find out.
 */
class KroneckerExactnessTest {
    private static final Engine ENGINE = SmallProblems.reference(2, 4);
    private static final double EXACT = 1e-10;

    /** A mistake must show by more than this. */
    private static final double WRONG = 1e-2;

    @AfterAll
    static void close() {
        ENGINE.close();
    }

    /** One row, no weight sharing, all labels enumerated. */
    @ParameterizedTest
    @EnumSource(Loss.class)
    void kfacOfOneRowIsTheBlockOfTheFisherMatrixForAnyLoss(Loss loss) {
        Model model = network(loss, Activation.TANH);

        assertThat(worstError(model, rows(1), DenseBlock::product)).isLessThan(EXACT);
        assertThat(worstError(model, rows(1), KroneckerExactnessTest::transposed))
                .isGreaterThan(WRONG);
    }

    /** A network without activations, a squared error, any number of rows. */
    @ParameterizedTest
    @EnumSource(
            value = Loss.class,
            names = {"MEAN_SQUARED_ERROR", "SQUARED_ERROR"})
    void kfacOfADeepLinearNetworkIsTheBlockOfTheFisherMatrixForAnyRows(Loss loss) {
        Model model = network(loss, Activation.IDENTITY);
        Dataset rows = rows(13);

        assertThat(worstError(model, rows, DenseBlock::product)).isLessThan(EXACT);
        assertThat(worstError(model, rows, KroneckerExactnessTest::transposed)).isGreaterThan(WRONG);
        assertThat(worstError(model, rows, (s, a) -> {
                    double[] dividedTwice = Arrays.stream(s).map(x -> x / 13).toArray();
                    return DenseBlock.product(dividedTwice, a);
                }))
                .isGreaterThan(WRONG);
        assertThat(worstError(network(loss, Activation.TANH), rows, DenseBlock::product))
                .as("with activations it is an approximation")
                .isGreaterThan(1e-4);
    }

    @ParameterizedTest
    @EnumSource(
            value = LabelMode.class,
            names = {"EXACT", "EMPIRICAL"})
    void ekfacHasTheDiagonalAndTheTraceOfTheFisherMatrixInItsBasis(LabelMode labels) {
        forEachBlock(labels, (fisher, basis, eigenvalues) -> {
            assertThat(diagonalError(fisher, basis, eigenvalues)).isLessThan(EXACT);
            double trace = DenseBlock.trace(fisher);
            assertThat(Arrays.stream(eigenvalues).sum()).isCloseTo(trace, within(EXACT * trace));

            double[] overPositions = Arrays.stream(eigenvalues).map(x -> x / 20).toArray();
            double[] reversed = new double[eigenvalues.length];
            Arrays.setAll(reversed, i -> eigenvalues[eigenvalues.length - 1 - i]);
            assertThat(diagonalError(fisher, basis, overPositions)).isGreaterThan(WRONG);
            assertThat(diagonalError(fisher, basis, reversed)).isGreaterThan(WRONG);
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = LabelMode.class,
            names = {"EXACT", "EMPIRICAL"})
    void noOtherEigenvaluesInItsBasisComeNearerToTheFisherMatrix(LabelMode labels) {
        forEachBlock(labels, (fisher, basis, eigenvalues) -> {
            double distance = DenseBlock.distance(DenseBlock.inBasis(basis, eigenvalues), fisher);
            Random random = new Random(1);
            double[] moved = Arrays.stream(eigenvalues)
                    .map(x -> x * (1 + 0.2 * random.nextGaussian()))
                    .toArray();
            double[] reversed = new double[eigenvalues.length];
            Arrays.setAll(reversed, i -> eigenvalues[eigenvalues.length - 1 - i]);

            assertThat(distance)
                    .isLessThanOrEqualTo(DenseBlock.distance(DenseBlock.inBasis(basis, basis.eigenvalues()), fisher))
                    .isLessThan(DenseBlock.distance(DenseBlock.inBasis(basis, moved), fisher))
                    .isLessThan(DenseBlock.distance(DenseBlock.inBasis(basis, reversed), fisher));
        });
    }

    @Test
    void distancesOfALayerOfTwoByTwoAreThoseWorkedOutByHand() {
        Network network =
                Network.builder(Shape.flat(2)).add("layer", new Dense(2, false)).build(Loss.SQUARED_ERROR);
        Model model = new Model(network, new double[4], new double[0]);
        double[] targets = {-0.5, 0.5, -0.25, -0.25, 0.5, 0}; // derivatives (1, −1), (½, ½), (−1, 0)
        Dataset data = Dataset.of(
                "by hand", Shape.flat(2), Features.of(new double[] {1, 0, 1, 1, 0, 2}, 2), Targets.real(targets, 2));
        Ekfac ekfac = Ekfac.fit(ENGINE, model, data, new Kfac.Options(LabelMode.EMPIRICAL, PositionScaling.KFC, 0));
        KroneckerBasis basis = ekfac.factors().bases().get(0);
        double[][] fisher = DenseBlock.fisher(ENGINE, model, data, Labels.EMPIRICAL, basis.shape());

        assertThat(DenseBlock.trace(fisher)).isCloseTo(7 / 3.0, within(1e-12));
        assertThat(DenseBlock.distance(DenseBlock.inBasis(basis, ekfac.eigenvalues("layer")), fisher))
                .isCloseTo(.8939492710, within(1e-9));
        assertThat(DenseBlock.distance(DenseBlock.inBasis(basis, basis.eigenvalues()), fisher))
                .isCloseTo(1.0555555556, within(1e-9));
    }

    /** T positions of the same input, summed: {@code F = T² a aᵀ ⊗ δ δᵀ} of a row. */
    @Test
    void positionsThatAreAlikeCountAsTheScalingSays() {
        int positions = 6;
        Model model = shared(positions);
        Dataset data = alike(positions, 1);
        KroneckerShape shape = KroneckerShape.of(model.network()).get(0);
        double[][] fisher = DenseBlock.fisher(ENGINE, model, data, Labels.EXACT, shape);
        double trace = DenseBlock.trace(fisher);
        ToDoubleFunction<PositionScaling> share = scaling -> traceOf(kfac(model, data, scaling)) / trace;

        assertThat(share.applyAsDouble(PositionScaling.KFC)).isCloseTo(1.0 / positions, within(EXACT));
        assertThat(share.applyAsDouble(PositionScaling.MEAN)).isCloseTo(1.0 / (positions * positions), within(EXACT));
        Kfac reduced = kfac(model, data, PositionScaling.REDUCE);
        assertThat(DenseBlock.relativeError(
                        DenseBlock.product(reduced.outputFactor("shared"), reduced.inputFactor("shared")), fisher))
                .isLessThan(EXACT);
        for (PositionScaling scaling : PositionScaling.values()) {
            double[] eigenvalues = Ekfac.correct(ENGINE, model, data, kfac(model, data, scaling))
                    .eigenvalues("shared");
            assertThat(Arrays.stream(eigenvalues).sum()).isCloseTo(trace, within(EXACT * trace));
        }
    }

    @Test
    void aDenseLayerHasOnePositionWhateverTheScaling() {
        Model model = SmallProblems.dense(1);
        Dataset data = SmallProblems.rows(model, 9, 3);
        Kfac expected = kfac(model, data, PositionScaling.KFC);

        for (PositionScaling scaling : PositionScaling.values()) {
            Kfac found = kfac(model, data, scaling);
            for (String layer : expected.layers()) {
                assertThat(found.inputFactor(layer)).containsExactly(expected.inputFactor(layer), within(1e-14));
                assertThat(found.outputFactor(layer)).containsExactly(expected.outputFactor(layer), within(1e-14));
            }
        }
    }

    /** Inputs of a row's positions are independent: the traces of K-FAC and EK-FAC agree, but not with B · T. */
    @Test
    void positionsThatAreIndependentGiveKfacTheTraceOfEkfac() {
        int positions = 4;
        int rows = 4_000;
        Model model = shared(positions);
        double[] x = new Random(3).doubles((long) rows * 3 * positions, -1, 1).toArray();
        Dataset data = rows(x, rows, positions);
        Kfac kfac = kfac(model, data, PositionScaling.KFC);
        double trace = Arrays.stream(Ekfac.correct(ENGINE, model, data, kfac).eigenvalues("shared"))
                .sum();

        assertThat(traceOf(kfac)).isCloseTo(trace, within(0.05 * trace));
        assertThat(traceOf(kfac(model, data, PositionScaling.MEAN))).isLessThan(0.3 * trace);
    }

    /** The error of S labels a row falls with √S; with the same label every pass it does not fall. */
    @Test
    void theErrorOfLabelsDrawnFallsWithTheRootOfTheirNumber() {
        Model model = SmallProblems.dense(1);
        Dataset data = SmallProblems.rows(model, 4, 7);

        assertThat(slope(samples -> errorOfDraws(model, data, samples))).isBetween(-.6, -.4);
        assertThat(slope(samples -> errorOfDraws(model, data, 1))).isGreaterThan(-.1);
    }

    /** Returns the slope of log error against log S over S = 1, 4, …, 256. */
    private static double slope(IntFunction<Double> errorOf) {
        int[] samples = {1, 4, 16, 64, 256};
        double[] x = IntStream.of(samples).mapToDouble(Math::log).toArray();
        double[] y = IntStream.of(samples)
                .mapToDouble(s -> Math.log(errorOf.apply(s)))
                .toArray();
        double meanX = Arrays.stream(x).average().orElseThrow();
        double meanY = Arrays.stream(y).average().orElseThrow();
        double above = IntStream.range(0, x.length)
                .mapToDouble(i -> (x[i] - meanX) * (y[i] - meanY))
                .sum();
        double below = Arrays.stream(x).map(v -> (v - meanX) * (v - meanX)).sum();
        return above / below;
    }

    /** Returns the mean relative error over 12 seeds: it strays by some 15 %, which moves the slope by .03. */
    private static double errorOfDraws(Model model, Dataset data, int samples) {
        double[] exact = outputBlock(model, data, Labels.EXACT);
        double norm = norm(exact, new double[exact.length]);
        return IntStream.range(0, 12)
                .mapToDouble(seed -> norm(outputBlock(model, data, Labels.sampled(100 + seed, samples)), exact) / norm)
                .average()
                .orElseThrow();
    }

    private static double[] outputBlock(Model model, Dataset data, Labels labels) {
        return BlockDense.fit(ENGINE, model, data, new BlockDense.Options(labels, 1 << 20))
                .block("output");
    }

    private static double norm(double[] x, double[] y) {
        return Math.sqrt(IntStream.range(0, x.length)
                .mapToDouble(i -> (x[i] - y[i]) * (x[i] - y[i]))
                .sum());
    }

    /** Writes a layer's factors S and A out as one matrix. */
    private interface Writer {
        double[][] write(double[] s, double[] a);
    }

    private static double[][] transposed(double[] s, double[] a) {
        return DenseBlock.product(a, s);
    }

    /** Returns the largest relative error of K-FAC over the layers. */
    private static double worstError(Model model, Dataset data, Writer writer) {
        Kfac kfac = Kfac.fit(ENGINE, model, data, Kfac.Options.DEFAULT);
        return KroneckerShape.of(model.network()).stream()
                .mapToDouble(shape -> DenseBlock.relativeError(
                        writer.write(kfac.outputFactor(shape.name()), kfac.inputFactor(shape.name())),
                        DenseBlock.fisher(ENGINE, model, data, Labels.EXACT, shape)))
                .max()
                .orElseThrow();
    }

    /** Looks at one layer. */
    private interface BlockCheck {
        void check(double[][] fisher, KroneckerBasis basis, double[] eigenvalues);
    }

    private static void forEachBlock(LabelMode mode, BlockCheck check) {
        for (Model model : new Model[] {SmallProblems.dense(1), shared(20)}) {
            Dataset data = SmallProblems.rows(model, 9, 3);
            Ekfac ekfac = Ekfac.fit(ENGINE, model, data, new Kfac.Options(mode, PositionScaling.KFC, 0));
            for (KroneckerBasis basis : ekfac.factors().bases()) {
                double[][] fisher = DenseBlock.fisher(ENGINE, model, data, new Labels(mode, 0, 1), basis.shape());
                check.check(fisher, basis, ekfac.eigenvalues(basis.shape().name()));
            }
        }
    }

    private static double diagonalError(double[][] fisher, KroneckerBasis basis, double[] eigenvalues) {
        double[] expected = DenseBlock.diagonalInBasis(fisher, basis);
        double largest = Arrays.stream(expected).max().orElseThrow();
        return IntStream.range(0, expected.length)
                        .mapToDouble(i -> Math.abs(expected[i] - eigenvalues[i]))
                        .max()
                        .orElseThrow()
                / largest;
    }

    private static Kfac kfac(Model model, Dataset data, PositionScaling scaling) {
        return Kfac.fit(ENGINE, model, data, new Kfac.Options(LabelMode.EXACT, scaling, 0));
    }

    private static double traceOf(Kfac kfac) {
        return Arrays.stream(kfac.eigenvalues("shared")).sum();
    }

    /** Returns three dense layers of equal width, so that swapped factors still have the right size. */
    private static Model network(Loss loss, Activation activation) {
        Network network = Network.builder(Shape.flat(3))
                .add("first", new Dense(3, false))
                .add("after-first", new ActivationLayer(activation))
                .add("second", new Dense(3, false))
                .add("after-second", new ActivationLayer(activation))
                .add("third", new Dense(3, false))
                .build(loss);
        double[] parameters =
                new Random(5).doubles(network.layout().length(), -1, 1).toArray();
        return new Model(network, parameters, new double[0]);
    }

    private static Dataset rows(int count) {
        double[] x = new Random(6).doubles(3L * count, -1, 1).toArray();
        int[] labels = IntStream.range(0, count).map(i -> i % 3).toArray();
        return Dataset.of("rows", Shape.flat(3), Features.of(x, 3), Targets.classes(labels, 3));
    }

    /** Returns a matrix without a bias applied at each of T positions, summed. */
    private static Model shared(int positions) {
        Network network = Network.builder(new Shape(3, 1, positions))
                .add("shared", new Convolution2D(3, 1, 1, 1, 1, Padding.none(), 1, 1, false))
                .add("sum", new GlobalPooling(PoolingKind.SUM))
                .build(Loss.SQUARED_ERROR);
        return new Model(network, new Random(7).doubles(9, -1, 1).toArray(), new double[0]);
    }

    private static Dataset alike(int positions, int rows) {
        double[] pixels = new Random(8).doubles(3L * rows, -1, 1).toArray();
        double[] x = new double[3 * rows * positions];
        Arrays.setAll(x, i -> pixels[i / positions]);
        return rows(x, rows, positions);
    }

    private static Dataset rows(double[] x, int rows, int positions) {
        int[] labels = IntStream.range(0, rows).map(i -> i % 3).toArray();
        return Dataset.of(
                "positions", new Shape(3, 1, positions), Features.of(x, 3 * positions), Targets.classes(labels, 3));
    }
}
