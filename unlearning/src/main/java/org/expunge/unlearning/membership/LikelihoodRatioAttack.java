package org.expunge.unlearning.membership;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.evaluate.Bootstrap;

/**
 * U-LiRA: for each row, is the confidence of an unlearned model likelier if the row was trained on and then forgotten,
 * or if it was never there? Both laws are of models of the same algorithm, so that a drift common to all rows does not
 * count.
 *
 * <p><b>Shapes.</b> T runs × c candidate rows.
 *
 * <p><b>Units.</b> Confidences of {@link Confidence}; scores are log-likelihood ratios in nats.
 *
 * <p><b>Accuracy.</b> The run under attack and its complement are both left out of the two normals of a row, which then
 * rest on T/2 − 1 confidences each: leaving out the run alone would make the law on its own side the noisier one and
 * push models that never saw the rows below one half.
 *
 * <p><b>Cost.</b> {@code T² c}, beside T trainings.
 *
 * <p><b>Source.</b> J. Hayes, I. Shumailov, E. Triantafillou, A. Khalifa and N. Papernot, "Inexact Unlearning Needs
 * More Careful Evaluations to Avoid a False Sense of Privacy", SaTML 2025, section 4; N. Carlini and others,
 * "Membership Inference Attacks From First Principles", IEEE S&amp;P 2022, algorithm 1. Deviations: paired runs, as
 * above.
 */
public final class LikelihoodRatioAttack {
    /**
     * How the attack is run.
     *
     * @param deviationFloor least standard deviation of a law, above 0: few runs can agree by chance
     * @param falsePositives rate at which true positives are reported, in (0, 1)
     * @param bootstrap how intervals are made
     */
    public record Options(double deviationFloor, double falsePositives, Bootstrap.Options bootstrap) {
        /** A floor of 0.1 nats, true positives at 1 % false ones, 1 000 resamples. */
        public static final Options DEFAULT = new Options(0.1, 0.01, new Bootstrap.Options(1_000, 0.95, 0));

        /** Checks the ranges. */
        public Options {
            checkArgument(deviationFloor > 0, "deviationFloor must be above 0, got %s", deviationFloor);
            checkArgument(
                    falsePositives > 0 && falsePositives < 1,
                    "falsePositives must be in (0, 1), got %s",
                    falsePositives);
        }
    }

    private final Options options;

    /** Keeps the options. */
    public LikelihoodRatioAttack(Options options) {
        this.options = options;
    }

    /**
     * Attacks.
     *
     * @param confidences T × c, T even and at least 6
     * @param isIn T × c: whether the row was trained on and forgotten in that run; rows {@code 2k} and {@code 2k + 1}
     *     are complements
     * @return what it reached
     */
    public RowFigures attack(double[][] confidences, boolean[][] isIn) {
        return new RowScores(scores(confidences, isIn), isIn).figures(options.falsePositives(), options.bootstrap());
    }

    /**
     * Scores every row in every run.
     *
     * @param confidences as for {@link #attack}
     * @param isIn as for {@link #attack}
     * @return T × c log-likelihood ratios: above 0 where the row looks forgotten, not never seen
     */
    public double[][] scores(double[][] confidences, boolean[][] isIn) {
        RowScores.checkPairs(isIn);
        int runs = confidences.length;
        checkArgument(runs >= 6, "laws of one value have no width: at least 6 runs are needed, got %s", runs);
        int rows = confidences[0].length;
        double[][] scores = new double[runs][rows];
        for (int t = 0; t < runs; t++) {
            for (int c = 0; c < rows; c++) {
                scores[t][c] = logDensity(confidences, isIn, t, c, true) - logDensity(confidences, isIn, t, c, false);
            }
        }
        return scores;
    }

    /** Without {@code ½ ln 2π}, which cancels. */
    private double logDensity(double[][] confidences, boolean[][] isIn, int run, int row, boolean side) {
        int n = confidences.length / 2 - 1;
        double mean = 0;
        for (int k = 0; k < confidences.length; k++) {
            mean += isOther(run, k) && isIn[k][row] == side ? confidences[k][row] / n : 0;
        }
        double squares = 0;
        for (int k = 0; k < confidences.length; k++) {
            double deviation = isOther(run, k) && isIn[k][row] == side ? confidences[k][row] - mean : 0;
            squares += deviation * deviation;
        }
        double deviation = Math.max(options.deviationFloor(), Math.sqrt(squares / (n - 1)));
        double z = (confidences[run][row] - mean) / deviation;
        return -z * z / 2 - Math.log(deviation);
    }

    private static boolean isOther(int run, int k) {
        return k / 2 != run / 2;
    }
}
