package org.expunge.influence.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.expunge.influence.compute.CholeskyKernels;
import org.expunge.influence.compute.Compute;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every backend promises about Cholesky factors: double, whatever its own precision. */
public abstract class CholeskyKernelsContract extends KernelContract {
    private final CholeskyKernels cholesky;

    /** Tests {@code compute}, which is closed after each test. */
    protected CholeskyKernelsContract(Compute compute) {
        super(compute);
        this.cholesky = compute.cholesky();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 17, 65})
    void theFactorIsLowerTriangularAndRebuildsTheMatrix(int n) {
        double[] matrix = positiveDefinite(n);
        double[] l = matrix.clone();

        cholesky.factor(n, l);

        double tolerance = 1e-14 * (10 + n * n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double rebuilt = 0;
                for (int k = 0; k < n; k++) {
                    rebuilt += l[i * n + k] * l[j * n + k];
                }
                assertThat(rebuilt).isCloseTo(matrix[i * n + j], within(tolerance));
                if (j > i) {
                    assertThat(l[i * n + j]).isZero();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 17, 65})
    void solvesForTheAnswersThatTheRightHandSidesWereMadeFrom(int n) {
        int count = 3;
        double[] matrix = positiveDefinite(n);
        double[] answers = draw(count * n);
        double[] sides = new double[count * n];
        for (int side = 0; side < count; side++) {
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < n; k++) {
                    sides[side * n + i] += matrix[i * n + k] * answers[side * n + k];
                }
            }
        }

        cholesky.factor(n, matrix);
        cholesky.solve(n, matrix, count, sides);

        assertThat(sides).containsExactly(answers, within(1e-12 * (10 + n)));
    }

    @Test
    void keepsWhatSinglePrecisionWouldLose() {
        double[] matrix = {1, 1, 1, 1 + 1e-10};
        double[] sides = {0, 1e-10};

        cholesky.factor(2, matrix);
        cholesky.solve(2, matrix, 1, sides);

        assertThat(sides).containsExactly(new double[] {-1, 1}, within(1e-5));
    }

    @Test
    void refusesMatricesThatAreNotPositiveDefinite() {
        assertThatThrownBy(() -> cholesky.factor(2, new double[] {1, 2, 2, 1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the matrix is not positive definite: its leading minor of 2 rows is not");
        assertThatThrownBy(() -> cholesky.factor(1, new double[1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("leading minor of 1 rows");
    }

    @Test
    void refusesWrongLengthsAndNumbersThatAreNotFinite() {
        assertThatThrownBy(() -> cholesky.factor(2, new double[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a 2 × 2 matrix is not 3 numbers");
        assertThatThrownBy(() -> cholesky.factor(1, new double[] {Double.NaN}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be finite");
        assertThatThrownBy(() -> cholesky.solve(2, new double[4], 2, new double[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("2 right-hand sides of length 2 are not 3 numbers");
    }

    /** Returns {@code X Xᵀ + n I}. */
    private double[] positiveDefinite(int n) {
        double[] x = draw(n * n);
        double[] matrix = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                for (int k = 0; k < n; k++) {
                    matrix[i * n + j] += x[i * n + k] * x[j * n + k];
                }
            }
            matrix[i * n + i] += n;
        }
        return matrix;
    }
}
