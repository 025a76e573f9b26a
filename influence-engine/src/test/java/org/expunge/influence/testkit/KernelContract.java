package org.expunge.influence.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;
import org.junit.jupiter.api.AfterEach;

/**
 * What the contracts of all kernel families share: inputs that float32 holds exactly, outputs that start as NaN, and
 * comparisons with a tolerance per number.
 *
 * <p>Inputs and outputs change hands in two ways in turn: as written by the host, and as left by a matrix product, for
 * a backend may keep the two in different places.
 */
abstract class KernelContract {
    private static final int SLACK = 3;

    final Compute compute;
    final Random random = new Random(20_26);
    private int turns;

    KernelContract(Compute compute) {
        this.compute = compute;
    }

    @AfterEach
    void closeCompute() {
        compute.close();
    }

    /** Returns the largest relative error of one rounding. */
    final double roundoff() {
        return compute.precision().unitRoundoff();
    }

    /** Returns normal numbers that float32 holds exactly. */
    final double[] draw(int length) {
        double[] values = new double[length];
        Arrays.setAll(values, i -> (float) random.nextGaussian());
        return values;
    }

    /** Uploads {@code values}, every second time through a product with 1. */
    final Buffer input(double[] values) {
        Buffer buffer = compute.of(values);
        if (turns++ % 2 == 0 || values.length == 0) {
            return buffer;
        }
        Buffer product = compute.allocate(values.length);
        Matrix one = Matrix.of(compute.of(1), 1, 1);
        compute.linear().multiply(1, Matrix.of(buffer, values.length, 1), one, 0, Matrix.of(product, values.length, 1));
        return product;
    }

    /** Returns a buffer of NaN for {@code length} results, every third one longer than that. */
    final Buffer output(int length) {
        double[] poison = new double[length + (turns % 3 == 0 ? SLACK : 0)];
        Arrays.fill(poison, Double.NaN);
        return input(poison);
    }

    /** Returns sums of NaN for {@code length} results, and some behind them. */
    final Sums sumsOutput(int length) {
        double[] poison = new double[length + SLACK];
        Arrays.fill(poison, Double.NaN);
        return compute.sumsOf(poison);
    }

    /** Returns the first {@code length} numbers, after checking that those behind them are still NaN. */
    final double[] result(Buffer buffer, int length) {
        double[] values = compute.toArray(buffer);
        for (int i = length; i < values.length; i++) {
            assertThat(values[i]).as("number %d lies behind the result", i).isNaN();
        }
        return Arrays.copyOf(values, length);
    }

    /** Checks {@code |actual − expected| ≤ roundings · u · magnitude}, number by number; NaN never passes. */
    final void assertClose(double[] actual, double[] expected, double roundings, double[] magnitude) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            double allowed = roundings * roundoff() * magnitude[i] + Float.MIN_NORMAL;
            double error = Math.abs(actual[i] - expected[i]);
            if (!(error <= allowed) && actual[i] != expected[i]) {
                throw new AssertionError("number " + i + " is " + actual[i] + " instead of " + expected[i] + "; error "
                        + error + ", allowed " + allowed);
            }
        }
    }

    /** Checks that each number is within {@code roundings} roundings of the expected one. */
    final void assertClose(double[] actual, double[] expected, double roundings) {
        assertClose(
                actual,
                expected,
                roundings,
                Arrays.stream(expected).map(Math::abs).toArray());
    }
}
