package org.expunge.influence.network.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.expunge.influence.network.dl4j.Closeness.assertClose;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Embedding;
import org.expunge.influence.network.layer.MaskedPooling;
import org.expunge.influence.network.layer.PoolingKind;
import org.expunge.influence.network.preset.Presets;
import org.expunge.influence.testkit.SequenceLayers;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nets whose padding is masked: DL4J computes the same where it is given the mask "token is not 0". */
class MaskedParityTest {
    /** Sums of some hundred products of numbers near 1 in double. */
    private static final double DOUBLE = 1e-9;

    private static final Shape INPUT = SequenceLayers.NETWORK.input();

    @TempDir
    private Path folder;

    static Stream<Network> networks() {
        return Stream.of(
                Presets.textMean(INPUT, 3, SequenceLayers.TOKENS),
                Presets.textConv(INPUT, 3, SequenceLayers.TOKENS),
                Network.builder(INPUT)
                        .add("embedding", new Embedding(SequenceLayers.TOKENS, 4, true))
                        .add("pool", new MaskedPooling(PoolingKind.SUM), List.of("embedding", "input"))
                        .add("output", new Dense(3))
                        .build(Loss.SOFTMAX_CROSS_ENTROPY));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void predictsAndDifferentiatesAsDl4jDoesWithTheMask(Network network) throws IOException {
        Random random = new Random(6);
        double[] parameters =
                random.doubles(network.layout().length(), -0.5, 0.5).toArray();
        Model model = new Model(network, parameters, new double[0]);
        Dataset data = SequenceLayers.rows(7, random);
        Path zip = folder.resolve("ours.zip");
        Dl4jZip.write(zip, model);
        Dl4jNet theirs = Dl4jNet.restore(zip, false);

        OurNet ours = OurNet.run(model, data);

        assertClose(flat(ours.predictions()), flat(theirs.predictMasked(data)), DOUBLE);
        double[] gradient = new FlatParameters(network)
                .split(theirs.gradientSumMasked(data), Set.of(), "theirs")
                .parameters();
        assertClose(ours.gradientSum(), gradient, DOUBLE);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void whatIsWrittenIsReadAgain(Network network) throws IOException {
        double[] parameters = new Random(6).doubles(network.layout().length()).toArray();
        Path zip = folder.resolve("ours.zip");
        Dl4jZip.write(zip, new Model(network, parameters, new double[0]));

        Model again = Dl4jZip.read(zip).model();

        assertThat(again.parameters()).containsExactly(parameters);
        assertThat(again.network().input()).isEqualTo(INPUT);
        assertThat(again.network().nodes()).isEqualTo(network.nodes());
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }
}
