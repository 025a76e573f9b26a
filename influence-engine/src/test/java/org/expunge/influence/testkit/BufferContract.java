package org.expunge.influence.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every backend promises about memory. */
public abstract class BufferContract extends KernelContract {
    /** Tests {@code compute}, which is closed after each test. */
    protected BufferContract(Compute compute) {
        super(compute);
    }

    @Test
    void allocatesZeros() {
        assertThat(compute.toArray(compute.allocate(5))).containsOnly(0);
        assertThat(compute.toArray(compute.allocate(0))).isEmpty();

        Buffer product = compute.allocate(1);
        Matrix zeros = Matrix.of(compute.allocate(3), 1, 3);
        compute.linear().multiply(1, zeros, zeros.transposed(), 0, Matrix.of(product, 1, 1));
        assertThat(compute.toArray(product)).containsExactly(0);
    }

    @Test
    void givesBackWhatWasWritten() {
        for (int turn = 0; turn < 2; turn++) {
            Buffer buffer = input(new double[] {1, 2, 3, 4, 5});

            compute.write(new double[] {0, 7, 8, 0}, 1, buffer, 2, 2);
            double[] part = new double[4];
            compute.read(buffer, 1, part, 1, 3);

            assertThat(part).containsExactly(0, 2, 7, 8);
            assertThat(compute.toArray(buffer)).containsExactly(1, 2, 7, 8, 5);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 40", "17, 5", "40, 33", "1, 64", "0, 40", "5, 0"})
    void writesTransposes(int rows, int columns) {
        double[] values = new double[rows * columns + 1];
        Arrays.setAll(values, i -> i);
        Buffer buffer = compute.of(
                IntStream.range(0, rows * columns + 2).mapToDouble(i -> -1).toArray());

        compute.writeTransposed(values, rows, columns, buffer);
        Arrays.fill(values, 7);

        double[] expected = new double[rows * columns + 2];
        Arrays.fill(expected, -1);
        for (int i = 0; i < rows * columns; i++) {
            expected[i] = i % rows * columns + i / rows;
        }
        assertThat(compute.toArray(buffer)).containsExactly(expected);
    }

    @Test
    void roundsToItsPrecision() {
        double third = compute.precision().bytes() == 4 ? (float) (1.0 / 3) : 1.0 / 3;

        assertThat(compute.toArray(compute.of(1.0 / 3))).containsExactly(third);
    }

    @Test
    void copiesRanges() {
        for (int turn = 0; turn < 4; turn++) {
            Buffer from = input(new double[] {1, 2, 3, 4});
            Buffer to = turn < 2 ? compute.of(9, 9, 9) : compute.allocate(3);
            double rest = turn < 2 ? 9 : 0;

            compute.copy(from, 1, to, 1, 2);

            assertThat(compute.toArray(to)).containsExactly(rest, 2, 3);
            compute.copy(from, 1, to, 0, 3);
            assertThat(compute.toArray(to)).containsExactly(2, 3, 4);
        }
    }

    @Test
    void copiesWithinABuffer() {
        for (int turn = 0; turn < 2; turn++) {
            Buffer buffer = input(new double[] {1, 2, 3, 4});

            compute.copy(buffer, 0, buffer, 2, 2);

            assertThat(compute.toArray(buffer)).containsExactly(1, 2, 1, 2);
        }
    }

    @ParameterizedTest(name = "{0} × {1}")
    @CsvSource({"3, 5", "1, 1", "0, 4", "4, 0", "7, 64"})
    void copiesMatricesWhoseRowsLieApart(int rows, int columns) {
        double[] numbers = draw(2 + rows * (columns + 3));
        double[] expected = new double[1 + rows * (columns + 2)];
        Arrays.fill(expected, Double.NaN);
        for (int r = 0; r < rows; r++) {
            System.arraycopy(numbers, 2 + r * (columns + 3), expected, 1 + r * (columns + 2), columns);
        }
        Buffer to = input(poison(expected.length));

        compute.copy(
                new Matrix(input(numbers), 2, rows, columns, columns + 3, false),
                new Matrix(to, 1, rows, columns, columns + 2, false));

        assertThat(compute.toArray(to)).isEqualTo(expected);
    }

    @Test
    void refusesToCopyMatricesThatDoNotFit() {
        Matrix tall = Matrix.of(input(new double[6]), 3, 2);
        Matrix wide = Matrix.of(input(new double[6]), 2, 3);

        assertThatThrownBy(() -> compute.copy(tall, wide))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 × 2 cannot be copied to one of 2 × 3");
        assertThatThrownBy(() -> compute.copy(tall.transposed(), wide)).isInstanceOf(IllegalArgumentException.class);
    }

    private static double[] poison(int length) {
        double[] numbers = new double[length];
        Arrays.fill(numbers, Double.NaN);
        return numbers;
    }

    @Test
    void fillsRanges() {
        for (int turn = 0; turn < 2; turn++) {
            Buffer buffer = input(new double[] {1, 2, 3, 4});

            compute.fill(buffer, 1, 2, 0.5);

            assertThat(compute.toArray(buffer)).containsExactly(1, 0.5, 0.5, 4);
        }
    }

    @Test
    void seesEachWriteInTheNextProduct() {
        Buffer x = compute.of(1, 2);
        Buffer y = compute.allocate(1);
        Matrix row = Matrix.of(x, 1, 2);
        compute.linear().multiply(1, row, row.transposed(), 0, Matrix.of(y, 1, 1));
        compute.write(new double[] {3}, 0, x, 0, 1);

        compute.linear().multiply(1, row, row.transposed(), 1, Matrix.of(y, 1, 1));

        assertThat(compute.toArray(y)).containsExactly(5 + 13);
        compute.linear().scale(1, 0.5, y);
        compute.linear().multiply(1, row, row.transposed(), 1, Matrix.of(y, 1, 1));
        assertThat(compute.toArray(y)).containsExactly(9 + 13);
    }

    @Test
    void refusesRangesOutsideABuffer() {
        Buffer buffer = compute.allocate(3);

        assertThatThrownBy(() -> compute.fill(buffer, 2, 2, 0)).hasMessageContaining("3 numbers");
        assertThatThrownBy(() -> compute.write(new double[4], 0, buffer, -1, 2))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> compute.read(buffer, 0, new double[9], 0, 4))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> compute.linear().scale(4, 2, buffer)).hasMessageContaining("works on 4");
        assertThatThrownBy(() -> compute.allocate(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesClosedAndForeignBuffers() {
        Buffer closed = compute.of(1, 2);
        closed.close();
        closed.close();
        try (Compute other = new ReferenceCompute()) {
            Buffer foreign = compute instanceof ReferenceCompute ? new ForeignBuffer() : other.allocate(2);

            assertThatThrownBy(() -> compute.toArray(closed)).hasMessageContaining("closed");
            assertThatThrownBy(() -> compute.linear().scale(2, 1, closed)).hasMessageContaining("closed");
            assertThatThrownBy(() -> compute.linear().scale(2, 1, foreign)).hasMessageContaining("cannot be used");
        }
    }

    @Test
    void letsSeveralThreadsReadWhatOneHasWritten() {
        int length = 4_000;
        double[] ones = new double[length];
        Arrays.fill(ones, 1);
        try (Workers workers = new Workers(4)) {
            for (int round = 0; round < 50; round++) {
                Buffer shared = input(ones);
                double[] sums = new double[16];

                workers.run(sums.length, (worker, task) -> {
                    if (task % 2 == 0) {
                        sums[task] = compute.reductions().dot(length, shared, shared);
                    } else {
                        Buffer sum = compute.allocate(1);
                        Matrix row = Matrix.of(shared, 1, length);
                        compute.linear().multiply(1, row, row.transposed(), 0, Matrix.of(sum, 1, 1));
                        sums[task] = compute.toArray(sum)[0];
                        sum.close();
                    }
                });

                assertThat(sums).containsOnly(length);
                shared.close();
            }
        }
    }

    /** A buffer that no backend knows. */
    private static final class ForeignBuffer implements Buffer {
        @Override
        public int length() {
            return 2;
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
