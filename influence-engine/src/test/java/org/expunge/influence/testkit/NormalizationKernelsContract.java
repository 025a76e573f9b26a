package org.expunge.influence.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.NormalizationKernels;
import org.expunge.influence.compute.Sums;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every backend promises about coefficients of normalisations: double inside, one rounding at the end. */
public abstract class NormalizationKernelsContract extends KernelContract {
    private static final double EPSILON = 1e-5;
    private static final double COUNT = 96;
    private static final double ROUNDINGS = 2;

    private final NormalizationKernels kernels;

    /** Tests {@code compute}, which is closed after each test. */
    protected NormalizationKernelsContract(Compute compute) {
        super(compute);
        this.kernels = compute.normalization();
    }

    private double[] positive(int length) {
        return Arrays.stream(draw(length)).map(x -> (float) (x * x)).toArray();
    }

    /** {@code Σx} and behind them {@code Σx²} of numbers with the given means and variances. */
    private static double[] totals(double[] means, double[] variances) {
        int n = means.length;
        double[] totals = new double[2 * n];
        for (int c = 0; c < n; c++) {
            totals[c] = COUNT * means[c];
            totals[n + c] = COUNT * (variances[c] + means[c] * means[c]);
        }
        return totals;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6, 300})
    void makeScaleAndShiftOfStatistics(int channels) {
        double[] mean = draw(channels);
        double[] variance = positive(channels);
        double[] scales =
                Arrays.stream(variance).map(v -> 1 / Math.sqrt(v + EPSILON)).toArray();
        double[] shifts = new double[channels];
        Arrays.setAll(shifts, c -> -mean[c] * scales[c]);
        Buffer scale = output(channels);
        Buffer shift = output(channels);
        Buffer scaleOfTotals = output(channels);
        Buffer shiftOfTotals = output(channels);

        kernels.ofStatistics(channels, EPSILON, input(mean), input(variance), scale, shift);
        kernels.ofTotals(
                channels, COUNT, EPSILON, compute.sumsOf(totals(mean, variance)), scaleOfTotals, shiftOfTotals);

        assertClose(result(scale, channels), scales, ROUNDINGS);
        assertClose(result(shift, channels), shifts, ROUNDINGS);
        // a variance is a difference of two means of squares, each rounded in double
        double[] size = new double[channels];
        Arrays.setAll(size, c -> 1 + 1e-16 / roundoff() * (1 + mean[c] * mean[c]) / (variance[c] + EPSILON));
        double[] ofScale = new double[channels];
        Arrays.setAll(ofScale, c -> scales[c] * size[c]);
        double[] ofShift = new double[channels];
        Arrays.setAll(ofShift, c -> Math.abs(shifts[c]) * size[c]);
        assertClose(result(scaleOfTotals, channels), scales, 2 * ROUNDINGS, ofScale);
        assertClose(result(shiftOfTotals, channels), shifts, 2 * ROUNDINGS, ofShift);
    }

    /** Rounding can leave a mean of squares below the square of the mean. */
    @Test
    void takeNoVarianceBelowZero() {
        Buffer scale = output(2);
        Buffer shift = output(2);

        kernels.ofTotals(2, 4, 0.25, compute.sumsOf(4, Double.NaN, 4 - 1e-9, 1), scale, shift);

        assertThat(result(scale, 2)[0]).isEqualTo(2);
        assertThat(result(shift, 2)[0]).isEqualTo(-2);
        assertThat(result(scale, 2)[1]).isNaN();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 300})
    void moveStatisticsTowardsThoseOfABatch(int channels) {
        double[] mean = draw(channels);
        double[] variance = positive(channels);
        double[] runningMean = draw(channels);
        double[] runningVariance = positive(channels);
        double[] expectedMean = new double[channels];
        Arrays.setAll(expectedMean, c -> 0.75 * runningMean[c] + 0.25 * mean[c]);
        double[] expectedVariance = new double[channels];
        Arrays.setAll(expectedVariance, c -> 0.75 * runningVariance[c] + 0.25 * variance[c]);
        double[] sizes = new double[channels];
        Arrays.setAll(sizes, c -> 1 + mean[c] * mean[c] + variance[c] + runningVariance[c] + Math.abs(runningMean[c]));
        Buffer movedMean = input(runningMean);
        Buffer movedVariance = input(runningVariance);

        kernels.moveStatistics(channels, COUNT, 0.75, compute.sumsOf(totals(mean, variance)), movedMean, movedVariance);

        assertClose(result(movedMean, channels), expectedMean, 2 * ROUNDINGS, sizes);
        assertClose(result(movedVariance, channels), expectedVariance, 2 * ROUNDINGS, sizes);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 300})
    void invertDeviations(int length) {
        double[] squares = positive(length);
        double[] expected =
                Arrays.stream(squares).map(s -> 1 / Math.sqrt(s / 5 + EPSILON)).toArray();
        Buffer to = output(length);

        kernels.inverseDeviations(length, 5, EPSILON, compute.sumsOf(squares), to);

        assertClose(result(to, length), expected, ROUNDINGS);
    }

    @Test
    void haveNoDeviationWhereNumbersDoNotDiffer() {
        Buffer to = output(3);

        kernels.inverseDeviations(3, 2, 0, compute.sumsOf(0, 8, Double.NaN), to);

        double[] found = result(to, 3);
        assertThat(found[0]).isZero();
        assertThat(found[1]).isEqualTo(0.5);
        assertThat(found[2]).isNaN();
    }

    @Test
    void invertNormsDownToALeastOne() {
        Buffer inverse = output(4);
        Buffer open = output(4);

        kernels.inverseNorms(4, 0.5, compute.sumsOf(16, 0.25, 0, 0.01), inverse, open);

        assertThat(result(inverse, 4)).containsExactly(0.25, 2, 2, 2);
        assertThat(result(open, 4)).containsExactly(1, 0, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 300})
    void makeCoefficientsOfSums(int length) {
        double[] sums = draw(length + 2);
        double[] scale = draw(length);
        double[] plain = new double[length];
        Arrays.setAll(plain, i -> -0.375 * sums[1 + i]);
        double[] scaled = new double[length];
        Arrays.setAll(scaled, i -> -0.375 * scale[i] * sums[1 + i]);
        Buffer toPlain = output(length);
        Buffer toScaled = input(scale);

        kernels.coefficients(length, -0.375, compute.sumsOf(sums), 1, toPlain);
        kernels.scaledCoefficients(length, -0.375, toScaled, compute.sumsOf(sums), 1, toScaled);

        assertClose(result(toPlain, length), plain, ROUNDINGS);
        assertClose(result(toScaled, length), scaled, ROUNDINGS);
    }

    @Test
    void refuseWhatDoesNotFit() {
        Buffer two = compute.allocate(2);
        Buffer one = compute.allocate(1);
        Sums three = compute.sums(3);

        assertThatThrownBy(() -> kernels.ofTotals(2, 1, EPSILON, three, two, two))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("of 3 numbers");
        assertThatThrownBy(() -> kernels.coefficients(2, 1, three, 2, two))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> kernels.inverseDeviations(2, 1, EPSILON, three, one))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
