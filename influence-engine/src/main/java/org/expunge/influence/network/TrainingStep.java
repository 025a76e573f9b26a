package org.expunge.influence.network;

/**
 * What a layer needs to know of the training step it is part of.
 *
 * @param seed differs from step to step; dropout derives its mask from it, the node and the example's index
 * @param firstExample index within the minibatch of the tile's first example
 * @param examples size of the whole minibatch
 */
public record TrainingStep(long seed, int firstExample, int examples) {}
