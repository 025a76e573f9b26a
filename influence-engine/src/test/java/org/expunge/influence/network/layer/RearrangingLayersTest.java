package org.expunge.influence.network.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.expunge.influence.network.layer.LayerChecks.counting;
import static org.expunge.influence.network.layer.LayerChecks.outputOf;

import java.util.List;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Network;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Layers that only move numbers: padding, shapes, permutations, sums and concatenations. */
class RearrangingLayersTest {
    @Nested
    class ZeroPaddings {
        @Test
        void derivativesAgreeWithDifferences() {
            LayerChecks.check(new Shape(2, 2, 3), new ZeroPadding(1, 0, 2, 1));
        }

        @Test
        void surroundTheImage() {
            assertThat(outputOf(new Shape(1, 2, 2), new ZeroPadding(1, 0, 0, 2), counting(4)))
                    .containsExactly(0, 0, 0, 0, 1, 2, 0, 0, 3, 4, 0, 0);
        }
    }

    @Nested
    class Shapes {
        @Test
        void derivativesAgreeWithDifferences() {
            LayerChecks.check(new Shape(2, 2, 3), new Reshape(Shape.flat(12)));
        }

        @Test
        void keepTheOrder() {
            assertThat(outputOf(new Shape(2, 2, 3), new Reshape(new Shape(3, 4, 1)), counting(12)))
                    .containsExactly(counting(12));
        }

        @Test
        void mustHoldAsManyNumbers() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Reshape(Shape.flat(11)).outputShape(List.of(new Shape(2, 2, 3))))
                    .withMessageContaining("12")
                    .withMessageContaining("11");
        }
    }

    @Nested
    class Permutations {
        private final Shape image = new Shape(2, 2, 3);

        @Test
        void derivativesAgreeWithDifferences() {
            LayerChecks.check(image, new ChannelsLast());
            LayerChecks.check(Shape.flat(12), new ChannelsFirst(image));
        }

        @Test
        void bringChannelsBehindPixels() {
            assertThat(outputOf(image, new ChannelsLast(), counting(12)))
                    .containsExactly(1, 7, 2, 8, 3, 9, 4, 10, 5, 11, 6, 12);
        }

        @Test
        void areInverses() {
            Network network = Network.builder(image)
                    .add("last", new ChannelsLast())
                    .add("first", new ChannelsFirst(image))
                    .build(Loss.SQUARED_ERROR);

            assertThat(outputOf(network, counting(12))).containsExactly(counting(12));
        }
    }

    @Nested
    class Joints {
        /** Both inputs depend on parameters and on the input, and the last one is used twice. */
        private Network.Builder branches(Shape shape) {
            return LayerChecks.behindDense(shape)
                    .add("left", new ActivationLayer(Activation.TANH), List.of("shape"))
                    .add("right", new ActivationLayer(Activation.SOFTPLUS), List.of("shape"));
        }

        @Test
        void addDerivativesAgreeWithDifferences() {
            LayerChecks.check(branches(new Shape(2, 2, 2))
                    .add("sum", new Add(), List.of("left", "right", "shape"))
                    .build(Loss.MEAN_SQUARED_ERROR));
        }

        @Test
        void mergeDerivativesAgreeWithDifferences() {
            LayerChecks.check(branches(new Shape(2, 2, 2))
                    .add("joined", new Merge(), List.of("right", "left"))
                    .build(Loss.MEAN_SQUARED_ERROR));
        }

        @Test
        void theNetworksInputCanBeAdded() {
            LayerChecks.check(Network.builder(Shape.flat(3))
                    .add("dense", new Dense(3))
                    .add("sum", new Add(), List.of("input", "dense"))
                    .add("joined", new Merge(), List.of("sum", "input"))
                    .build(Loss.MEAN_SQUARED_ERROR));
        }

        @Test
        void mergeKeepsTheOrderOfInputs() {
            Network network = Network.builder(Shape.flat(2))
                    .add("relu", new ActivationLayer(Activation.RELU))
                    .add("joined", new Merge(), List.of("relu", "input"))
                    .build(Loss.SQUARED_ERROR);

            assertThat(outputOf(network, 3, -4)).containsExactly(3, 0, 3, -4);
        }

        @Test
        void shapesMustFit() {
            List<Shape> different = List.of(new Shape(1, 2, 2), new Shape(1, 2, 3));

            assertThatIllegalArgumentException().isThrownBy(() -> new Add().outputShape(different));
            assertThatIllegalArgumentException().isThrownBy(() -> new Merge().outputShape(different));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Add().outputShape(List.of(Shape.flat(2))))
                    .withMessageContaining("at least 2");
        }
    }
}
