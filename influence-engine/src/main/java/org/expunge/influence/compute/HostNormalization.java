package org.expunge.influence.compute;

import static org.expunge.influence.compute.KernelChecks.checkRange;

import java.util.Arrays;

/** Coefficients on the Java heap, for every backend that can be read without waiting. */
public final class HostNormalization implements NormalizationKernels {
    private final Compute compute;

    /** Reads and writes buffers of {@code compute}. */
    public HostNormalization(Compute compute) {
        this.compute = compute;
    }

    @Override
    public void ofStatistics(int channels, double epsilon, Buffer mean, Buffer variance, Buffer scale, Buffer shift) {
        write(channels, epsilon, load(mean, channels), load(variance, channels), scale, shift);
    }

    @Override
    public void ofTotals(int channels, double count, double epsilon, Sums totals, Buffer scale, Buffer shift) {
        write(channels, epsilon, means(channels, count, totals), variances(channels, count, totals), scale, shift);
    }

    private void write(int channels, double epsilon, double[] mean, double[] variance, Buffer scale, Buffer shift) {
        double[] scales = new double[channels];
        double[] shifts = new double[channels];
        for (int c = 0; c < channels; c++) {
            scales[c] = 1 / Math.sqrt(variance[c] + epsilon);
            shifts[c] = -mean[c] * scales[c];
        }
        store(scales, scale);
        store(shifts, shift);
    }

    @Override
    public void moveStatistics(int channels, double count, double decay, Sums totals, Buffer mean, Buffer variance) {
        move(means(channels, count, totals), decay, mean);
        move(variances(channels, count, totals), decay, variance);
    }

    private void move(double[] moments, double decay, Buffer statistics) {
        double[] moved = load(statistics, moments.length);
        for (int c = 0; c < moments.length; c++) {
            moved[c] = decay * moved[c] + (1 - decay) * moments[c];
        }
        store(moved, statistics);
    }

    private static double[] means(int channels, double count, Sums totals) {
        checkRange("the totals", totals, 0, 2L * channels);
        double[] means = Arrays.copyOf(HostSums.valuesOf(totals), channels);
        for (int c = 0; c < channels; c++) {
            means[c] /= count;
        }
        return means;
    }

    /** Totals are double, so their difference keeps the digits of float data. */
    private static double[] variances(int channels, double count, Sums totals) {
        double[] variances = means(channels, count, totals);
        double[] values = HostSums.valuesOf(totals);
        for (int c = 0; c < channels; c++) {
            variances[c] = Math.max(0, values[channels + c] / count - variances[c] * variances[c]);
        }
        return variances;
    }

    @Override
    public void inverseDeviations(int length, double count, double epsilon, Sums squares, Buffer to) {
        checkRange("the squares", squares, 0, length);
        double[] inverse = Arrays.copyOf(HostSums.valuesOf(squares), length);
        for (int i = 0; i < length; i++) {
            double deviation = Math.sqrt(inverse[i] / count + epsilon);
            inverse[i] = deviation == 0 ? 0 : 1 / deviation;
        }
        store(inverse, to);
    }

    @Override
    public void inverseNorms(int length, double least, Sums squares, Buffer inverse, Buffer open) {
        checkRange("the squares", squares, 0, length);
        double[] values = HostSums.valuesOf(squares);
        double[] inverses = new double[length];
        double[] opens = new double[length];
        for (int i = 0; i < length; i++) {
            double norm = Math.sqrt(values[i]);
            inverses[i] = 1 / Math.max(norm, least);
            opens[i] = norm > least ? 1 : 0;
        }
        store(inverses, inverse);
        store(opens, open);
    }

    @Override
    public void coefficients(int length, double factor, Sums sums, int offset, Buffer to) {
        checkRange("the sums", sums, offset, length);
        double[] values = HostSums.valuesOf(sums);
        double[] coefficients = new double[length];
        for (int i = 0; i < length; i++) {
            coefficients[i] = factor * values[offset + i];
        }
        store(coefficients, to);
    }

    @Override
    public void scaledCoefficients(int length, double factor, Buffer scale, Sums sums, int offset, Buffer to) {
        checkRange("the sums", sums, offset, length);
        double[] values = HostSums.valuesOf(sums);
        double[] coefficients = load(scale, length);
        for (int i = 0; i < length; i++) {
            coefficients[i] *= factor * values[offset + i];
        }
        store(coefficients, to);
    }

    private double[] load(Buffer buffer, int length) {
        double[] values = new double[length];
        compute.read(buffer, 0, values, 0, length);
        return values;
    }

    private void store(double[] values, Buffer to) {
        compute.write(values, 0, to, 0, values.length);
    }
}
