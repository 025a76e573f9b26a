package org.expunge.unlearning.method;

import org.expunge.influence.training.Evaluation;
import org.expunge.influence.training.Metrics;
import org.expunge.unlearning.membership.LossAuc;
import org.expunge.unlearning.membership.Moments;
import org.jspecify.annotations.Nullable;

/**
 * What a candidate model does, measured without test rows and without a retrained reference.
 *
 * @param forget loss and accuracy on the rows to forget
 * @param retain loss and accuracy on the remaining rows
 * @param validation loss and accuracy on the validation rows of the classes that remain
 * @param unseenLoss mean loss of the validation rows that have the classes of the rows to forget, in their proportions
 * @param unseenAccuracy fraction of those rows whose class is predicted; null for regression
 * @param lossExcess by how many standard errors the mean loss of the rows to forget exceeds {@code unseenLoss}
 * @param membershipAuc chance that a row to forget has a lower loss than one of those: above one half while the model
 *     still knows the rows
 */
public record CandidateFigures(
        Metrics forget,
        Metrics retain,
        Metrics validation,
        double unseenLoss,
        @Nullable Double unseenAccuracy,
        double lossExcess,
        double membershipAuc) {

    /** Measures a model from its answers on F and on the rows never seen that F is compared with. */
    static CandidateFigures of(Evaluation forget, Metrics retain, Metrics validation, Evaluation unseen) {
        double[] losses = forget.losses();
        double[] unseenLosses = unseen.losses();
        return new CandidateFigures(
                forget.metrics(),
                retain,
                validation,
                unseen.meanLoss(),
                unseen.metrics().accuracy(),
                excess(losses, unseenLosses),
                LossAuc.of(losses, unseenLosses).value());
    }

    /** Welch's statistic; a single row is taken to vary as rows never seen do. */
    private static double excess(double[] forget, double[] unseen) {
        double unseenVariance = unseen.length > 1 ? Moments.variance(unseen) : 0;
        double forgetVariance = forget.length > 1 ? Moments.variance(forget) : unseenVariance;
        double difference = Moments.mean(forget) - Moments.mean(unseen);
        double error = Math.sqrt(forgetVariance / forget.length + unseenVariance / unseen.length);
        return difference == 0 ? 0 : difference / error;
    }
}
