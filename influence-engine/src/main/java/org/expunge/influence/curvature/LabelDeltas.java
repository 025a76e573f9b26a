package org.expunge.influence.curvature;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.network.LayerConsumer;
import org.expunge.influence.network.Pass;

/**
 * Sends derivatives at the logits back whose second moments, summed over the backward passes, are those of the Fisher
 * matrix: {@code Σ_k u_k u_kᵀ = Λ}, or an unbiased draw of it.
 *
 * <p>For softmax {@code u_k = √π_k (π − e_k)}; for a sigmoid {@code u_k = √(π_k (1 − π_k)) e_k}; for a squared error
 * {@code c Σ (z − y)²}, the loss of {@code y ~ N(z, 1/(2c))}, {@code u_k = √(2c) e_k}.
 */
public final class LabelDeltas {
    private static final long STEP = 0x9E3779B97F4A7C15L;

    private final LabelMode mode;
    private final long seed;
    private final int samples;

    /**
     * Chooses what is sent back; of {@link LabelMode#SAMPLED}, one draw a row.
     *
     * @param mode whose moments
     * @param seed of draws
     */
    public LabelDeltas(LabelMode mode, long seed) {
        this(mode, seed, 1);
    }

    /**
     * Chooses what is sent back.
     *
     * @param mode whose moments
     * @param seed of draws, with {@link LabelMode#SAMPLED}
     * @param samples S, draws a row with {@link LabelMode#SAMPLED}, each scaled by {@code 1/√S}; with 0 nothing is sent
     *     back
     */
    public LabelDeltas(LabelMode mode, long seed, int samples) {
        checkArgument(samples >= 0, "samples must be at least 0, got %s", samples);
        this.mode = mode;
        this.seed = seed;
        this.samples = samples;
    }

    /** Sends nothing back: for what depends on inputs alone. */
    public static LabelDeltas none() {
        return new LabelDeltas(LabelMode.SAMPLED, 0, 0);
    }

    /**
     * Runs the backward passes of a tile.
     *
     * @param pass the pass, forwarded
     * @param from index of its first row within the whole data set, which decides its draws
     * @param consumer sees every layer once for each pass
     */
    public void backward(Pass pass, int from, LayerConsumer consumer) {
        if (mode == LabelMode.EMPIRICAL) {
            pass.lossDelta();
            pass.backward(consumer);
            return;
        }
        double[][] predictions = pass.predictions();
        SplittableRandom[] draws = new SplittableRandom[pass.batch()];
        Arrays.setAll(draws, b -> drawsOf(from + b));
        int passes = mode == LabelMode.EXACT ? pass.network().outputs() : samples;
        for (int k = 0; k < passes; k++) {
            int outputs = pass.network().outputs();
            int batch = pass.batch();
            double[] delta = new double[outputs * batch];
            double[] row = new double[outputs];
            for (int b = 0; b < batch; b++) {
                if (mode == LabelMode.EXACT) {
                    exact(pass.network().loss(), predictions[b], k, row);
                } else {
                    sampled(pass.network().loss(), predictions[b], draws[b], row);
                }
                for (int j = 0; j < outputs; j++) {
                    delta[j * batch + b] = row[j];
                }
            }
            write(pass.compute(), delta, pass.outputDelta());
            pass.backward(consumer);
        }
    }

    /**
     * Seeds are mixed once more: the generator steps by as much as rows do, and would repeat the next row's numbers.
     */
    private SplittableRandom drawsOf(int row) {
        return new SplittableRandom(new SplittableRandom(seed + STEP * (row + 1L)).nextLong());
    }

    private static void write(Compute compute, double[] delta, Buffer to) {
        compute.write(delta, 0, to, 0, delta.length);
    }

    private static void exact(Loss loss, double[] prediction, int k, double[] row) {
        switch (loss) {
            case SOFTMAX_CROSS_ENTROPY -> residual(prediction, k, Math.sqrt(prediction[k]), row);
            case SIGMOID_CROSS_ENTROPY -> unit(k, Math.sqrt(prediction[k] * (1 - prediction[k])), row);
            case MEAN_SQUARED_ERROR -> unit(k, Math.sqrt(2.0 / row.length), row);
            case SQUARED_ERROR -> unit(k, Math.sqrt(2), row);
        }
    }

    private void sampled(Loss loss, double[] prediction, SplittableRandom random, double[] row) {
        switch (loss) {
            case SOFTMAX_CROSS_ENTROPY -> residual(prediction, draw(prediction, random), 1, row);
            case SIGMOID_CROSS_ENTROPY -> {
                for (int j = 0; j < row.length; j++) {
                    row[j] = random.nextDouble() < prediction[j] ? prediction[j] - 1 : prediction[j];
                }
            }
            case MEAN_SQUARED_ERROR -> gaussian(random, Math.sqrt(2.0 / row.length), row);
            case SQUARED_ERROR -> gaussian(random, Math.sqrt(2), row);
        }
        for (int j = 0; samples > 1 && j < row.length; j++) {
            row[j] /= Math.sqrt(samples);
        }
    }

    /**
     * Writes {@code scale (π − e_label)}; {@code π_label − 1} as the sum of the others, which rounding leaves whole.
     */
    private static void residual(double[] prediction, int label, double scale, double[] row) {
        double others = 0;
        for (int j = 0; j < row.length; j++) {
            row[j] = scale * prediction[j];
            others += j == label ? 0 : row[j];
        }
        row[label] = -others;
    }

    private static void unit(int k, double scale, double[] row) {
        Arrays.fill(row, 0);
        row[k] = scale;
    }

    private static void gaussian(SplittableRandom random, double deviation, double[] row) {
        for (int j = 0; j < row.length; j++) {
            row[j] = deviation * random.nextGaussian();
        }
    }

    private static int draw(double[] prediction, SplittableRandom random) {
        double left = random.nextDouble();
        for (int j = 0; j < prediction.length - 1; j++) {
            left -= prediction[j];
            if (left < 0) {
                return j;
            }
        }
        return prediction.length - 1;
    }
}
