package org.expunge.influence.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.ReductionKernels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every backend promises about sums. Inputs are floats and accumulators double, so results agree to double
 * precision on every backend; only what is stored in a buffer is rounded.
 */
public abstract class ReductionKernelsContract extends KernelContract {
    private final ReductionKernels reductions;

    /** Tests {@code compute}, which is closed after each test. */
    protected ReductionKernelsContract(Compute compute) {
        super(compute);
        this.reductions = compute.reductions();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 4_099})
    void computesDots(int length) {
        double[] x = draw(length);
        double[] y = draw(length);
        double expected = 0;
        double magnitude = 0;
        for (int i = 0; i < length; i++) {
            expected += x[i] * y[i];
            magnitude += Math.abs(x[i] * y[i]);
        }

        double dot = reductions.dot(length, input(x), input(y));

        assertThat(Math.abs(dot - expected)).isLessThanOrEqualTo(length * 0x1p-53 * magnitude);
    }

    @Test
    void doesNotLoseSmallTermsInLongSums() {
        int length = 1 << 20;
        double[] x = new double[length];
        Arrays.fill(x, (float) 0.1);
        double exact = length * (double) (float) 0.1 * (float) 0.1;

        double dot = reductions.dot(length, compute.of(x), compute.of(x));

        assertThat(dot / exact - 1).isBetween(-1e-9, 1e-9);
    }

    @ParameterizedTest(name = "{0} × {1}")
    @CsvSource({"1, 1", "3, 5", "13, 32", "32, 17", "0, 4", "70, 1"})
    void sumsAlongRowsAndColumns(int rows, int columns) {
        double[] x = draw(rows * columns);
        double[] y = draw(rows * columns);
        double[] columnDots = draw(columns + 2);
        double[] rowSums = draw(rows);
        double[] rowDots = rowSums.clone();
        double[] expectedColumnDots = columnDots.clone();
        double[] expectedRowSums = rowSums.clone();
        double[] expectedRowDots = rowDots.clone();
        for (int i = 0; i < x.length; i++) {
            expectedColumnDots[2 + i % columns] += x[i] * y[i];
            expectedRowSums[i / columns] += x[i];
            expectedRowDots[i / columns] += x[i] * y[i];
        }
        Buffer sums = input(rowSums);

        reductions.columnDots(rows, columns, input(x), input(y), columnDots, 2);
        reductions.rowSums(rows, columns, input(x), rowSums);
        reductions.rowDots(rows, columns, input(x), input(y), rowDots);
        reductions.addRowSums(rows, columns, input(x), sums);

        assertNear(columnDots, expectedColumnDots, 1e-13);
        assertNear(rowSums, expectedRowSums, 1e-13);
        assertNear(rowDots, expectedRowDots, 1e-13);
        assertNear(compute.toArray(sums), expectedRowSums, 1e-13 + 20 * roundoff());
    }

    @ParameterizedTest(name = "{0} groups of {1}, batch {2}, beta {3}")
    @CsvSource({"1, 1, 1, 0", "4, 9, 5, 0", "3, 100, 33, 1", "2, 7, 32, -0.5", "5, 1, 3, 0"})
    void sumsGroups(int groups, int size, int batch, double beta) {
        double[] x = draw(groups * size * batch);
        double[] before = draw(groups * batch);
        double[] expected = new double[before.length];
        double[] magnitudes = new double[before.length];
        for (int i = 0; i < before.length; i++) {
            expected[i] = beta * before[i];
            magnitudes[i] = Math.abs(expected[i]);
        }
        for (int i = 0; i < x.length; i++) {
            int at = i / (size * batch) * batch + i % batch;
            expected[at] += x[i];
            magnitudes[at] += Math.abs(x[i]);
        }
        Buffer to = beta == 0 ? output(before.length) : input(before);

        reductions.groupSums(groups, size, batch, input(x), beta, to);

        assertClose(result(to, before.length), expected, 2, magnitudes);
    }

    @ParameterizedTest(name = "{0} groups of {1}, batch {2}")
    @CsvSource({"1, 1, 1", "4, 9, 5", "3, 100, 33", "2, 0, 3", "0, 4, 3", "5, 1, 17"})
    void multipliesGroupsByTheSameMatrix(int groups, int rows, int batch) {
        double[] x = draw(groups * rows * batch);
        double[] y = draw(rows * batch);
        double[] sums = draw(groups * batch + 1);
        double[] expected = sums.clone();
        for (int i = 0; i < x.length; i++) {
            int inGroup = i % (rows * batch);
            expected[i / (rows * batch) * batch + inGroup % batch] += x[i] * y[inGroup];
        }

        reductions.groupDots(groups, rows, batch, input(x), input(y), sums);

        assertNear(sums, expected, 1e-13);
    }

    private static void assertNear(double[] actual, double[] expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(Math.abs(actual[i] - expected[i])).as("number %d", i).isLessThanOrEqualTo(tolerance * 10);
        }
    }
}
