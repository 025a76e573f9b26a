package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.transform.DftNormalization;
import org.apache.commons.math3.transform.FastFourierTransformer;
import org.apache.commons.math3.transform.TransformType;

/**
 * How sound becomes an image: rows before normalisation are samples in [−1, 1], and a network takes {@code 1 × mels ×
 * frames} numbers {@code ln(1e-6 + E[m, t])}.
 *
 * <p>Frame t holds samples {@code t·hop} to {@code t·hop + window − 1}, times a Hann window {@code ½ − ½
 * cos(2πn/window)}; it is padded with zeros to a power of two, N, and {@code P[k] = |X[k]|²} is the power of its
 * discrete Fourier transform at {@code f = k·rate/N}, k from 0 to N/2. {@code E[m, t] = Σ_k w_m(f_k) P[k]} with
 * triangles: {@code w_m} rises from 0 at {@code c_m} to 1 at {@code c_{m+1}} and falls to 0 at {@code c_{m+2}}, where
 * the {@code mels + 2} points c are evenly spread from 0 to half the rate in mel, {@code 2595 log₁₀(1 + f/700)}.
 * Nothing is emphasised first.
 *
 * <p><b>Cost.</b> O(frames · N log N) a row. Applied once to all rows, which are then kept as floats.
 *
 * <p><b>Source.</b> S. Davis and P. Mermelstein, "Comparison of Parametric Representations for Monosyllabic Word
 * Recognition", IEEE Transactions on Acoustics, Speech and Signal Processing 28(4), 1980, with the mel formula of D.
 * O'Shaughnessy, "Speech Communication", 1987.
 *
 * @param rate samples a second, at least 1
 * @param samples samples of a row, at least {@code window}
 * @param window samples of a frame, at least 2
 * @param hop samples from one frame to the next, at least 1
 * @param mels number of triangles, at least 1
 */
public record LogMel(int rate, int samples, int window, int hop, int mels) implements Encoding {
    private static final double FLOOR = 1e-6;

    /** Checks the sizes. */
    public LogMel {
        checkArgument(rate >= 1, "the rate must be at least 1, got %s", rate);
        checkArgument(window >= 2, "a window must hold at least 2 samples, got %s", window);
        checkArgument(samples >= window, "%s samples are less than a window of %s", samples, window);
        checkArgument(hop >= 1, "hop must be at least 1 sample, got %s", hop);
        checkArgument(mels >= 1, "mels must be at least 1, got %s", mels);
        double[][] filters = filters(rate, size(window), mels);
        for (int m = 0; m < mels; m++) {
            checkArgument(
                    Arrays.stream(filters[m]).anyMatch(weight -> weight > 0),
                    "%s mels are too many for a window of %s samples: triangle %s holds no frequency; take fewer mels"
                            + " or a longer window",
                    mels,
                    window,
                    m);
        }
    }

    /**
     * Returns the number of frames of a row.
     *
     * @return {@code 1 + (samples − window)/hop}, rounded down
     */
    public int frames() {
        return 1 + (samples - window) / hop;
    }

    /**
     * Returns the shape of what a network takes.
     *
     * @return {@code 1 × mels × frames}
     */
    public Shape shape() {
        return new Shape(1, mels, frames());
    }

    /**
     * Makes the spectrogram of one row.
     *
     * @param wave {@code samples} samples
     * @return {@code mels · frames} logarithms, mel after mel
     */
    public double[] apply(double[] wave) {
        checkArgument(wave.length == samples, "a row has %s samples, not %s", wave.length, samples);
        return apply(wave, filters(rate, size(window), mels));
    }

    /** Makes the spectrograms of all rows. */
    Dataset apply(Dataset data) {
        double[][] filters = filters(rate, size(window), mels);
        int width = mels * frames();
        float[] values = new float[Math.multiplyExact(data.size(), width)];
        IntStream.range(0, data.size()).parallel().forEach(i -> {
            double[] row = apply(data.row(i), filters);
            for (int j = 0; j < width; j++) {
                values[i * width + j] = (float) row[j];
            }
        });
        return data.withFeatures(shape(), StoredFeatures.ofFloats(values, width));
    }

    private double[] apply(double[] wave, double[][] filters) {
        int size = size(window);
        int frames = frames();
        double[] result = new double[mels * frames];
        double[] power = new double[size / 2 + 1];
        for (int t = 0; t < frames; t++) {
            double[][] spectrum = new double[2][size];
            for (int n = 0; n < window; n++) {
                spectrum[0][n] = wave[t * hop + n] * (0.5 - 0.5 * Math.cos(2 * Math.PI * n / window));
            }
            FastFourierTransformer.transformInPlace(spectrum, DftNormalization.STANDARD, TransformType.FORWARD);
            for (int k = 0; k < power.length; k++) {
                power[k] = spectrum[0][k] * spectrum[0][k] + spectrum[1][k] * spectrum[1][k];
            }
            for (int m = 0; m < mels; m++) {
                double energy = 0;
                for (int k = 0; k < power.length; k++) {
                    energy += filters[m][k] * power[k];
                }
                result[m * frames + t] = Math.log(FLOOR + energy);
            }
        }
        return result;
    }

    /** Returns the triangles' weights, {@code mels × (size/2 + 1)}. */
    private static double[][] filters(int rate, int size, int mels) {
        double top = mel(rate / 2.0);
        double[] corners = new double[mels + 2];
        Arrays.setAll(corners, i -> hertz(top * i / (mels + 1)));
        double[][] filters = new double[mels][size / 2 + 1];
        for (int m = 0; m < mels; m++) {
            for (int k = 0; k < filters[m].length; k++) {
                double f = (double) k * rate / size;
                double rise = (f - corners[m]) / (corners[m + 1] - corners[m]);
                double fall = (corners[m + 2] - f) / (corners[m + 2] - corners[m + 1]);
                filters[m][k] = Math.max(0, Math.min(rise, fall));
            }
        }
        return filters;
    }

    private static double mel(double hertz) {
        return 2595 * Math.log10(1 + hertz / 700);
    }

    private static double hertz(double mel) {
        return 700 * (Math.pow(10, mel / 2595) - 1);
    }

    /** The power of two that holds a window. */
    private static int size(int window) {
        int size = Integer.highestOneBit(window);
        return size == window ? size : 2 * size;
    }
}
