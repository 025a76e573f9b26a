/**
 * The layers, one class each, written over {@link org.expunge.influence.compute.Compute} and so the same on every
 * backend.
 *
 * <p>Start at {@link org.expunge.influence.network.layer.Dense}. Activations are layers of their own.
 */
@NullMarked
package org.expunge.influence.network.layer;

import org.jspecify.annotations.NullMarked;
