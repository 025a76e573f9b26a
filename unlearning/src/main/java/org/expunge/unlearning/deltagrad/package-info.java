/**
 * Retraining without some rows, along the recorded way of the training with them.
 *
 * <p>Start at {@link org.expunge.unlearning.deltagrad.DeltaGrad}.
 */
@NullMarked
package org.expunge.unlearning.deltagrad;

import org.jspecify.annotations.NullMarked;
