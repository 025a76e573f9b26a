package org.expunge.unlearning.verify;

import org.expunge.influence.training.Metrics;
import org.expunge.unlearning.membership.AttackOutcome;

/**
 * What one model does on each part of the data.
 *
 * @param model which model, such as {@code before}
 * @param forget loss and accuracy on F
 * @param retain loss and accuracy on R
 * @param test loss and accuracy on T
 * @param attack the loss-threshold attack that tells F from T
 */
public record ModelFigures(String model, Metrics forget, Metrics retain, Metrics test, AttackOutcome attack) {}
