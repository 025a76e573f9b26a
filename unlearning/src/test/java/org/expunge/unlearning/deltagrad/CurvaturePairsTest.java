package org.expunge.unlearning.deltagrad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CurvaturePairsTest {
    private static final int P = 7;

    private final Random random = new Random(4);

    @Test
    void productsEqualThoseOfTheUpdatedDenseMatrix() {
        CurvaturePairs pairs = new CurvaturePairs(2);
        double[][] s = {vector(), vector(), vector()};
        double[][] y = {follow(s[0]), follow(s[1]), follow(s[2])};
        for (int k = 0; k < 3; k++) {
            assertThat(pairs.add(s[k], y[k])).isTrue();
        }

        double[][] dense = new double[P][P];
        for (int i = 0; i < P; i++) {
            dense[i][i] = dot(s[2], y[2]) / dot(s[2], s[2]);
        }
        dense = updated(updated(dense, s[1], y[1]), s[2], y[2]); // the first pair was dropped
        double[] v = vector();

        assertThat(pairs.apply(v)).containsExactly(times(dense, v), within(1e-12));
        assertThat(pairs.apply(s[2])).containsExactly(y[2], within(1e-12));
        assertThat(dot(v, pairs.apply(v))).isPositive();
    }

    @Test
    void pairsWithoutClearlyPositiveCurvatureAreRefused() {
        CurvaturePairs pairs = new CurvaturePairs(2);
        double[] s = vector();

        assertThat(pairs.add(s, new double[P])).isFalse();
        assertThat(pairs.add(new double[P], vector())).isFalse();
        assertThat(pairs.add(s, times(new double[][] {{-1}}, s))).isFalse();
        assertThat(pairs.isEmpty()).isTrue();
    }

    /** Twice the vector and a little of something else. */
    private double[] follow(double[] s) {
        double[] y = vector();
        for (int i = 0; i < P; i++) {
            y[i] = 2 * s[i] + 0.1 * y[i];
        }
        return y;
    }

    private double[] vector() {
        return random.doubles(P, -1, 1).toArray();
    }

    /** {@code B − B s sᵀ B / sᵀBs + y yᵀ / yᵀs}. */
    private static double[][] updated(double[][] b, double[] s, double[] y) {
        double[] bs = times(b, s);
        double[][] next = new double[P][P];
        for (int i = 0; i < P; i++) {
            for (int j = 0; j < P; j++) {
                next[i][j] = b[i][j] - bs[i] * bs[j] / dot(s, bs) + y[i] * y[j] / dot(s, y);
            }
        }
        return next;
    }

    /** A 1 × 1 matrix stands for that multiple of the identity. */
    private static double[] times(double[][] a, double[] x) {
        double[] y = new double[x.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = a.length == 1 ? a[0][0] * x[i] : dot(a[i], x);
        }
        return y;
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }
}
