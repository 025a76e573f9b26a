/**
 * Unlearning methods, one class each.
 *
 * <p>Symbols are those of {@link org.expunge.unlearning}; {@code l2} is the strength of the penalty {@code ½ · l2 ·
 * ‖w‖²} that training added to the mean loss, over weights only.
 *
 * <p>Start at {@link org.expunge.unlearning.method.Retrain}, which is exact, and
 * {@link org.expunge.unlearning.method.InfluenceRemoval}, which is fast. Methods that search offer their models to
 * {@link org.expunge.unlearning.method.CandidateSearch}.
 */
@NullMarked
package org.expunge.unlearning.method;

import org.jspecify.annotations.NullMarked;
