package org.expunge.influence.network.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.expunge.influence.network.layer.LayerChecks.outputOf;

import org.expunge.influence.data.Shape;
import org.junit.jupiter.api.Test;

class RowNormalizationTest {
    @Test
    void derivativesAgreeWithDifferences() {
        LayerChecks.check(Shape.flat(5), RowNormalization.DEFAULT);
        LayerChecks.check(new Shape(2, 3, 2), RowNormalization.DEFAULT);
    }

    @Test
    void derivativesOfRowsShorterThanTheLimitAgreeWithDifferences() {
        LayerChecks.check(Shape.flat(3), new RowNormalization(50));
    }

    @Test
    void rowsGetNormOneAndZerosStayZeros() {
        assertThat(outputOf(Shape.flat(2), RowNormalization.DEFAULT, 3, -4))
                .containsExactly(new double[] {0.6, -0.8}, within(1e-15));
        assertThat(outputOf(Shape.flat(2), RowNormalization.DEFAULT, 0, 0)).containsExactly(0, 0);
    }

    @Test
    void aLimitOfZeroIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new RowNormalization(0));
    }
}
