package org.expunge.unlearning.method.selected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.expunge.unlearning.Problems;
import org.junit.jupiter.api.Test;

class ReleasedFormulaTest {
    private static final int K = 5;
    private static final int N = 100;
    private static final double LAMBDA = 0.3;

    private final Random random = new Random(2);
    private final double[] earlier = vector();
    private final double[] later = vector();
    private final double[] gradientEarlier = vector();
    private final double[] gradientLater = vector();
    private final double[] g = vector();

    @Test
    void equalsTheDenseSolve() {
        double[] step = formula(true).step(g, LAMBDA, N);

        assertThat(step).containsExactly(dense(1 / (1e-6 * K)), within(1e-12));
    }

    @Test
    void withLaterVersionsTheSampleHasNoCurvature() {
        double[] step = formula(false).step(g, LAMBDA, N);

        assertThat(step).containsExactly(dense(0), within(1e-12));
    }

    /** Ascent turns into descent as soon as ‖g‖² exceeds λ k 1e-6 (n − 1), which is nearly always. */
    @Test
    void theSquaredSampleGradientTurnsTheStepAround() {
        ReleasedFormula still = new ReleasedFormula(earlier, later, gradientLater, gradientLater, true);

        double[] step = still.step(g, LAMBDA, N);

        double square = 0;
        for (double v : g) {
            square += v * v;
        }
        double factor = 1 / (LAMBDA - square / (K * 1e-6 * (N - 1))) / (N - 1);
        assertThat(factor).isNegative();
        for (int i = 0; i < K; i++) {
            assertThat(step[i]).isCloseTo(factor * g[i], within(1e-14));
        }
    }

    private ReleasedFormula formula(boolean isSampleSquared) {
        return new ReleasedFormula(earlier, later, gradientEarlier, gradientLater, isSampleSquared);
    }

    private double[] dense(double beta) {
        double length = 0;
        for (int i = 0; i < K; i++) {
            length += Math.abs(later[i] - earlier[i]) + 1e-6;
        }
        double[][] matrix = new double[K][K];
        for (int i = 0; i < K; i++) {
            for (int j = 0; j < K; j++) {
                double full = (gradientLater[i] - gradientEarlier[i]) * (gradientLater[j] - gradientEarlier[j]);
                matrix[i][j] = (N * full / length - beta * g[i] * g[j]) / (N - 1) + (i == j ? LAMBDA : 0);
            }
        }
        double[] x = Problems.solve(matrix, g);
        for (int i = 0; i < K; i++) {
            x[i] /= N - 1;
        }
        return x;
    }

    private double[] vector() {
        return random.doubles(K, -1, 1).toArray();
    }
}
