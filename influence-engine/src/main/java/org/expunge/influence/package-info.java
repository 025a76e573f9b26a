/**
 * Influence functions on the JVM: compute backends, networks, training, per-example gradients and scores.
 *
 * <p>Packages build on one another in one direction: {@code compute}, {@code data}, {@code network}, {@code training},
 * {@code gradient}, {@code score}.
 */
@NullMarked
package org.expunge.influence;

import org.jspecify.annotations.NullMarked;
