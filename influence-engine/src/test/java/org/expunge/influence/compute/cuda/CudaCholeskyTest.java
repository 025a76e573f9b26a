package org.expunge.influence.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.expunge.influence.testkit.CudaTesting;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gpu")
class CudaCholeskyTest {
    /** The matrix takes more than one copy to travel. */
    @Test
    void solvesWithAMatrixOfSeveralMebibytes() {
        int n = 800;
        double[] matrix = new double[n * n];
        double[] sides = new double[2 * n];
        for (int i = 0; i < n; i++) {
            matrix[i * n + i] = 2;
            if (i > 0) {
                matrix[i * n + i - 1] = -1;
                matrix[(i - 1) * n + i] = -1;
            }
        }
        sides[0] = 1; // A x = e_0 and e_{n-1}, of which the inverse of the second difference has columns in closed form
        sides[2 * n - 1] = 1;
        double[] expected = new double[2 * n];
        Arrays.setAll(expected, i -> (i < n ? n - i : i - n + 1) / (n + 1.0));

        try (CudaCompute compute = CudaTesting.open()) {
            compute.cholesky().factor(n, matrix);
            compute.cholesky().solve(n, matrix, 2, sides);
        }

        assertThat(sides).containsExactly(expected, within(1e-9));
    }
}
