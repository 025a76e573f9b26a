package org.expunge.influence.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.testkit.CudaTesting;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("gpu")
class CudaLinearTest {
    private static double[] draw(int length) {
        Random random = new Random(7);
        double[] values = new double[length];
        Arrays.setAll(values, i -> (float) random.nextGaussian());
        return values;
    }

    /** Rounding a factor to 11 bits moves a term by 2⁻¹¹ of it, to 8 bits by 2⁻⁸; there are two in each. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"FLOAT32, 1e-6", "TF32, 1e-3", "BF16, 8e-3"})
    void everyModeIsAsAccurateAsItSays(MathMode mode, double roundoff) {
        int m = 19;
        int k = 40;
        double[] x = draw(m * k);
        try (CudaCompute compute = CudaTesting.open(new CudaOptions(0, mode, 0.5))) {
            Buffer whole = compute.allocate(m * m);
            Buffer triangle = compute.allocate(m * m);
            Matrix matrix = Matrix.of(compute.of(x), m, k);

            compute.linear().multiply(1, matrix, matrix.transposed(), 0, Matrix.of(whole, m, m));
            compute.linear().square(matrix, triangle);

            double[] products = compute.toArray(whole);
            double[] squares = compute.toArray(triangle);
            for (int i = 0; i < m; i++) {
                for (int j = 0; j <= i; j++) {
                    double expected = 0;
                    double magnitude = 0;
                    for (int l = 0; l < k; l++) {
                        expected += x[i * k + l] * x[j * k + l];
                        magnitude += Math.abs(x[i * k + l] * x[j * k + l]);
                    }
                    assertThat(Math.abs(products[i * m + j] - expected)).isLessThanOrEqualTo(roundoff * magnitude);
                    assertThat(Math.abs(squares[i * m + j] - expected)).isLessThanOrEqualTo(roundoff * magnitude);
                }
            }
        }
    }

    @ParameterizedTest(name = "{0} × {1}")
    @CsvSource({"70, 130", "1, 1000", "1000, 1", "32, 32", "33, 31"})
    void transposesTileByTile(int rows, int columns) {
        double[] x = draw(rows * columns);
        double[] expected = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            expected[i % columns * rows + i / columns] = x[i];
        }
        try (CudaCompute compute = CudaTesting.open()) {
            Buffer to = compute.allocate(x.length);

            compute.linear().transpose(rows, columns, compute.of(x), to);

            assertThat(compute.toArray(to)).containsExactly(expected);
        }
    }

    @Test
    void anEmptyInnerDimensionScalesTheRowsOfABatchOnly() {
        try (CudaCompute compute = CudaTesting.open()) {
            Buffer none = compute.allocate(0);
            Matrix a = Matrix.of(none, 2, 0);
            Matrix b = Matrix.of(none, 0, 2);
            Buffer to = compute.of(9, 1, 2, 9, 3, 4, 9, 5, 6, 9, 7, 8, 9);
            Buffer cleared = compute.of(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

            compute.linear().multiplyBatch(2, 1, a, 0, b, 0, 2, new Matrix(to, 1, 2, 2, 3, false), 6);
            compute.linear().multiply(1, a, b, 0, Matrix.of(cleared, 2, 2));

            assertThat(compute.toArray(to)).containsExactly(9, 2, 4, 9, 6, 8, 9, 10, 12, 9, 14, 16, 9);
            assertThat(compute.toArray(cleared)).containsOnly(0);
        }
    }
}
