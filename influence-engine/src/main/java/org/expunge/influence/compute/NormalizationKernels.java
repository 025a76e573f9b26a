package org.expunge.influence.compute;

/**
 * The few numbers that normalisations multiply by, one a channel, column or example, made of sums and statistics where
 * these are. Arithmetic is double inside. A written buffer may be one that is read.
 */
public interface NormalizationKernels {
    /** Writes {@code scale = 1/√(variance + ε)} and {@code shift = −mean · scale}, one for each channel. */
    void ofStatistics(int channels, double epsilon, Buffer mean, Buffer variance, Buffer scale, Buffer shift);

    /**
     * As {@link #ofStatistics} for the mean {@code Σx / count} and the biased variance {@code Σx² / count − mean²}, at
     * least 0, of a minibatch.
     *
     * @param channels C
     * @param count numbers that were added to each sum
     * @param epsilon ε
     * @param totals {@code Σx} of each channel and behind them {@code Σx²}: 2C sums
     * @param scale written
     * @param shift written
     */
    void ofTotals(int channels, double count, double epsilon, Sums totals, Buffer scale, Buffer shift);

    /**
     * Moves running statistics towards those of a minibatch: {@code s ← decay · s + (1 − decay) · s_batch}.
     *
     * @param channels C
     * @param count numbers that were added to each sum
     * @param decay how much of the statistics stays
     * @param totals as of {@link #ofTotals}
     * @param mean updated
     * @param variance updated
     */
    void moveStatistics(int channels, double count, double decay, Sums totals, Buffer mean, Buffer variance);

    /** Writes {@code 1/√(sums[i]/count + ε)} for the first {@code length} sums; 0 where that is the root of 0. */
    void inverseDeviations(int length, double count, double epsilon, Sums squares, Buffer to);

    /**
     * Writes {@code inverse = 1/max(√sums[i], least)} for the first {@code length} sums, and {@code open}: 1 where the
     * root is larger than {@code least}, else 0.
     */
    void inverseNorms(int length, double least, Sums squares, Buffer inverse, Buffer open);

    /** Writes {@code factor · sums[offset + i]} for {@code length} sums. */
    void coefficients(int length, double factor, Sums sums, int offset, Buffer to);

    /** Writes {@code factor · scale[i] · sums[offset + i]} for {@code length} sums. */
    void scaledCoefficients(int length, double factor, Buffer scale, Sums sums, int offset, Buffer to);
}
