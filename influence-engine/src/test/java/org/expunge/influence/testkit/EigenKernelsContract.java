package org.expunge.influence.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.EigenKernels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every backend promises about eigendecompositions: double, whatever its own precision. */
public abstract class EigenKernelsContract extends KernelContract {
    private final EigenKernels eigen;

    /** Tests {@code compute}, which is closed after each test. */
    protected EigenKernelsContract(Compute compute) {
        super(compute);
        this.eigen = compute.eigen();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 17, 65})
    void vectorsAreOrthonormalAndRebuildTheMatrix(int n) {
        double[] half = draw(n * n);
        double[] matrix = new double[n * n];
        for (int i = 0; i < matrix.length; i++) {
            matrix[i] = half[i] + half[i % n * n + i / n];
        }
        double[] q = matrix.clone();

        double[] values = eigen.decompose(n, q);

        assertThat(values).hasSize(n).isSorted();
        double tolerance = 1e-14 * (10 + n * n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double dot = 0;
                double rebuilt = 0;
                for (int k = 0; k < n; k++) {
                    dot += q[i * n + k] * q[j * n + k];
                    rebuilt += values[k] * q[k * n + i] * q[k * n + j];
                }
                assertThat(dot).isCloseTo(i == j ? 1 : 0, within(tolerance));
                assertThat(rebuilt).isCloseTo(matrix[i * n + j], within(tolerance));
            }
        }
    }

    @Test
    void findsEigenvaluesChosenFirst() {
        double[] matrix = {2, 1, 0, 1, 2, 0, 0, 0, 1}; // 1 twice, and 3 along (1, 1, 0)

        double[] values = eigen.decompose(3, matrix);

        assertThat(values).containsExactly(new double[] {1, 1, 3}, within(1e-14));
        assertThat(Math.abs(matrix[6] + matrix[7])).isCloseTo(Math.sqrt(2), within(1e-14));
        assertThat(matrix[8]).isCloseTo(0, within(1e-14));
    }

    @Test
    void keepsSmallEigenvaluesThatSinglePrecisionWouldLose() {
        double[] matrix = {1, 1, 1, 1 + 1e-10};

        double[] values = eigen.decompose(2, matrix);

        assertThat(values[0]).isCloseTo(0.5e-10, within(1e-15));
    }

    @Test
    void leavesADiagonalOrZeroMatrixExact() {
        assertThat(eigen.decompose(3, new double[] {3, 0, 0, 0, -1, 0, 0, 0, 2}))
                .containsExactly(-1, 2, 3);
        assertThat(eigen.decompose(2, new double[4])).containsExactly(0, 0);
    }

    @Test
    void refusesWrongLengthsAndNumbersThatAreNotFinite() {
        assertThatThrownBy(() -> eigen.decompose(2, new double[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a 2 × 2 matrix is not 3 numbers");
        assertThatThrownBy(() -> eigen.decompose(1, new double[] {Double.NaN}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be finite");
    }
}
