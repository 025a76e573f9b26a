// The few numbers that normalisations multiply by, in double. Floor: the launch, for there are some thousand numbers at
// most; what counts is that the host need not wait for them.

__device__ inline double meanOf(const double* totals, int channel, double count) { return totals[channel] / count; }

// The biased variance, at least 0; NaN stays.
__device__ inline double varianceOf(const double* totals, int channels, int channel, double count) {
    double mean = meanOf(totals, channel, count);
    double variance = totals[channels + channel] / count - mean * mean;
    return variance < 0 ? 0 : variance;
}

__device__ inline void writeAffine(double mean, double variance, double epsilon, float* scale, float* shift) {
    double inverse = 1 / sqrt(variance + epsilon);
    *scale = inverse;
    *shift = -mean * inverse;
}

// scale = 1 / sqrt(variance + epsilon), shift = -mean scale.
extern "C" __global__ void ofStatistics(
    int channels, double epsilon, const float* mean, const float* variance, float* scale, float* shift) {
    FOR_EACH(c, channels) {
        writeAffine(mean[c], variance[c], epsilon, scale + c, shift + c);
    }
}

// The same for mean and variance of a minibatch: totals are sums of x and behind them of its squares.
extern "C" __global__ void ofTotals(
    int channels, double count, double epsilon, const double* totals, float* scale, float* shift) {
    FOR_EACH(c, channels) {
        writeAffine(
            meanOf(totals, c, count), varianceOf(totals, channels, c, count), epsilon, scale + c, shift + c);
    }
}

// s = decay s + (1 - decay) s of the minibatch.
extern "C" __global__ void moveStatistics(
    int channels, double count, double decay, const double* totals, float* mean, float* variance) {
    FOR_EACH(c, channels) {
        mean[c] = decay * mean[c] + (1 - decay) * meanOf(totals, c, count);
        variance[c] = decay * variance[c] + (1 - decay) * varianceOf(totals, channels, c, count);
    }
}

// to[i] = 1 / sqrt(squares[i] / count + epsilon), 0 where that is the root of 0.
extern "C" __global__ void inverseDeviations(
    int length, double count, double epsilon, const double* squares, float* to) {
    FOR_EACH(i, length) {
        double deviation = sqrt(squares[i] / count + epsilon);
        to[i] = deviation == 0 ? 0 : 1 / deviation;
    }
}

// inverse[i] = 1 / max(sqrt(squares[i]), least); open[i] is 1 where the root is larger, else 0.
extern "C" __global__ void inverseNorms(
    int length, double least, const double* squares, float* inverse, float* open) {
    FOR_EACH(i, length) {
        double norm = sqrt(squares[i]);
        inverse[i] = 1 / (norm < least ? least : norm);
        open[i] = norm > least ? 1 : 0;
    }
}

// to[i] = factor scale[i] sums[i]. No scale is ones.
extern "C" __global__ void coefficients(
    int length, double factor, const float* scale, const double* sums, float* to) {
    FOR_EACH(i, length) {
        to[i] = factor * sums[i] * (scale ? scale[i] : 1);
    }
}
