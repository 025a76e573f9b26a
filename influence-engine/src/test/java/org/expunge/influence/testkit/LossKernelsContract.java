package org.expunge.influence.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.LossKernels;
import org.expunge.influence.compute.Sums;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every backend promises about losses, against their definitions where those are stable and limits elsewhere. */
public abstract class LossKernelsContract extends KernelContract {
    private static final int OUTPUTS = 5;
    private static final int BATCH = 7;

    private final LossKernels kernels;

    /** Tests {@code compute}, which is closed after each test. */
    protected LossKernelsContract(Compute compute) {
        super(compute);
        this.kernels = compute.losses();
    }

    /** One-hot for the first examples, soft for the last two. */
    private double[] targets() {
        double[] y = new double[OUTPUTS * BATCH];
        for (int b = 0; b < BATCH; b++) {
            y[b % OUTPUTS * BATCH + b] = b < BATCH - 2 ? 1 : 0.75;
            y[(b + 1) % OUTPUTS * BATCH + b] += b < BATCH - 2 ? 0 : 0.25;
        }
        return y;
    }

    private static double[] column(double[] tile, int b) {
        double[] column = new double[OUTPUTS];
        Arrays.setAll(column, k -> tile[k * BATCH + b]);
        return column;
    }

    private static double[] softmax(double[] z) {
        double sum = Arrays.stream(z).map(Math::exp).sum();
        return Arrays.stream(z).map(x -> Math.exp(x) / sum).toArray();
    }

    private static double[] prediction(Loss loss, double[] z) {
        return switch (loss) {
            case SOFTMAX_CROSS_ENTROPY -> softmax(z);
            case SIGMOID_CROSS_ENTROPY ->
                Arrays.stream(z).map(ClosedForms::sigmoid).toArray();
            case MEAN_SQUARED_ERROR, SQUARED_ERROR -> z;
        };
    }

    private static double loss(Loss loss, double[] z, double[] y) {
        double[] p = prediction(loss, z);
        double sum = 0;
        for (int k = 0; k < z.length; k++) {
            sum += switch (loss) {
                case SOFTMAX_CROSS_ENTROPY -> -y[k] * Math.log(p[k]);
                case SIGMOID_CROSS_ENTROPY -> -y[k] * Math.log(p[k]) - (1 - y[k]) * Math.log(1 - p[k]);
                case MEAN_SQUARED_ERROR -> (z[k] - y[k]) * (z[k] - y[k]) / z.length;
                case SQUARED_ERROR -> (z[k] - y[k]) * (z[k] - y[k]);
            };
        }
        return sum;
    }

    /** δ = c (p − y), with c = 1, 2 or 2/K. */
    private static double[] delta(Loss loss, double[] z, double[] y) {
        double[] delta = prediction(loss, z).clone();
        for (int k = 0; k < z.length; k++) {
            delta[k] = slope(loss) * (delta[k] - y[k]);
        }
        return delta;
    }

    private static double slope(Loss loss) {
        return switch (loss) {
            case SOFTMAX_CROSS_ENTROPY, SIGMOID_CROSS_ENTROPY -> 1;
            case MEAN_SQUARED_ERROR -> 2.0 / OUTPUTS;
            case SQUARED_ERROR -> 2;
        };
    }

    private static double[] hessianProduct(Loss loss, double[] z, double[] v) {
        double[] p = prediction(loss, z);
        double mean = 0;
        for (int k = 0; k < z.length; k++) {
            mean += p[k] * v[k];
        }
        double[] product = new double[z.length];
        for (int k = 0; k < z.length; k++) {
            product[k] = switch (loss) {
                case SOFTMAX_CROSS_ENTROPY -> p[k] * (v[k] - mean);
                case SIGMOID_CROSS_ENTROPY -> p[k] * (1 - p[k]) * v[k];
                case MEAN_SQUARED_ERROR, SQUARED_ERROR -> slope(loss) * v[k];
            };
        }
        return product;
    }

