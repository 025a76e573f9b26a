/**
 * Which method forgets a request: the rungs of a ladder are tried from the strongest promise to the weakest that can be
 * verified, each is verified without a retrained model, and retraining comes last.
 *
 * <p>Symbols are those of {@link org.expunge.unlearning}; {@code V} are validation rows.
 *
 * <p>Start at {@link org.expunge.unlearning.policy.AutoPolicy}.
 */
@NullMarked
package org.expunge.unlearning.policy;

import org.jspecify.annotations.NullMarked;
