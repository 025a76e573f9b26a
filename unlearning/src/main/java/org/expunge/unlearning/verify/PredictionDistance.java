package org.expunge.unlearning.verify;

import org.expunge.influence.compute.Loss;
import org.expunge.influence.training.Evaluation;

/**
 * The distance between two models' predictions for one row: for classes the Jensen-Shannon divergence in nats, between
 * 0 and ln 2; for regression the mean squared difference.
 *
 * <p><b>Source.</b> J. Lin, "Divergence Measures Based on the Shannon Entropy", IEEE Trans. Information Theory 37(1),
 * 1991, equation 3.7, with equal weights. Several sigmoid outputs are so many two-class distributions, averaged.
 */
final class PredictionDistance {
    private final Loss loss;

    PredictionDistance(Loss loss) {
        this.loss = loss;
    }

    String measure() {
        return isBounded() ? "Jensen-Shannon divergence, nats" : "mean squared difference";
    }

    /** Returns whether distances have a largest value, as divergences do. */
    boolean isBounded() {
        return loss == Loss.SOFTMAX_CROSS_ENTROPY || loss == Loss.SIGMOID_CROSS_ENTROPY;
    }

    /** Returns the mean distance over the rows. */
    double mean(Evaluation a, Evaluation b) {
        double sum = 0;
        for (int i = 0; i < a.size(); i++) {
            sum += between(a.prediction(i), b.prediction(i));
        }
        return sum / a.size();
    }

    private double between(double[] p, double[] q) {
        double sum = 0;
        for (int k = 0; k < p.length; k++) {
            sum += switch (loss) {
                case SOFTMAX_CROSS_ENTROPY -> term(p[k], q[k]);
                case SIGMOID_CROSS_ENTROPY -> (term(p[k], q[k]) + term(1 - p[k], 1 - q[k])) / p.length;
                case MEAN_SQUARED_ERROR, SQUARED_ERROR -> (p[k] - q[k]) * (p[k] - q[k]) / p.length;
            };
        }
        return sum;
    }

    /** One outcome's share of the divergence; {@code 0 log 0 = 0}. */
    private static double term(double p, double q) {
        double middle = (p + q) / 2;
        return (weighted(p, middle) + weighted(q, middle)) / 2;
    }

    private static double weighted(double p, double middle) {
        return p > 0 ? p * Math.log(p / middle) : 0;
    }
}
