package org.expunge.influence.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.cpu.CpuCompute;
import org.expunge.influence.testkit.CudaTesting;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("gpu")
class CudaElementsTest {
    private final Compute cuda = CudaTesting.open();
    private final Compute cpu = new CpuCompute();

    @AfterEach
    void close() {
        cuda.close();
        cpu.close();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 4", "5, 7", "2, 33", "64, 100"})
    void dropsTheUnitsThatTheCpuDrops(int features, int batch) {
        for (double keep : new double[] {1e-3, 0.3, 0.5, 1}) {
            assertThat(mask(cuda, features, batch, keep)).containsExactly(mask(cpu, features, batch, keep));
        }
    }

    private static double[] mask(Compute compute, int features, int batch, double keep) {
        try (Buffer mask = compute.allocate(features * batch + 3)) {
            compute.elements().dropoutMask(features, batch, keep, -7_000_000_000L, 2_000_000_000, mask);
            return compute.toArray(mask);
        }
    }

    /** Whole fours, and a tail behind them. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 1_023, 1_024, 100_001})
    void addsAnyNumberOfNumbersAndNoMore(int length) {
        double[] x = draw(length + 5);
        double[] y = draw(length + 5);
        double[] expected = y.clone();
        for (int i = 0; i < length; i++) {
            expected[i] = (float) ((float) x[i] + y[i]);
        }
        try (Buffer from = cuda.of(x);
                Buffer to = cuda.of(y)) {
            cuda.elements().add(length, from, to, to);

            assertThat(Arrays.equals(cuda.toArray(to), expected)).isTrue();
        }
    }

    @Test
    void treatsRowsOfFoursAsOtherRows() {
        for (int columns : new int[] {8, 9}) {
            double[] x = draw(5 * columns);
            double[] bias = draw(5);
            try (Buffer tile = cuda.of(x);
                    Buffer shift = cuda.of(bias)) {
                cuda.elements().addBias(5, columns, shift, tile);

                double[] expected = new double[x.length];
                Arrays.setAll(expected, i -> (float) (x[i] + bias[i / columns]));
                assertThat(cuda.toArray(tile)).containsExactly(expected);
            }
        }
    }

    private static double[] draw(int length) {
        Random random = new Random(3);
        double[] values = new double[length];
        Arrays.setAll(values, i -> (float) random.nextGaussian());
        return values;
    }
}
