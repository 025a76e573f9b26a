/**
 * Attacks that try to tell forgotten rows from rows never trained on.
 *
 * <p>One direction everywhere: an AUC above one half says that the rows still look like training rows (their loss is
 * lower), one half that they look never seen, below one half that they were pushed too far, which gives them away as
 * well.
 *
 * <p>Start at {@link org.expunge.unlearning.membership.LossThresholdAttack}.
 */
@NullMarked
package org.expunge.unlearning.membership;

import org.jspecify.annotations.NullMarked;
