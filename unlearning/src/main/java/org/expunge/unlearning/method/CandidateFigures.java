package org.expunge.unlearning.method;

import org.expunge.influence.training.Metrics;

/**
 * What a candidate model does, measured without test rows and without a retrained reference.
 *
 * @param forget loss and accuracy on the rows to forget
 * @param retain loss and accuracy on the remaining rows
 * @param validation loss and accuracy on the validation rows
 * @param unseenLoss mean loss of the validation rows that have the classes of the rows to forget, in their proportions
 * @param lossExcess by how many standard errors the mean loss of the rows to forget exceeds {@code unseenLoss}
 * @param membershipAuc chance that a row to forget has a lower loss than one of those: above one half while the model
 *     still knows the rows
 */
public record CandidateFigures(
        Metrics forget,
        Metrics retain,
        Metrics validation,
        double unseenLoss,
        double lossExcess,
        double membershipAuc) {}
