package org.expunge.influence.training;

/**
 * Where a training is after a step.
 *
 * @param iteration steps done
 * @param totalIterations steps planned
 * @param epoch the epoch of this step, from 1
 * @param epochs epochs planned
 * @param loss mean loss of the minibatch before the step, without L2
 * @param learningRate η of the step
 */
public record Progress(int iteration, int totalIterations, int epoch, int epochs, double loss, double learningRate) {}
