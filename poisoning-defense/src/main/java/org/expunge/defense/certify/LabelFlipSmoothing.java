package org.expunge.defense.certify;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;

/**
 * Label-flip smoothing: the class that least squares on the features names most often when every training label is
 * drawn anew with probability q, with a proof of how many flipped labels leave it so. Nothing is drawn: the probability
 * is bounded in closed form.
 *
 * <p><b>Shapes.</b> n training rows of D features, a one added to each; K classes, read as one-hot rows.
 *
 * <p><b>Accuracy.</b> With {@code α = X (XᵀX + λI)⁻¹ x}, class c beats c' when {@code Σ_i α_i (Y_ic − Y_ic') > 0}, and
 * the probability that it does not is at most {@code min_{t ≥ 0} Π_i E exp(t α_i (Y_ic' − Y_ic))}. Over all c' these
 * add up; as long as r flips cannot bring the sum to one half, the class stays. The features must not know the labels:
 * raw features, an unsupervised trunk or one that learned from other rows. A trunk that was trained on these labels
 * changes with them, and then nothing is proven.
 *
 * <p><b>Cost.</b> {@code n·D² + D³/3} FLOP to fit; some 20·K·n exponentials an input.
 *
 * <p><b>Source.</b> E. Rosenfeld, E. Winston, P. Ravikumar, Z. Kolter, "Certified Robustness to Label-Flipping Attacks
 * via Randomized Smoothing", ICML 2020, section 4 and its multi-class appendix. Two classes are treated as K = 2 of the
 * same form, least squares on ±1 with a constant, in place of a threshold of one half on 0/1.
 */
public final class LabelFlipSmoothing {
    /** A radius beyond which nothing is tabulated. */
    private static final int MOST_FLIPS = 2_000;

    /** Covers the rounding of sums of some thousand terms. */
    private static final double ROUNDING = 1 + 1e-9;

    /**
     * How to smooth.
     *
     * @param flipProbability q, in (0, (K − 1)/K); more gives larger radii and less accuracy
     * @param ridge λ as a share of the mean eigenvalue of {@code XᵀX}, above 0; must not be chosen by the labels
     */
    public record Options(double flipProbability, double ridge) {
        /** Three labels of a hundred drawn anew; λ a tenth of the mean eigenvalue. */
        public static final Options DEFAULT = new Options(0.03, 0.1);

        /** Checks the ranges. */
        public Options {
            checkArgument(
                    flipProbability > 0 && flipProbability < 1,
                    "flip probability must be in (0, 1), got %s",
                    flipProbability);
            checkArgument(ridge > 0 && Double.isFinite(ridge), "ridge must be above 0, got %s", ridge);
        }
    }

    private final Engine engine;
    private final FlipNoise noise;
    private final double[][] rows;
    private final int[] labels;
    private final double[] factor;
    private final double[] failures;

    /**
     * Fits.
     *
     * @param engine where to compute; stays the caller's to close
     * @param features training rows with classes; what they are must not depend on their labels
     * @param options how to smooth
     * @throws IllegalArgumentException if there are no rows or classes, or q is too large for K
     */
    public LabelFlipSmoothing(Engine engine, Dataset features, Options options) {
        checkArgument(features.size() >= 1, "%s has no rows to fit on", features.name());
        checkArgument(features.classes() >= 2, "%s has no classes", features.name());
        this.engine = engine;
        this.noise = new FlipNoise(options.flipProbability(), features.classes());
        this.rows = new double[features.size()][];
        Arrays.setAll(rows, i -> withOne(features.row(i)));
        this.labels = new int[rows.length];
        Arrays.setAll(labels, features::label);
        this.factor = factor(engine, rows, options.ridge());
        this.failures = noise.largestFailures(Math.min(rows.length, MOST_FLIPS));
    }

    private static double[] factor(Engine engine, double[][] rows, double ridge) {
        int width = rows[0].length;
        double[] gram = new double[Math.multiplyExact(width, width)];
        engine.workers().run(width, (worker, a) -> {
            for (double[] row : rows) {
                double value = row[a];
                for (int b = 0; b < width; b++) {
                    gram[a * width + b] += value * row[b];
                }
            }
        });
        double trace = 0;
        for (int a = 0; a < width; a++) {
            trace += gram[a * width + a];
        }
        for (int a = 0; a < width; a++) {
            gram[a * width + a] += ridge * trace / width;
        }
        engine.compute().cholesky().factor(width, gram);
        return gram;
    }

    private static double[] withOne(double[] row) {
        double[] longer = Arrays.copyOf(row, row.length + 1);
        longer[row.length] = 1;
        return longer;
    }

    /**
     * Predicts with a proof.
     *
     * @param inputs m rows of the same features, whose labels are not looked at
     * @return one prediction a row; its radius counts flipped labels, and it abstains where the bound does not reach
     *     one half without any
     */
    public List<CertifiedPrediction> certify(Dataset inputs) {
        checkArgument(
                inputs.shape().length() == rows[0].length - 1,
                "inputs have %s features but the training rows %s",
                inputs.shape().length(),
                rows[0].length - 1);
        CertifiedPrediction[] predictions = new CertifiedPrediction[inputs.size()];
        engine.workers()
                .run(predictions.length, (worker, i) -> predictions[i] = certify(weights(withOne(inputs.row(i)))));
        return List.of(predictions);
    }

    /** Returns α. */
    private double[] weights(double[] input) {
        engine.compute().cholesky().solve(input.length, factor, 1, input);
        double[] alpha = new double[rows.length];
        for (int i = 0; i < alpha.length; i++) {
            for (int j = 0; j < input.length; j++) {
                alpha[i] += rows[i][j] * input[j];
            }
        }
        return alpha;
    }

    private CertifiedPrediction certify(double[] alpha) {
        double[] scores = new double[noise.classes()];
        for (int i = 0; i < alpha.length; i++) {
            scores[labels[i]] += alpha[i];
        }
        int winner = 0;
        for (int c = 1; c < scores.length; c++) {
            winner = scores[c] > scores[winner] ? c : winner;
        }
        double failure = 0;
        for (int c = 0; c < scores.length; c++) {
            failure += c == winner ? 0 : new FlipBound(noise, alpha, labels, winner, c).probability();
        }
        return new CertifiedPrediction(winner, radius(failure * ROUNDING));
    }

    /** Returns the largest number of flips that leave less than one half to all other classes. */
    private int radius(double failure) {
        int radius = CertifiedPrediction.ABSTAINS;
        while (radius + 1 < failures.length && failure < failures[radius + 1]) {
            radius++;
        }
        return radius;
    }
}
