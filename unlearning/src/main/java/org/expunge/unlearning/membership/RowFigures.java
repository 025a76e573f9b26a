package org.expunge.unlearning.membership;

/**
 * What an attack on single rows reached. Every figure is best for the model under attack where it equals that of models
 * that never saw the rows: one half for accuracy and AUC, the rate of false positives for the true positives.
 *
 * @param accuracy share of (row, run) told right by the sign of the score; one half by guessing
 * @param auc chance that the score of a forgotten row exceeds that of one never seen, over all rows and runs
 * @param truePositives share of forgotten rows found with at most {@code falsePositives} of those never seen called so
 * @param falsePositives that rate
 * @param accuracyP95 the accuracy of single rows that 5 % of the rows exceed; well above one half by chance where runs
 *     are few, so read it beside that of retrained models
 * @param shareExposed share of rows whose own accuracy exceeds 0.75
 * @param rows candidate rows
 * @param runs trainings behind the figures
 */
public record RowFigures(
        Estimate accuracy,
        Estimate auc,
        Estimate truePositives,
        double falsePositives,
        double accuracyP95,
        double shareExposed,
        int rows,
        int runs) {}
