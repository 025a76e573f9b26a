package org.expunge.unlearning.membership;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A lower bound on ε: an attack with these error rates is impossible on a process whose outputs with and without a row
 * are (ε, δ)-indistinguishable.
 *
 * <p><b>Accuracy.</b> The threshold is chosen on one half of the scores and the rates are counted on the other, each
 * with its Clopper-Pearson limit at half the risk, so that the choice costs nothing. Scores of one run share its model,
 * and the limits take them for independent: with few runs the bound is rather too high than too low.
 *
 * <p><b>Source.</b> M. Jagielski, J. Ullman and A. Oprea, "Auditing Differentially Private Machine Learning", NeurIPS
 * 2020, section 3; P. Kairouz, S. Oh and P. Viswanath, "The Composition Theorem for Differential Privacy", ICML 2015,
 * theorem 2.1.
 *
 * @param epsilon the bound; 0 where nothing is shown
 * @param delta δ
 * @param confidence chance that ε is at least the bound
 * @param threshold the score from which a row was called forgotten
 * @param falsePositives largest plausible share of rows never seen that were called so
 * @param falseNegatives largest plausible share of forgotten rows that were not
 * @param limit the largest bound that so many scores could have shown
 */
public record EpsilonBound(
        double epsilon,
        double delta,
        double confidence,
        double threshold,
        double falsePositives,
        double falseNegatives,
        double limit) {
    /** Scores of forgotten rows and of rows never seen. */
    private static final class Scores {
        private final double[] ins;
        private final double[] outs;

        Scores(double[] ins, double[] outs) {
            checkArgument(
                    ins.length >= 1 && outs.length >= 1,
                    "a bound needs scores on both sides, got %s and %s",
                    ins.length,
                    outs.length);
            this.ins = ins;
            this.outs = outs;
        }
    }

    /**
     * Bounds ε.
     *
     * @param scores T × c, the larger the likelier forgotten; pairs of runs are shared out over the two halves
     * @param isIn T × c: whether the row was forgotten; T at least 4
     * @param delta δ, in [0, 1)
     * @param confidence of the bound, in (0, 1)
     */
    public static EpsilonBound of(double[][] scores, boolean[][] isIn, double delta, double confidence) {
        RowScores.checkPairs(isIn);
        checkArgument(scores.length >= 4, "a bound needs at least 4 runs, got %s", scores.length);
        return of(half(scores, isIn, 0), half(scores, isIn, 1), delta, confidence);
    }

    private static Scores half(double[][] scores, boolean[][] isIn, int half) {
        return new Scores(side(scores, isIn, half, true), side(scores, isIn, half, false));
    }

    private static double[] side(double[][] scores, boolean[][] isIn, int half, boolean side) {
        return IntStream.range(0, scores.length)
                .filter(t -> t / 2 % 2 == half)
                .boxed()
                .flatMapToDouble(t -> IntStream.range(0, scores[t].length)
                        .filter(c -> isIn[t][c] == side)
                        .mapToDouble(c -> scores[t][c]))
                .toArray();
    }

    private static EpsilonBound of(Scores choice, Scores test, double delta, double confidence) {
        checkArgument(delta >= 0 && delta < 1, "delta must be in [0, 1), got %s", delta);
        checkArgument(confidence > 0 && confidence < 1, "confidence must be in (0, 1), got %s", confidence);
        double miss = (1 - confidence) / 2;
        EpsilonBound best = null;
        for (double threshold : Arrays.stream(choice.ins).distinct().toArray()) {
            best = better(best, at(threshold, choice, delta, confidence, miss));
        }
        return at(best == null ? 0 : best.threshold(), test, delta, confidence, miss);
    }

    private static EpsilonBound better(@Nullable EpsilonBound best, EpsilonBound other) {
        return best == null || other.epsilon() > best.epsilon() ? other : best;
    }

    private static EpsilonBound at(double threshold, Scores scores, double delta, double confidence, double miss) {
        int falsePositives =
                (int) Arrays.stream(scores.outs).filter(s -> s >= threshold).count();
        int falseNegatives =
                (int) Arrays.stream(scores.ins).filter(s -> s < threshold).count();
        double fpr = ClopperPearson.upper(falsePositives, scores.outs.length, miss);
        double fnr = ClopperPearson.upper(falseNegatives, scores.ins.length, miss);
        double outLimit = ClopperPearson.upper(0, scores.outs.length, miss);
        double inLimit = ClopperPearson.upper(0, scores.ins.length, miss);
        return new EpsilonBound(
                epsilon(fpr, fnr, delta), delta, confidence, threshold, fpr, fnr, epsilon(outLimit, inLimit, delta));
    }

    private static double epsilon(double fpr, double fnr, double delta) {
        double one = 1 - delta - fpr > 0 ? Math.log((1 - delta - fpr) / fnr) : 0;
        double other = 1 - delta - fnr > 0 ? Math.log((1 - delta - fnr) / fpr) : 0;
        return Math.max(0, Math.max(one, other));
    }
}
