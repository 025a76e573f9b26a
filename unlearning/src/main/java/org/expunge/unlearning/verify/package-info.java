/**
 * Verification: does a model still know the rows it was made to forget?
 *
 * <p>Every figure stands beside its floors: the model before (what doing nothing gives) and, where there are any,
 * models retrained on the remaining rows (what forgetting gives). A gate answers pass, fail or inconclusive with its
 * reason; doing nothing and destroying the model must not pass.
 *
 * <p>Symbols are those of {@link org.expunge.unlearning}; {@code T} is a set of test rows, which take part here and
 * nowhere else.
 *
 * <p>Start at {@link org.expunge.unlearning.verify.Verifier}.
 */
@NullMarked
package org.expunge.unlearning.verify;

import org.jspecify.annotations.NullMarked;
