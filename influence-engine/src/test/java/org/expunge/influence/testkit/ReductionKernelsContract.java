package org.expunge.influence.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.ReductionKernels;
import org.expunge.influence.compute.Sums;
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
        double[] expectedColumnDots = draw(columns + 3);
        double[] expectedRowSums = draw(rows + 3);
        double[] expectedRowDots = expectedRowSums.clone();
        Sums columnDots = compute.sumsOf(expectedColumnDots);
        Sums rowSums = compute.sumsOf(expectedRowSums);
        Sums rowDots = compute.sumsOf(expectedRowDots);
        Buffer sums = input(Arrays.copyOfRange(expectedRowSums, 2, 2 + rows));
        for (int i = 0; i < x.length; i++) {
            expectedColumnDots[2 + i % columns] += x[i] * y[i];
            expectedRowSums[2 + i / columns] += x[i];
            expectedRowDots[2 + i / columns] += x[i] * y[i];
        }

        reductions.columnDots(rows, columns, input(x), input(y), columnDots, 2);
        reductions.rowSums(rows, columns, input(x), rowSums, 2);
        reductions.rowDots(rows, columns, input(x), input(y), rowDots, 2);
        reductions.addRowSums(rows, columns, input(x), sums);

        assertNear(columnDots.toArray(), expectedColumnDots, 1e-13);
        assertNear(rowSums.toArray(), expectedRowSums, 1e-13);
        assertNear(rowDots.toArray(), expectedRowDots, 1e-13);
        assertNear(compute.toArray(sums), Arrays.copyOfRange(expectedRowSums, 2, 2 + rows), 1e-13 + 20 * roundoff());
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
        double[] factors = draw(groups + 2);
        double[] expected = draw(groups * batch + 2);
        Sums sums = compute.sumsOf(expected);
        for (int i = 0; i < x.length; i++) {
            int inGroup = i % (rows * batch);
            int group = i / (rows * batch);
            expected[1 + group * batch + inGroup % batch] += factors[2 + group] * x[i] * y[inGroup];
        }

        reductions.groupDots(groups, rows, batch, input(x), input(y), compute.sumsOf(factors), 2, sums, 1);

        assertNear(sums.toArray(), expected, 1e-13);
    }

    /** Factors too small for a float, which stand for directions that are. */
    @Test
    void multipliesGroupsByFactorsInDouble() {
        Sums sums = compute.sums(1);

        reductions.groupDots(1, 1, 1, compute.of(3), compute.of(2), compute.sumsOf(1e-200), 0, sums, 0);

        assertThat(sums.toArray()[0]).isEqualTo(6 * 1e-200);
    }

    @ParameterizedTest(name = "{0} × {1}, rows at a distance of {2}")
    @CsvSource({"1, 1, 1", "4, 9, 9", "13, 33, 40", "0, 3, 3", "3, 0, 2", "1, 1000, 1000"})
    void addsMatrices(int rows, int columns, int stride) {
        double[] x = draw(rows * columns);
        double[] factors = draw(rows + 1);
        double[] expectedPlain = draw(1 + rows * stride);
        double[] expectedScaled = draw(1 + rows * columns);
        Sums plain = compute.sumsOf(expectedPlain);
        Sums scaled = compute.sumsOf(expectedScaled);
        for (int i = 0; i < x.length; i++) {
            expectedPlain[1 + i / columns * stride + i % columns] += x[i];
            expectedScaled[1 + i] += factors[1 + i / columns] * x[i];
        }

        reductions.addMatrix(rows, columns, input(x), plain, 1, stride);
        reductions.addScaledRows(rows, columns, input(x), compute.sumsOf(factors), 1, scaled, 1);

        assertNear(plain.toArray(), expectedPlain, 1e-15);
        assertNear(scaled.toArray(), expectedScaled, 1e-15);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 300})
    void addsProductsOfSums(int length) {
        double[] factors = draw(2 * length + 1);
        double[] expected = draw(length + 3);
        Sums sums = compute.sumsOf(expected);
        for (int i = 0; i < length; i++) {
            expected[2 + i] += (factors[i] + 0.5) * factors[length + i];
        }

        reductions.addProducts(length, 0.5, compute.sumsOf(factors), sums, 2);

        assertNear(sums.toArray(), expected, 1e-15);
    }

    @Test
    void refusesRangesOutsideOfSums() {
        Buffer x = compute.of(1, 2, 3, 4);
        Sums sums = compute.sums(3);

        assertThatThrownBy(() -> reductions.columnDots(2, 2, x, x, sums, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 numbers from 2")
                .hasMessageContaining("of 3 numbers");
        assertThatThrownBy(() -> reductions.rowSums(4, 1, x, sums, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> reductions.addMatrix(2, 2, x, sums, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("distance of 1");
    }

    private static void assertNear(double[] actual, double[] expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(Math.abs(actual[i] - expected[i])).as("number %d", i).isLessThanOrEqualTo(tolerance * 10);
        }
    }
}
