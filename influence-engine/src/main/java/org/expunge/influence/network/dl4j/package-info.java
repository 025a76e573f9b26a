/**
 * Models in DL4J's file format: the zip of {@code ModelSerializer} with a MultiLayerNetwork or a ComputationGraph, read
 * and written without DL4J.
 *
 * <p>Start at {@link org.expunge.influence.network.dl4j.Dl4jZip}. The file is untrusted: sizes are bounded before
 * anything is allocated, the configuration is read as a tree in which a {@code @class} is only ever compared with names
 * that are known here, and a layer or setting that cannot be computed is refused by name.
 *
 * <p>DL4J's flat order of parameters is the network's own order plus, after each batch normalisation's gamma and beta,
 * its running mean and variance (or log₁₀ of the standard deviation).
 */
@NullMarked
package org.expunge.influence.network.dl4j;

import org.jspecify.annotations.NullMarked;
