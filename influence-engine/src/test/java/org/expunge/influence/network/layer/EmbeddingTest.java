package org.expunge.influence.network.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.GradientSum;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Pass;
import org.expunge.influence.network.Tensors;
import org.expunge.influence.network.Weights;
import org.expunge.influence.testkit.SequenceLayers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingTest {
    private static final Shape LENGTH = SequenceLayers.NETWORK.input();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void derivativesAgreeWithDifferences(boolean masksPadding) {
        Network network = Network.builder(LENGTH)
                .add("tested", new Embedding(SequenceLayers.TOKENS, 2, masksPadding))
                .add("output", new Dense(3))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);

        LayerChecks.checkTokens(network, SequenceLayers.rows(4, new Random(1)));
    }

    @Test
    void itIsADenseLayerOnOneHotRows() {
        Dataset tokens = SequenceLayers.rows(5, new Random(2)).withTargets(Targets.real(new double[50], 10));
        Network lookup = Network.builder(LENGTH)
                .add("embedding", new Embedding(SequenceLayers.TOKENS, 2, false))
                .build(Loss.SQUARED_ERROR);
        Network product = Network.builder(new Shape(SequenceLayers.TOKENS, 1, LENGTH.width()))
                .add("pointwise", new Convolution1D(2, 1, 1, Padding.none(), 1, false))
                .build(Loss.SQUARED_ERROR);
        double[] table = new Random(3).doubles(12, -1, 1).toArray();

        assertThat(outputsAndGradient(lookup, table, tokens))
                .isDeepEqualTo(outputsAndGradient(product, table, oneHot(tokens)));
    }

    @Test
    void aRepeatedTokenSumsItsPositionsBeforeItsNormIsTaken() {
        Network network = Network.builder(new Shape(1, 1, 3))
                .add("embedding", new Embedding(3, 1, true))
                .build(Loss.SQUARED_ERROR);
        Dataset row = Dataset.of(
                "one",
                network.input(),
                Features.of(new double[] {2, 0, 2}, 3),
                Targets.real(new double[] {1, 1, 2}, 3));
        try (Compute compute = new ReferenceCompute();
                Weights weights = Weights.of(compute, new Model(network, new double[3], new double[0]));
                Pass pass = new Pass(compute, weights, 1);
                Sums norms = compute.sums(1)) {
            pass.load(row, new int[] {0}, 0, 1);
            pass.forward();
            pass.lossDelta();
            double[] delta = compute.toArray(pass.outputDelta());
            pass.backward((node, layer, slot) -> layer.addSquaredNorms(slot, norms, 0));

            double norm = norms.toArray()[0];
            assertThat(norm).isEqualTo((delta[0] + delta[2]) * (delta[0] + delta[2]));
            assertThat(norm).isPositive();
        }
    }

    @Test
    void paddingPutsOutZerosWhereItIsMasked() {
        Network network = Network.builder(new Shape(1, 1, 2))
                .add("embedding", new Embedding(2, 1, true))
                .build(Loss.SQUARED_ERROR);
        Dataset row =
                Dataset.of("one", network.input(), Features.of(new double[] {1, 0}, 2), Targets.real(new double[2], 2));

        assertThat(outputsAndGradient(network, new double[] {5, 7}, row)[0]).containsExactly(7, 0);
    }

    @Test
    void whatIsNoTokenNumberIsRefused() {
        Network network = Network.builder(new Shape(1, 1, 1))
                .add("embedding", new Embedding(3, 1, true))
                .build(Loss.SQUARED_ERROR);
        for (double wrong : new double[] {3, -1, 0.5}) {
            Dataset row = Dataset.of(
                    "one", network.input(), Features.of(new double[] {wrong}, 1), Targets.real(new double[1], 1));

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> outputsAndGradient(network, new double[3], row))
                    .withMessageContaining(Double.toString(wrong))
                    .withMessageContaining("from 0 to 2");
        }
    }

    @Test
    void anImageIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Network.builder(new Shape(1, 2, 3)).add("first", new Embedding(3, 1, true)))
                .withMessageContaining("1 × 2 × 3");
    }

    private static double[][] outputsAndGradient(Network network, double[] table, Dataset data) {
        int[] rows = new int[data.size()];
        Arrays.setAll(rows, i -> i);
        try (Compute compute = new ReferenceCompute();
                Weights weights = Weights.of(compute, new Model(network, table, new double[0]));
                Tensors sums = new Tensors(compute, network.layout());
                Pass pass = new Pass(compute, weights, rows.length)) {
            pass.load(data, rows, 0, rows.length);
            pass.forward();
            pass.lossDelta();
            pass.backward(new GradientSum(sums));
            double[] outputs = Arrays.stream(pass.activations(0))
                    .flatMapToDouble(Arrays::stream)
                    .toArray();
            return new double[][] {outputs, sums.read()};
        }
    }

    private static Dataset oneHot(Dataset tokens) {
        int length = LENGTH.width();
        double[] hot = new double[tokens.size() * SequenceLayers.TOKENS * length];
        for (int i = 0; i < tokens.size(); i++) {
            double[] row = tokens.row(i);
            for (int t = 0; t < length; t++) {
                hot[(i * SequenceLayers.TOKENS + (int) row[t]) * length + t] = 1;
            }
        }
        Shape shape = new Shape(SequenceLayers.TOKENS, 1, length);
        return Dataset.of("hot", shape, Features.of(hot, shape.length()), tokens.targets());
    }
}
