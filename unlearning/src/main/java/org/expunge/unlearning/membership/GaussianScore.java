package org.expunge.unlearning.membership;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;

/**
 * The Gaussian unlearning score: how far the loss at the clean rows still falls along the noise that was added to them
 * for training. A model that never saw the noisy rows knows nothing of the noise, and the scores are then exactly
 * standard normal; no model needs retraining for that.
 *
 * <p><b>Units.</b> A score is {@code −⟨ξ, ∇ₓℓ(x)⟩ / (s ‖∇ₓℓ(x)‖)}, so that a row still known has a positive one.
 *
 * <p><b>Accuracy.</b> The interval of the mean is that of the null, whose standard deviation is 1; Wilson's for the
 * share. Scores of one model are independent under the null, as their noises are.
 *
 * <p><b>Source.</b> M. Pawelczyk, J. Z. Di, Y. Lu, G. Kamath, A. Sekhari and S. Neel, "Machine Unlearning Fails to
 * Remove Data Poisoning Attacks", ICLR 2025, section 4. Deviation: the sign, so that one direction holds for all
 * attacks.
 *
 * @param mean of the scores; 0 where forgotten
 * @param deviation their standard deviation; 1 where forgotten
 * @param truePositives share of scores beyond the point that 1 % of standard normal ones exceed; 0.01 where forgotten
 * @param scores how many
 */
public record GaussianScore(Estimate mean, double deviation, Estimate truePositives, int scores) {
    /** What a hundredth of standard normal numbers exceed. */
    private static final double TOP_PERCENT = 2.326348;

    /** Summarises scores, at least 2. */
    public static GaussianScore of(double[] scores) {
        int n = scores.length;
        checkArgument(n >= 2, "a score of canaries needs at least 2, got %s", n);
        double mean = Arrays.stream(scores).sum() / n;
        double squares = Arrays.stream(scores).map(s -> (s - mean) * (s - mean)).sum();
        int hits = (int) Arrays.stream(scores).filter(s -> s > TOP_PERCENT).count();
        return new GaussianScore(
                new Estimate(mean, Interval.around(mean, 1 / Math.sqrt(n))),
                Math.sqrt(squares / (n - 1)),
                new Estimate((double) hits / n, Interval.ofShare(hits, n)),
                n);
    }
}
