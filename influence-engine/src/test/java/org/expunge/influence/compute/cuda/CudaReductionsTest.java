package org.expunge.influence.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.ReductionKernels;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.testkit.CudaTesting;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shapes that are split over blocks, beyond those of the contract. */
@Tag("gpu")
class CudaReductionsTest {
    private final CudaCompute compute = CudaTesting.open();
    private final ReductionKernels reductions = compute.reductions();
    private final Random random = new Random(41);

    @AfterEach
    void closeCompute() {
        compute.close();
    }

    private double[] draw(int length) {
        double[] values = new double[length];
        Arrays.setAll(values, i -> (float) random.nextGaussian());
        return values;
    }

    private static void assertNear(double[] actual, double[] expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(Math.abs(actual[i] - expected[i])).as("number %d", i).isLessThanOrEqualTo(tolerance);
        }
    }

    @ParameterizedTest(name = "{0} groups of {1} × {2}")
    @CsvSource({"1, 40000, 3", "5, 6000, 33", "9, 5000, 1", "2, 3, 300", "13, 300, 64"})
    void splitsGroupsOfManyRows(int groups, int rows, int batch) {
        double[] x = draw(groups * rows * batch);
        double[] y = draw(rows * batch);
        double[] factors = draw(groups);
        double[] sums = draw(groups * batch);
        double[] expectedDots = draw(groups * batch);
        Sums dots = compute.sumsOf(expectedDots);
        double[] expectedSums = Arrays.stream(sums).map(sum -> -0.5 * sum).toArray();
        for (int i = 0; i < x.length; i++) {
            int at = i / (rows * batch) * batch + i % batch;
            expectedDots[at] += factors[i / (rows * batch)] * x[i] * y[i % y.length];
            expectedSums[at] += x[i];
        }
        Buffer from = compute.of(x);
        Buffer to = compute.of(sums);

        reductions.groupDots(groups, rows, batch, from, compute.of(y), compute.sumsOf(factors), 0, dots, 0);
        reductions.groupSums(groups, rows, batch, from, -0.5, to);

        assertNear(dots.toArray(), expectedDots, 1e-10);
        assertNear(compute.toArray(to), expectedSums, 1e-4);
    }

    @ParameterizedTest(name = "{0} × {1}")
    @CsvSource({"1, 300001", "3, 70000", "1, 1025", "300, 1025", "9, 1024"})
    void splitsLongRows(int rows, int columns) {
        double[] x = draw(rows * columns);
        double[] y = draw(rows * columns);
        double[] expectedSums = draw(rows);
        double[] expectedDots = expectedSums.clone();
        Sums rowSums = compute.sumsOf(expectedSums);
        Sums rowDots = compute.sumsOf(expectedDots);
        Buffer added = compute.of(expectedSums);
        for (int i = 0; i < x.length; i++) {
            expectedSums[i / columns] += x[i];
            expectedDots[i / columns] += x[i] * y[i];
        }
        Buffer from = compute.of(x);
        Buffer by = compute.of(y);

        reductions.rowSums(rows, columns, from, rowSums, 0);
        reductions.rowDots(rows, columns, from, by, rowDots, 0);
        reductions.addRowSums(rows, columns, from, added);

        assertNear(rowSums.toArray(), expectedSums, 1e-10);
        assertNear(rowDots.toArray(), expectedDots, 1e-10);
        assertNear(compute.toArray(added), expectedSums, 1e-4);
    }

    @Test
    void givesTheSameBitsEachTime() {
        int length = 123_457;
        Buffer x = compute.of(draw(length));
        Buffer y = compute.of(draw(length));

        double first = reductions.dot(length, x, y);
        double second = reductions.dot(length, x, y);

        assertThat(second).isEqualTo(first);
    }

    @Test
    void emptySumsLeaveWhatIsThere() {
        Buffer none = compute.allocate(0);
        Buffer to = compute.of(2, Double.NaN);
        Sums sums = compute.sumsOf(3, 4);

        reductions.addRowSums(2, 0, none, to);
        reductions.rowDots(2, 0, none, none, sums, 0);
        reductions.columnDots(0, 2, none, none, sums, 0);
        reductions.groupSums(1, 0, 2, none, 0, to);

        assertThat(sums.toArray()).containsExactly(3, 4);
        assertThat(compute.toArray(to)).containsExactly(0, 0);
    }
}
