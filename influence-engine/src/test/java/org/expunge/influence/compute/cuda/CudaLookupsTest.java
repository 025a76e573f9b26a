package org.expunge.influence.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.cpu.CpuCompute;
import org.expunge.influence.testkit.CudaTesting;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("gpu")
class CudaLookupsTest {
    private static final int ROWS = 3;

    private final Compute cuda = CudaTesting.open();
    private final Compute cpu = new CpuCompute();

    @AfterEach
    void close() {
        cuda.close();
        cpu.close();
    }

    /** Addition in another order would round otherwise somewhere: the numbers are those of the CPU to the last bit. */
    @ParameterizedTest
    @CsvSource({"33, 5", "300, 1000", "9000, 50"})
    void addsRepeatedColumnsInOrder(int count, int columns) {
        assertThat(sums(cuda, count, columns)).containsExactly(sums(cpu, count, columns));
    }

    private static double[] sums(Compute compute, int count, int columns) {
        try (Buffer from = compute.of(draw(ROWS * (count + 2) + 1));
                Buffer indices = compute.of(indices(count + 1, columns));
                Buffer table = compute.of(draw(ROWS * (columns + 1) + 2))) {
            compute.lookups()
                    .scatterAdd(
                            new Matrix(from, 1, ROWS, count, count + 2, false),
                            indices,
                            1,
                            new Matrix(table, 2, ROWS, columns, columns + 1, false));
            return compute.toArray(table);
        }
    }

    @Test
    void gathersWhatTheCpuGathers() {
        assertThat(gathered(cuda)).containsExactly(gathered(cpu));
    }

    private static double[] gathered(Compute compute) {
        try (Buffer table = compute.of(draw(ROWS * 70));
                Buffer indices = compute.of(indices(5_000, 70));
                Buffer to = compute.allocate(ROWS * 5_000)) {
            compute.lookups().gather(ROWS, 70, table, 5_000, indices, to);
            return compute.toArray(to);
        }
    }

    @Test
    void namesTheFirstWrongIndexAndWritesNothing() {
        double[] wrong = indices(6_000, 70);
        wrong[5_999] = 1e9;
        wrong[4_321] = 70;
        wrong[4_322] = 0.5;
        try (Buffer table = cuda.of(draw(ROWS * 70));
                Buffer indices = cuda.of(wrong);
                Buffer to = cuda.allocate(ROWS * 6_000)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> cuda.lookups().gather(ROWS, 70, table, 6_000, indices, to))
                    .withMessage("index 70.0 is not the number of one of 70 columns");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> cuda.lookups()
                            .scatterAdd(Matrix.of(to, ROWS, 1_678), indices, 4_322, Matrix.of(table, ROWS, 70)))
                    .withMessageContaining("index 0.5");
            assertThat(cuda.toArray(to)).containsOnly(0);
            assertThat(cuda.toArray(table)).containsExactly(draw(ROWS * 70));
        }
    }

    @Test
    void takesNothing() {
        try (Buffer table = cuda.of(1, 2);
                Buffer none = cuda.allocate(0)) {
            cuda.lookups().gather(1, 2, table, 0, none, none);
            cuda.lookups().scatterAdd(Matrix.of(none, 1, 0), none, 0, Matrix.of(table, 1, 2));

            assertThat(cuda.toArray(table)).containsExactly(1, 2);
        }
    }

    /** Small numbers come up more often, as common words do; one in ten is none. */
    private static double[] indices(int count, int columns) {
        Random random = new Random(count);
        double[] indices = new double[count];
        Arrays.setAll(
                indices,
                j -> random.nextInt(10) == 0
                        ? -1 - random.nextInt(3)
                        : Math.floor(columns * Math.pow(random.nextDouble(), 3)));
        return indices;
    }

    private static double[] draw(int length) {
        Random random = new Random(length);
        double[] values = new double[length];
        Arrays.setAll(values, i -> (float) random.nextGaussian());
        return values;
    }
}
