/**
 * The oracle: every kernel in double precision, as plain loops over {@code double[]}.
 *
 * <p>Start at {@link org.expunge.influence.compute.reference.ReferenceCompute}. Nothing here is tuned. The scalar
 * functions ({@link org.expunge.influence.compute.reference.ScalarActivation},
 * {@link org.expunge.influence.compute.reference.ScalarLoss}) serve the other backends too, where speed does not
 * matter.
 */
@NullMarked
package org.expunge.influence.compute.reference;

import org.jspecify.annotations.NullMarked;
