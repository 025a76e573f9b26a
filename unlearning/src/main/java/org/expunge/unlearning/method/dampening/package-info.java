/**
 * Unlearning without training: parameters that matter more to the rows to forget than to all rows are shrunk.
 *
 * <p>Symbols are those of {@link org.expunge.unlearning}; {@code I_D} and {@code I_F} are the importances of a
 * parameter for all rows {@code D = R ∪ F} and for {@code F}.
 *
 * <p>Start at {@link org.expunge.unlearning.method.dampening.SelectiveSynapticDampening}.
 */
@NullMarked
package org.expunge.unlearning.method.dampening;

import org.jspecify.annotations.NullMarked;
