package org.expunge.influence.score.target;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.compute.Loss;

/** Probabilities of classes and their derivatives at the logits, for softmax and for a single sigmoid alike. */
final class Probabilities {
    private final Outputs outputs;
    private final boolean isSingle;

    /** Checks that the network tells classes apart. */
    Probabilities(String target, Outputs outputs) {
        int width = outputs.rows() == 0 ? 0 : outputs.logits(0).length;
        this.outputs = outputs;
        this.isSingle = outputs.kind() == Loss.SIGMOID_CROSS_ENTROPY && width == 1;
        checkArgument(outputs.rows() >= 1, "the target %s needs validation rows, but there are none", target);
        checkArgument(
                isSingle || outputs.kind() == Loss.SOFTMAX_CROSS_ENTROPY,
                "the target %s needs a classifier (softmax, or one sigmoid output), but the loss is %s over %s outputs",
                target,
                outputs.kind(),
                width);
    }

    /** Returns the number of classes. */
    int classes() {
        return isSingle ? 2 : outputs.logits(0).length;
    }

    /** Returns {@code p(label | row)}. */
    double of(int row, int label) {
        double[] p = outputs.prediction(row);
        return isSingle && label == 0 ? 1 - p[0] : p[isSingle ? 0 : label];
    }

    /** Returns {@code ∂p(label | row)/∂z}: {@code p_c (e_c − π)}. */
    double[] derivative(int row, int label) {
        double[] p = outputs.prediction(row);
        if (isSingle) {
            double slope = p[0] * (1 - p[0]);
            return new double[] {label == 1 ? slope : -slope};
        }
        double chosen = p[label];
        double others = 0;
        double[] derivative = new double[p.length];
        for (int k = 0; k < p.length; k++) {
            derivative[k] = -chosen * p[k];
            others += k == label ? 0 : p[k];
        }
        derivative[label] = chosen * others;
        return derivative;
    }

    /**
     * Returns {@code log (1 − p) / p} of a label: minus its log-odds, from the logits, so that it does not saturate.
     */
    double logOddsAgainst(int row, int label) {
        double[] z = outputs.logits(row);
        if (isSingle) {
            return label == 1 ? -z[0] : z[0];
        }
        double largest = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < z.length; k++) {
            largest = k == label ? largest : Math.max(largest, z[k]);
        }
        double sum = 0;
        for (int k = 0; k < z.length; k++) {
            sum += k == label ? 0 : Math.exp(z[k] - largest);
        }
        return largest + Math.log(sum) - z[label];
    }

    /** Returns the derivative of {@link #logOddsAgainst} at the logits. */
    double[] logOddsAgainstDerivative(int row, int label) {
        double[] z = outputs.logits(row);
        if (isSingle) {
            return new double[] {label == 1 ? -1 : 1};
        }
        double against = logOddsAgainst(row, label) + z[label];
        double[] derivative = new double[z.length];
        for (int k = 0; k < z.length; k++) {
            derivative[k] = k == label ? -1 : Math.exp(z[k] - against);
        }
        return derivative;
    }
}
