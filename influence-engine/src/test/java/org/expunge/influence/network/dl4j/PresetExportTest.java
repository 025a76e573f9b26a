package org.expunge.influence.network.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ChannelsFirst;
import org.expunge.influence.network.layer.ChannelsLast;
import org.expunge.influence.network.layer.Convolution2D;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Padding;
import org.expunge.influence.network.layer.Pooling2D;
import org.expunge.influence.network.layer.PoolingKind;
import org.expunge.influence.network.layer.Reshape;
import org.expunge.influence.network.preset.Presets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks made here, loaded by DL4J. */
class PresetExportTest {
    /** Our parameters are doubles from the initialiser, so DL4J computes in double as well. */
    private static final double TOLERANCE = 1e-12;

    @TempDir
    private Path folder;

    static Stream<Network> networks() {
        Shape image = new Shape(1, 8, 8);
        Shape large = new Shape(3, 16, 17);
        return Stream.of(
                Presets.logistic(image, 3),
                Presets.mlp(Shape.flat(7), 3),
                Presets.mlp(image, 3),
                Presets.lenet(image, 3),
                Presets.lenet(large, 3),
                Presets.resnet8(image, 3),
                Presets.resnet8(large, 3),
                Network.builder(Shape.flat(8))
                        .add("to-image", new Reshape(new Shape(2, 2, 2)))
                        .add("conv", new Convolution2D(3, 2, 1, Padding.none()))
                        .build(Loss.SQUARED_ERROR),
                Network.builder(Shape.flat(8))
                        .add("to-image", new ChannelsFirst(new Shape(2, 2, 2)))
                        .add("conv", new Convolution2D(3, 1, 1, Padding.none()))
                        .add("flat", new ChannelsLast())
                        .add("out", new Dense(3))
                        .build(Loss.MEAN_SQUARED_ERROR));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void dl4jPredictsWhatWePredict(Network network) throws IOException {
        Model model = Initializer.XAVIER.initialise(network, 3);
        Path file = folder.resolve("model.zip");

        Dl4jZip.write(file, model);

        boolean isGraph = network.nodes().stream().anyMatch(n -> n.inputs().size() > 1);
        Dataset data = Dl4jNet.data(network.input(), 4, 3, "real", 5);
        double[][] theirs = Dl4jNet.restore(file, isGraph).predict(data);
        double[][] ours = OurNet.run(model, data).predictions();
        for (int i = 0; i < ours.length; i++) {
            assertThat(theirs[i]).containsExactly(ours[i], within(TOLERANCE));
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void isTheSameModelWhenReadBack(Network network) throws IOException {
        Model model = Initializer.XAVIER.initialise(network, 3);
        Path file = folder.resolve("model.zip");
        Dl4jZip.write(file, model);

        Model again = Dl4jZip.read(file).model();

        assertThat(again.network().input().length()).isEqualTo(network.input().length());
        assertThat(again.parameters()).containsExactly(model.parameters());
        assertThat(again.statistics()).containsExactly(model.statistics());
        assertThat(tensors(again.network())).isEqualTo(tensors(network));
    }

    private static List<String> tensors(Network network) {
        return network.layout().entries().stream().map(e -> e.name()).toList();
    }

    @Test
    void namesALayerThatDl4jDoesNotHave() {
        assertUnwritable(
                Network.builder(new Shape(1, 5, 5))
                        .add("pool", new Pooling2D(PoolingKind.SUM, 2))
                        .add("out", new Dense(2))
                        .build(Loss.SQUARED_ERROR),
                "layer pool pools sums");
        assertUnwritable(
                Network.builder(new Shape(1, 5, 5))
                        .add("conv", new Convolution2D(1, 2, 1, new Padding(false, 1, 0, 0, 0)))
                        .add("out", new Dense(2))
                        .build(Loss.SQUARED_ERROR),
                "layer conv pads unevenly");
        assertUnwritable(
                Network.builder(new Shape(2, 2, 3))
                        .add("turned", new Reshape(new Shape(2, 3, 2)))
                        .add("conv", new Convolution2D(1, 2, 1, Padding.none()))
                        .add("out", new Dense(2))
                        .build(Loss.SQUARED_ERROR),
                "layer turned takes an image of 2 × 3 × 2 made from one of 2 × 2 × 3");
        assertUnwritable(
                Network.builder(new Shape(2, 2, 3))
                        .add("a", new ChannelsLast())
                        .add("b", new Reshape(new Shape(2, 2, 3)))
                        .add("out", new Dense(2))
                        .build(Loss.SQUARED_ERROR),
                "follows another reshape");
    }

    private void assertUnwritable(Network network, String said) {
        Path file = folder.resolve("model.zip");
        Model model = Initializer.XAVIER.initialise(network, 1);
        assertThatThrownBy(() -> Dl4jZip.write(file, model))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(said);
        assertThat(file).doesNotExist();
    }
}