    private static void assertNear(double actual, double expected, double tolerance) {
        assertThat(Math.abs(actual - expected)).isLessThanOrEqualTo(tolerance);
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void matchesTheDefinitions(Loss loss) {
        double[] z = draw(OUTPUTS * BATCH);
        double[] y = targets();
        double[] v = draw(z.length);
        Sums lossSums = sumsOutput(BATCH + 1);
        Sums normSums = sumsOutput(BATCH + 1);
        Buffer delta = output(z.length);
        Buffer unit = output(z.length);
        Buffer product = output(z.length);
        Buffer predictions = output(z.length);

        kernels.losses(loss, OUTPUTS, BATCH, input(z), input(y), lossSums, 1);
        kernels.delta(loss, OUTPUTS, BATCH, input(z), input(y), delta);
        kernels.unitDelta(loss, OUTPUTS, BATCH, input(z), input(y), unit, normSums, 1);
        kernels.hessianProduct(loss, OUTPUTS, BATCH, input(z), input(y), input(v), product);
        kernels.predictions(loss, OUTPUTS, BATCH, input(z), predictions);

        double[] losses = inside(lossSums);
        double[] norms = inside(normSums);
        double stored = 1e-14 + 16 * roundoff();
        for (int b = 0; b < BATCH; b++) {
            double[] zb = column(z, b);
            double[] expected = delta(loss, zb, column(y, b));
            double norm = Math.sqrt(Arrays.stream(expected).map(d -> d * d).sum());
            assertNear(losses[1 + b], loss(loss, zb, column(y, b)), 1e-13);
            assertNear(norms[1 + b], norm, 1e-13);
            for (int k = 0; k < OUTPUTS; k++) {
                assertNear(column(result(delta, z.length), b)[k], expected[k], stored);
                assertNear(column(result(unit, z.length), b)[k], expected[k] / norm, stored);
                assertNear(column(result(product, z.length), b)[k], hessianProduct(loss, zb, column(v, b))[k], stored);
                assertNear(column(result(predictions, z.length), b)[k], prediction(loss, zb)[k], stored);
            }
        }
    }

    /** Returns one number for each example from the second on, after checking that the others are still NaN. */
    private static double[] inside(Sums sums) {
        double[] values = sums.toArray();
        for (int i = 0; i < values.length; i++) {
            assertThat(Double.isNaN(values[i])).as("number %d", i).isEqualTo(i < 1 || i > BATCH);
        }
        return values;
    }

    /** With margin m every other class has π = e⁻ᵐ to first order, so δ = e⁻ᵐ (−2, 1, 1) and loss = 2e⁻ᵐ. */
    @Test
    void keepsTheDirectionOfDeltaForWellFittedExamples() {
        double[] margins = {40, 60, 200};
        double[] z = {40, 60, 200, 0, 0, 0, 0, 0, 0};
        double[] y = {1, 1, 1, 0, 0, 0, 0, 0, 0};
        Sums lossSums = sumsOutput(3);
        Sums normSums = sumsOutput(3);
        Buffer unit = output(9);

        kernels.losses(Loss.SOFTMAX_CROSS_ENTROPY, 3, 3, input(z), input(y), lossSums, 0);
        kernels.unitDelta(Loss.SOFTMAX_CROSS_ENTROPY, 3, 3, input(z), input(y), unit, normSums, 0);

        double[] losses = lossSums.toArray();
        double[] norms = normSums.toArray();
        double[] d = result(unit, 9);
        for (int b = 0; b < 3; b++) {
            double rest = Math.exp(-margins[b]);
            assertNear(losses[b] / (2 * rest), 1, 1e-12);
            assertNear(norms[b] / (Math.sqrt(6) * rest), 1, 1e-12);
            assertNear(d[b], -2 / Math.sqrt(6), 4 * roundoff());
            assertNear(d[3 + b], 1 / Math.sqrt(6), 4 * roundoff());
            assertNear(d[6 + b], 1 / Math.sqrt(6), 4 * roundoff());
        }
    }

    @Test
    void keepsTheHessianOfWellFittedExamples() {
        double rest = Math.exp(-50);
        Buffer product = output(3);

        kernels.hessianProduct(
                Loss.SOFTMAX_CROSS_ENTROPY,
                3,
                1,
                compute.of(50, 0, 0),
                compute.of(1, 0, 0),
                compute.of(1, 3, 0),
                product);

        double[] p = result(product, 3);
        assertNear(p[0] / (-1 * rest), 1, 1e-12 + 4 * roundoff());
        assertNear(p[1] / (2 * rest), 1, 1e-12 + 4 * roundoff());
        assertNear(p[2] / (-1 * rest), 1, 1e-12 + 4 * roundoff());
    }

    @Test
    void survivesHugeLogits() {
        double[] z = {10_000, -10_000, 0, 0};
        double[] y = {0, 0, 1, 1};
        Sums losses = compute.sums(2);
        Buffer delta = output(4);

        kernels.losses(Loss.SOFTMAX_CROSS_ENTROPY, 2, 2, input(z), input(y), losses, 0);
        kernels.delta(Loss.SOFTMAX_CROSS_ENTROPY, 2, 2, input(z), input(y), delta);

        assertThat(losses.toArray()).containsExactly(10_000, 0);
        assertThat(result(delta, 4)).containsExactly(1, 0, -1, 0);

        kernels.losses(Loss.SIGMOID_CROSS_ENTROPY, 2, 2, input(z), input(y), losses, 0);
        assertThat(losses.toArray()).containsExactly(10_000 + Math.log(2), Math.log(2));
    }

    @Test
    void givesNormZeroWhereThereIsNoGradient() {
        Sums norms = compute.sumsOf(Double.NaN, Double.NaN);
        Buffer unit = output(4);

        kernels.unitDelta(
                Loss.SQUARED_ERROR,
                2,
                2,
                input(new double[] {1, 3, 2, 0}),
                input(new double[] {1, 0, 2, 0}),
                unit,
                norms,
                0);

        assertThat(norms.toArray()).containsExactly(0, 6);
        assertThat(result(unit, 4)).containsExactly(0, 1, 0, 0);
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void passesNaNOn(Loss loss) {
        Sums losses = compute.sums(1);
        Buffer delta = compute.allocate(2);
        Buffer z = compute.of(Double.NaN, 1);

        kernels.losses(loss, 2, 1, z, compute.of(0, 1), losses, 0);
        kernels.delta(loss, 2, 1, z, compute.of(0, 1), delta);

        assertThat(losses.toArray()[0]).isNaN();
        assertThat(compute.toArray(delta)[0]).isNaN();
    }
}
