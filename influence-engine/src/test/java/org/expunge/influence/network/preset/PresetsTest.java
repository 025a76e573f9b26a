package org.expunge.influence.network.preset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.MaskedPooling;
import org.junit.jupiter.api.Test;

class PresetsTest {
    private static final Shape DIGIT = new Shape(1, 8, 8);
    private static final Shape MNIST = new Shape(1, 28, 28);
    private static final Shape CIFAR = new Shape(3, 32, 32);

    @Test
    void logisticIsOneDenseLayer() {
        Network network = Presets.logistic(Shape.flat(5), 3);

        assertThat(network.layout().length()).isEqualTo(3 * 5 + 3);
        assertThat(network.loss()).isEqualTo(Loss.SOFTMAX_CROSS_ENTROPY);
        assertThat(Presets.logistic(Shape.flat(5), 1).loss()).isEqualTo(Loss.SIGMOID_CROSS_ENTROPY);
    }

    @Test
    void mlpHasTheHiddenLayersAskedFor() {
        assertThat(Presets.mlp(DIGIT, 10).layout().length()).isEqualTo(64 * 64 + 64 + 64 * 64 + 64 + 64 * 10 + 10);
        assertThat(Presets.mlp(DIGIT, 10, List.of(7)).layout().length()).isEqualTo(64 * 7 + 7 + 7 * 10 + 10);
    }

    @Test
    void lenetHasTheParametersOfCaffes() {
        assertThat(Presets.lenet(MNIST, 10).layout().length()).isEqualTo(431_080);
    }

    @Test
    void lenetTakesSmallImages() {
        Network network = Presets.lenet(DIGIT, 10);

        assertThat(network.nodes().get(network.node("pool1")).output()).isEqualTo(new Shape(50, 2, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Presets.lenet(Shape.flat(64), 10))
                .withMessageContaining("4 × 4");
    }

    @Test
    void resnet8HasThreeBlocksAndTwoShortcuts() {
        Network network = Presets.resnet8(CIFAR, 10);

        int weights = 16 * 27 + 2 * 16 * 144 + 32 * (144 + 288 + 16) + 64 * (288 + 576 + 32);
        int norms = 2 * (16 * 3 + 32 * 3 + 64 * 3);
        assertThat(network.layout().length()).isEqualTo(weights + norms + 64 * 10 + 10);
        assertThat(network.nodes().get(network.node("block2-relu")).output()).isEqualTo(new Shape(64, 8, 8));
        assertThat(network.outputs()).isEqualTo(10);
    }

    @Test
    void resnet8TakesOddImages() {
        assertThat(Presets.resnet8(new Shape(1, 7, 9), 2).outputs()).isEqualTo(2);
    }

    @Test
    void textPresetsHaveATableOfVectorsAndLeavePaddingOut() {
        Shape sentence = new Shape(1, 1, 9);

        assertThat(Presets.textMean(sentence, 2, 50).layout().length()).isEqualTo(50 * 32 + 2 * 32 + 2);
        assertThat(Presets.textConv(sentence, 2, 50).layout().length())
                .isEqualTo(50 * 32 + 64 * 32 * 3 + 64 + 2 * 64 + 2);
        for (Network network : List.of(Presets.textMean(sentence, 2, 50), Presets.textConv(sentence, 2, 50))) {
            assertThat(network.nodes().get(network.node("pool")).layer()).isInstanceOf(MaskedPooling.class);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Presets.textMean(DIGIT, 2, 50));
    }
}
