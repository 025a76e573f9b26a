package org.expunge.influence.network.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Window;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.Pass;
import org.expunge.influence.network.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Convolution2DTest {
    static Stream<Convolution2D> kernels() {
        return Stream.of(
                new Convolution2D(3, 3, 1, Padding.none()),
                new Convolution2D(3, 3, 2, Padding.symmetric(1, 1)),
                new Convolution2D(2, 3, 2, 1, 2, Padding.same(), 1, 1, true),
                new Convolution2D(2, 2, 2, 1, 1, Padding.none(), 2, 3, true),
                new Convolution2D(2, 2, 3, 2, 1, new Padding(false, 1, 0, 2, 1), 1, 1, false),
                new Convolution2D(4, 1, 1, Padding.none()),
                new Convolution2D(4, 1, 1, 1, 1, Padding.same(), 1, 1, false),
                new Convolution2D(3, 1, 2, Padding.none()),
                new Convolution2D(2, 1, 1, Padding.symmetric(1, 0)),
                new Convolution2D(2, 4, 5, 1, 1, Padding.none(), 1, 1, true));
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void derivativesAgreeWithDifferences(Convolution2D layer) {
        LayerChecks.check(new Shape(2, 4, 5), layer);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void outputIsTheSumOverTheWindow(Convolution2D layer) {
        Shape image = new Shape(2, 4, 5);
        Network network = Network.builder(image).add("conv", layer).build(Loss.SQUARED_ERROR);
        Random random = new Random(5);
        Model model = LayerChecks.randomModel(network, random);
        Dataset data = LayerChecks.randomData(network, 3, random);

        double[][] actual;
        try (Compute compute = new ReferenceCompute();
                Weights weights = Weights.of(compute, model);
                Pass pass = new Pass(compute, weights, 3)) {
            pass.load(data, new int[] {0, 1, 2}, 0, 3);
            pass.forward();
            actual = pass.activations(0);
        }

        for (int b = 0; b < 3; b++) {
            double[] x = new double[image.length()];
            data.features().read(b, x, 0);
            assertThat(actual[b]).containsExactly(naive(layer, image, model, x), within(1e-12));
        }
    }

    /** The textbook's seven loops. */
    private static double[] naive(Convolution2D layer, Shape image, Model model, double[] x) {
        ParameterLayout layout = model.network().layout();
        double[] parameters = model.parameters();
        int weights = layout.entry("conv.W").offset();
        Shape out = layer.outputShape(List.of(image));
        Window window = layer.padding()
                .window(
                        image,
                        layer.kernelHeight(),
                        layer.kernelWidth(),
                        layer.strideHeight(),
                        layer.strideWidth(),
                        layer.dilationHeight(),
                        layer.dilationWidth());
        double[] y = new double[out.length()];
        for (int i = 0; i < y.length; i++) {
            int channel = i / (out.height() * out.width());
            y[i] = layer.hasBias() ? parameters[layout.entry("conv.b").offset() + channel] : 0;
            int top = i / out.width() % out.height() * layer.strideHeight() - window.padTop();
            int left = i % out.width() * layer.strideWidth() - window.padLeft();
            int w = weights + channel * window.patchLength();
            for (int c = 0; c < image.channels(); c++) {
                for (int kr = 0; kr < layer.kernelHeight(); kr++) {
                    for (int kc = 0; kc < layer.kernelWidth(); kc++) {
                        int row = top + kr * layer.dilationHeight();
                        int column = left + kc * layer.dilationWidth();
                        if (row >= 0 && row < image.height() && column >= 0 && column < image.width()) {
                            y[i] += parameters[w] * x[(c * image.height() + row) * image.width() + column];
                        }
                        w++;
                    }
                }
            }
        }
        return y;
    }

    @Test
    void listsTheBiasFirst() {
        Network network = Network.builder(new Shape(2, 4, 5))
                .add("conv", new Convolution2D(3, 2, 1, Padding.none()))
                .build(Loss.SQUARED_ERROR);

        assertThat(network.layout().entry("conv.b").offset()).isZero();
        assertThat(network.layout().entry("conv.W").offset()).isEqualTo(3);
        assertThat(network.layout().entry("conv.W").tensor().shape()).containsExactly(3, 2, 2, 2);
    }

    @Test
    void refusesAKernelThatDoesNotFitAndNamesTheLayer() {
        Network.Builder builder = Network.builder(new Shape(1, 4, 4));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.add("first", new Convolution2D(1, 5, 1, Padding.none())))
                .withMessageContaining("layer first")
                .withMessageContaining("5 × 5")
                .withMessageContaining("1 × 4 × 4");
    }
}
