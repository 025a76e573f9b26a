package org.expunge.defense.model;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.RowSample;
import org.expunge.influence.network.Model;

/**
 * STRIP: superimposes clean rows on an input. What a clean input is taken for then changes with the row on top, and the
 * probabilities spread; a trigger that survives keeps its class, and the entropy stays low.
 *
 * <p><b>Shapes.</b> N clean rows are laid over each of n inputs; the score is minus the mean over the N of {@code −Σ_k
 * F_k ln F_k}.
 *
 * <p><b>Units.</b> Nats, in [−ln K, 0]; larger is more suspicious.
 *
 * <p><b>Accuracy.</b> The entropy runs over the K classes of each blend. Taken over the N blends of each class, as one
 * toolkit does, it says how alike the blends are and ranks a clean input that is always unsure above a triggered one.
 *
 * <p><b>Cost.</b> N forward passes an input.
 *
 * <p><b>Source.</b> Y. Gao et al., "STRIP: A Defence Against Trojan Attacks on Deep Neural Networks", ACSAC 2019,
 * section 4. Rows are blended with weights {@code 1 − α} and α, so that a blend stays in the range of the features and
 * commutes with the normalisation; the same N rows serve all inputs.
 */
public final class Strip implements InputScore {
    /** Inputs whose blends are evaluated together, to bound memory. */
    private static final int CHUNK = 32;

    /**
     * How to blend.
     *
     * @param overlays N, at least 1; all clean rows if there are fewer
     * @param weight α of the clean row, in (0, 1)
     * @param seed decides which clean rows
     */
    public record Options(int overlays, double weight, long seed) {
        /** 64 rows, half and half. */
        public static final Options DEFAULT = new Options(64, 0.5, 0);

        /** Checks the ranges. */
        public Options {
            checkArgument(overlays >= 1, "overlays must be at least 1, got %s", overlays);
            checkArgument(weight > 0 && weight < 1, "weight must be in (0, 1), got %s", weight);
        }
    }

    private final Answers answers;
    private final double[][] overlays;
    private final double weight;

    /**
     * Draws the clean rows.
     *
     * @param engine where it runs; stays the caller's to close
     * @param model the model
     * @param clean normalised rows that nobody attacked, at least 1
     * @param options how to blend
     */
    public Strip(Engine engine, Model model, Dataset clean, Options options) {
        checkArgument(clean.size() >= 1, "STRIP needs clean rows to lay over inputs, but %s is empty", clean.name());
        checkArgument(clean.words().isEmpty(), "%s is text, and words cannot be laid over each other", clean.name());
        this.answers = new Answers(engine, model);
        this.weight = options.weight();
        Dataset drawn = RowSample.of(clean, options.overlays(), options.seed());
        this.overlays = IntStream.range(0, drawn.size()).mapToObj(drawn::row).toArray(double[][]::new);
    }

    @Override
    public String name() {
        return "STRIP";
    }

    @Override
    public double[] score(Dataset inputs) {
        double[] scores = new double[inputs.size()];
        for (int from = 0; from < scores.length; from += CHUNK) {
            score(inputs, from, Math.min(scores.length, from + CHUNK), scores);
        }
        return scores;
    }

    private void score(Dataset inputs, int from, int to, double[] scores) {
        int n = overlays.length;
        int width = inputs.shape().length();
        double[] blends = new double[Math.multiplyExact(Math.multiplyExact(to - from, n), width)];
        int[] origins = new int[(to - from) * n];
        for (int i = from; i < to; i++) {
            double[] input = inputs.row(i);
            for (int o = 0; o < n; o++) {
                int row = (i - from) * n + o;
                origins[row] = i;
                for (int j = 0; j < width; j++) {
                    blends[row * width + j] = (1 - weight) * input[j] + weight * overlays[o][j];
                }
            }
        }
        double[][] probabilities = answers.probabilities(Answers.madeFrom(inputs, Features.of(blends, width), origins));
        for (int i = from; i < to; i++) {
            int first = (i - from) * n;
            scores[i] = -meanEntropy(Arrays.copyOfRange(probabilities, first, first + n));
        }
    }

    /** Returns the mean over the rows of the entropy over the columns. */
    static double meanEntropy(double[][] probabilities) {
        double sum = 0;
        for (double[] blend : probabilities) {
            for (double p : blend) {
                sum -= p > 0 ? p * Math.log(p) : 0;
            }
        }
        return sum / probabilities.length;
    }
}
