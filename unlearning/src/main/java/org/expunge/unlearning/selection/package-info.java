/**
 * Which of many quantities decide another: what chooses the parameters that a removal may change.
 *
 * <p>Start at {@link org.expunge.unlearning.selection.ForwardSelection}.
 */
@NullMarked
package org.expunge.unlearning.selection;

import org.jspecify.annotations.NullMarked;
