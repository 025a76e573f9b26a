package org.expunge.unlearning.membership;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.Evaluation;

/**
 * Logit-scaled confidence in the true class, {@code ln p_y − ln Σ_{k≠y} p_k}: over trainings it is nearly normal, which
 * losses and probabilities are not.
 *
 * <p><b>Units.</b> Nats; 0 where the true class has probability one half, and no bound on either side but that of the
 * smallest number, 1e-45.
 *
 * <p><b>Source.</b> N. Carlini, S. Chien, M. Nasr, S. Song, A. Terzis and F. Tramèr, "Membership Inference Attacks From
 * First Principles", IEEE S&amp;P 2022, section IV.C.
 */
public final class Confidence {
    /** The smallest float32 above zero: what single-precision backends can tell from zero. */
    private static final double SMALLEST = 1e-45;

    private Confidence() {}

    /**
     * Computes the confidence of every row.
     *
     * @param loss the network's; one of classes
     * @param evaluation the network's answers on the rows
     * @param data the rows, with their classes
     * @return one number a row
     * @throws IllegalArgumentException if the rows have no classes
     */
    public static double[] of(Loss loss, Evaluation evaluation, Dataset data) {
        checkArgument(data.classes() > 0, "%s has no classes, and attacks on single rows need them", data.name());
        double[] losses = evaluation.losses();
        double[] confidences = new double[data.size()];
        for (int row = 0; row < confidences.length; row++) {
            confidences[row] = loss == Loss.SOFTMAX_CROSS_ENTROPY
                    ? ofProbabilities(evaluation.prediction(row), data.label(row))
                    : -Math.log(Math.max(SMALLEST, Math.expm1(losses[row])));
        }
        return confidences;
    }

    /** The other classes are summed and not taken as {@code 1 − p_y}, which is 0 in rounding for a sure row. */
    private static double ofProbabilities(double[] probabilities, int label) {
        double others = 0;
        for (int k = 0; k < probabilities.length; k++) {
            others += k == label ? 0 : probabilities[k];
        }
        return Math.log(Math.max(SMALLEST, probabilities[label])) - Math.log(Math.max(SMALLEST, others));
    }
}
