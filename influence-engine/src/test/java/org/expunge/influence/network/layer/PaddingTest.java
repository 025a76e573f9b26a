package org.expunge.influence.network.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.expunge.influence.compute.Window;
import org.expunge.influence.data.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaddingTest {
    private static Window square(Padding padding, int size, int kernel, int stride, int dilation) {
        return padding.window(new Shape(1, size, size), kernel, kernel, stride, stride, dilation, dilation);
    }

    @ParameterizedTest(name = "size {0}, kernel {1}, stride {2}, dilation {3}")
    @CsvSource({"7,3,1,1, 7,1", "7,3,2,1, 4,1", "8,3,2,1, 4,0", "5,2,1,1, 5,0", "6,2,1,1, 6,0", "7,3,1,2, 7,2"})
    void samePaddingFollowsTensorFlowsRule(int size, int kernel, int stride, int dilation, int outputs, int before) {
        Window window = square(Padding.same(), size, kernel, stride, dilation);

        assertThat(window.outHeight()).isEqualTo(outputs);
        assertThat(window.outWidth()).isEqualTo(outputs);
        assertThat(window.padTop()).isEqualTo(before);
        assertThat(window.padLeft()).isEqualTo(before);
    }

    @Test
    void explicitPaddingLeavesOutAnIncompleteWindow() {
        assertThat(square(Padding.none(), 8, 3, 2, 1).outHeight()).isEqualTo(3);
        assertThat(square(Padding.symmetric(1, 1), 8, 3, 2, 1).outHeight()).isEqualTo(4);
        assertThat(square(new Padding(false, 0, 0, 1, 1), 8, 3, 2, 1).outHeight())
                .isEqualTo(4);
    }

    @Test
    void refusesAnEmptyOutput() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> square(Padding.none(), 2, 3, 3, 1))
                .withMessageContaining("3 × 3");
    }

    @Test
    void refusesSizesBesideSame() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Padding(true, 1, 0, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Padding(false, -1, 0, 0, 0));
    }
}
