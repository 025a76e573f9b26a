package org.expunge.influence.compute.cuda;

import static org.expunge.influence.compute.KernelChecks.checkHolds;
import static org.expunge.influence.compute.KernelChecks.checkRange;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.NormalizationKernels;
import org.expunge.influence.compute.Sums;

/** Coefficients of normalisations, one launch each: {@code normalization.cu}. Nothing waits for the device. */
final class CudaNormalization implements NormalizationKernels {
    private static final String MODULE = "normalization";

    private final CudaDevice device;

    CudaNormalization(CudaDevice device) {
        this.device = device;
    }

    @Override
    public void ofStatistics(int channels, double epsilon, Buffer mean, Buffer variance, Buffer scale, Buffer shift) {
        checkHolds("the mean", mean, channels);
        checkHolds("the variance", variance, channels);
        checkHolds("the scale", scale, channels);
        checkHolds("the shift", shift, channels);
        launch("ofStatistics", channels)
                .value(epsilon)
                .read(mean)
                .read(variance)
                .write(scale)
                .write(shift)
                .over(channels);
    }

    @Override
    public void ofTotals(int channels, double count, double epsilon, Sums totals, Buffer scale, Buffer shift) {
        checkRange("the totals", totals, 0, 2L * channels);
        checkHolds("the scale", scale, channels);
        checkHolds("the shift", shift, channels);
        launch("ofTotals", channels)
                .value(count)
                .value(epsilon)
                .read(totals, 0)
                .write(scale)
                .write(shift)
                .over(channels);
    }

    @Override
    public void moveStatistics(int channels, double count, double decay, Sums totals, Buffer mean, Buffer variance) {
        checkRange("the totals", totals, 0, 2L * channels);
        checkHolds("the mean", mean, channels);
        checkHolds("the variance", variance, channels);
        launch("moveStatistics", channels)
                .value(count)
                .value(decay)
                .read(totals, 0)
                .write(mean)
                .write(variance)
                .over(channels);
    }

    @Override
    public void inverseDeviations(int length, double count, double epsilon, Sums squares, Buffer to) {
        checkRange("the squares", squares, 0, length);
        checkHolds("the result", to, length);
        launch("inverseDeviations", length)
                .value(count)
                .value(epsilon)
                .read(squares, 0)
                .write(to)
                .over(length);
    }

    @Override
    public void inverseNorms(int length, double least, Sums squares, Buffer inverse, Buffer open) {
        checkRange("the squares", squares, 0, length);
        checkHolds("the inverse", inverse, length);
        checkHolds("the open ones", open, length);
        launch("inverseNorms", length)
                .value(least)
                .read(squares, 0)
                .write(inverse)
                .write(open)
                .over(length);
    }

    @Override
    public void coefficients(int length, double factor, Sums sums, int offset, Buffer to) {
        checkRange("the sums", sums, offset, length);
        checkHolds("the coefficients", to, length);
        launch("coefficients", length)
                .value(factor)
                .nothing()
                .read(sums, offset)
                .write(to)
                .over(length);
    }

    @Override
    public void scaledCoefficients(int length, double factor, Buffer scale, Sums sums, int offset, Buffer to) {
        checkHolds("the scale", scale, length);
        checkRange("the sums", sums, offset, length);
        checkHolds("the coefficients", to, length);
        launch("coefficients", length)
                .value(factor)
                .read(scale)
                .read(sums, offset)
                .write(to)
                .over(length);
    }

    private Launch launch(String kernel, int length) {
        return device.launch(MODULE, kernel).value(length);
    }
}
