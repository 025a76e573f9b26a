package org.expunge.influence.network.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Stream;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Network;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Convolution1DTest {
    static Stream<Convolution1D> kernels() {
        return Stream.of(
                new Convolution1D(3, 3),
                new Convolution1D(2, 3, 2, Padding.none(), 1, true),
                new Convolution1D(2, 2, 1, new Padding(false, 0, 2, 0, 1), 2, false),
                new Convolution1D(4, 1, 1, Padding.none(), 1, true));
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void derivativesAgreeWithDifferences(Convolution1D layer) {
        LayerChecks.check(new Shape(2, 1, 6), layer);
    }

    @Test
    void keepsTheLengthAndListsTheBiasFirst() {
        Network.Builder builder = Network.builder(new Shape(2, 1, 6)).add("conv", new Convolution1D(3, 4));

        assertThat(builder.lastShape()).isEqualTo(new Shape(3, 1, 6));
        assertThat(new Convolution1D(3, 4).parameters(List.of(new Shape(2, 1, 6))))
                .extracting(tensor -> tensor.name() + tensor.shape())
                .containsExactly("b[3]", "W[3, 2, 1, 4]");
    }

    @Test
    void imagesAndPaddingAboveAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Network.builder(new Shape(1, 4, 4)).add("first", new Convolution1D(1, 2)))
                .withMessageContaining("1 × 4 × 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Convolution1D(1, 2, 1, Padding.symmetric(1, 1), 1, true));
        assertThatIllegalArgumentException().isThrownBy(() -> new Convolution1D(1, 0));
    }
}
