package org.expunge.influence.curvature.factor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Precision;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.Labels;
import org.expunge.influence.curvature.RowSums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowRange;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.Scores;
import org.expunge.influence.testkit.DenseMatrices;
import org.expunge.influence.testkit.GoldenCase;
import org.expunge.influence.testkit.GoldenNetworks;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.testkit.TestBackends;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag(TestBackends.TAG)
class BlockDenseTest {
    private static final double DAMPING = 0.03;

    /** Its Gauss-Newton matrix has one block. */
    @ParameterizedTest
    @MethodSource("org.expunge.influence.testkit.TestBackends#names")
    void ofANetworkOfOneLayerItIsDampedGaussNewton(String backend) {
        GoldenCase golden = GoldenCase.load("logistic-sigmoid");
        Model model = GoldenNetworks.model(golden);
        Dataset train = GoldenNetworks.train(golden);
        try (Engine engine = new Engine(TestBackends.create(backend), new Workers(2), 3)) {
            InverseCurvature inverse = BlockDense.fit(engine, model, train, BlockDense.Options.DEFAULT)
                    .inverse(engine.compute(), golden.damping());
            Scores scores = new InfluenceFunction(engine, model, inverse, InfluenceFunction.Options.DEFAULT)
                    .score(train, GoldenNetworks.test(golden));
            double[] expected = golden.expected("influence.ggn_damped").values();
            double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
            double[] found = Stream.iterate(0, q -> q + 1)
                    .limit(scores.queries())
                    .flatMapToDouble(q -> Arrays.stream(scores.row(q)))
                    .toArray();

            double tolerance = engine.compute().precision() == Precision.FLOAT64 ? 1e-8 : 1e-3;
            assertThat(found).containsExactly(expected, within(tolerance * largest));
        }
    }

    @Test
    void itsBlocksAreThoseOfGaussNewtonAndItsInverseIsTheirs() {
        for (Model model : new Model[] {SmallProblems.dense(1), SmallProblems.convolutional(2)}) {
            Dataset data = SmallProblems.rows(model, 11, 7);
            try (Engine engine = SmallProblems.reference(2, 4);
                    GaussNewton curvature = new GaussNewton(engine, model, data)) {
                double[][] dense = withinLayers(model, DenseMatrices.of(curvature));
                BlockDense blocks = BlockDense.fit(engine, model, data, BlockDense.Options.DEFAULT);
                for (LayerBlock layer : LayerBlock.of(model.network())) {
                    double[] expected = new double[layer.length() * layer.length()];
                    Arrays.setAll(
                            expected,
                            i -> dense[layer.first() + i / layer.length()][layer.first() + i % layer.length()]);
                    assertThat(blocks.block(layer.name())).containsExactly(expected, within(1e-12));
                }

                double[] v = new Random(3).doubles(dense.length, -1, 1).toArray();
                double[] expected = DenseMatrices.solveDamped(dense, DAMPING, v);
                double[] found = new double[v.length];
                InverseCurvature byFactor = blocks.inverse(engine.compute(), DAMPING);
                byFactor.apply(v, found);
                assertThat(found).containsExactly(expected, within(1e-10));
                InverseCurvature byRule = blocks.inverse(engine.compute(), DampingRule.fixed(DAMPING));
                byRule.apply(v, found);
                assertThat(found).containsExactly(expected, within(1e-10));
                assertThat(byFactor.coveragePercent()).isEqualTo(100);
                assertThat(byFactor.inputs()).isEqualTo(byRule.inputs());
            }
        }
    }

    @Test
    void tellsARuleTheEigenvaluesOfEachBlock() {
        Model model = SmallProblems.dense(1);
        Dataset data = SmallProblems.rows(model, 11, 7);
        try (Engine engine = SmallProblems.reference(1, 4)) {
            BlockDense blocks = BlockDense.fit(engine, model, data, BlockDense.Options.DEFAULT);
            InverseCurvature inverse = blocks.inverse(engine.compute(), DampingRule.relativeToMean(0.1));
            double[] block = blocks.block("output");
            int n = (int) Math.sqrt(block.length);
            double trace = 0;
            for (int i = 0; i < n; i++) {
                trace += block[i * n + i];
            }

            assertThat(inverse.dampings().get("output")).isCloseTo(0.1 * trace / n, within(1e-12));
        }
    }

    @Test
    void sumsOfPartsGiveTheBlocksOfAllRows() {
        Model model = SmallProblems.convolutional(2);
        Dataset data = SmallProblems.rows(model, 23, 7);
        BlockDense.Options options = new BlockDense.Options(Labels.sampled(5, 2), 1 << 20);
        try (Engine engine = SmallProblems.reference(2, 4)) {
            RowSums parts = BlockDense.sums(engine, model, data, new RowRange(9, 23), options)
                    .plus(BlockDense.sums(engine, model, data, new RowRange(0, 9), options));
            BlockDense merged = BlockDense.of(model.network(), options.labels(), parts);
            BlockDense whole = BlockDense.fit(engine, model, data, options);

            assertThat(merged.block("convolution")).containsExactly(whole.block("convolution"), within(1e-12));
        }
    }

    @Test
    void refusesALayerThatIsTooLargeBeforeItStarts() {
        Model model = SmallProblems.dense(1); // 24, 16 and 15 parameters
        Dataset data = SmallProblems.rows(model, 4, 7);
        try (Engine engine = SmallProblems.reference(1, 4)) {
            assertThatThrownBy(() -> BlockDense.fit(
                            engine, model, data, new BlockDense.Options(Labels.EXACT, 8 * (24 * 24 + 16 * 16))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("layer output has 15 parameters")
                    .hasMessageContaining("takes 1800 bytes")
                    .hasMessageContaining("the limit is 6656");
            assertThatThrownBy(() -> BlockDense.fit(engine, model, data.select(new int[0]), BlockDense.Options.DEFAULT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no rows");
            assertThatThrownBy(() -> BlockDense.fit(engine, model, data, BlockDense.Options.DEFAULT)
                            .inverse(engine.compute(), 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("above 0");
        }
    }

    private static double[][] withinLayers(Model model, double[][] matrix) {
        double[][] blocks = new double[matrix.length][matrix.length];
        for (LayerBlock layer : LayerBlock.of(model.network())) {
            for (int i = layer.first(); i < layer.first() + layer.length(); i++) {
                System.arraycopy(matrix[i], layer.first(), blocks[i], layer.first(), layer.length());
            }
        }
        return blocks;
    }
}
