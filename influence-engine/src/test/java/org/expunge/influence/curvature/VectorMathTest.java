package org.expunge.influence.curvature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorMathTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 5, 8, 11})
    void countsEveryNumberOnceWhateverTheLength(int length) {
        double[] x = new double[length];
        double[] y = new double[length];
        Arrays.setAll(x, i -> Math.scalb(1.0, i));
        Arrays.setAll(y, i -> Math.scalb(1.0, i));

        assertThat(VectorMath.dot(x, y)).isEqualTo((Math.scalb(1.0, 2 * length) - 1) / 3); // Σ 4^i
        VectorMath.addScaled(-2, x, y);
        VectorMath.scale(3, x);
        for (int i = 0; i < length; i++) {
            assertThat(y[i]).isEqualTo(-Math.scalb(1.0, i));
            assertThat(x[i]).isEqualTo(3 * Math.scalb(1.0, i));
        }
    }
}
