/**
 * Chooses the damping λ of {@code (C + λI)⁻¹} from data, instead of asking for it.
 *
 * <p>Symbols used in this package: {@code C} is the curvature of the <em>mean</em> loss, and every λ is added to its
 * eigenvalues, in loss per squared parameter; {@code n} is the number of training rows, {@code p} that of parameters,
 * {@code δ} a prior precision of the summed loss ({@code λ = δ/n} for a cross-entropy), {@code η} a learning rate.
 *
 * <p>Every choice is or gives a {@link org.expunge.influence.curvature.DampingRule}, which also has the fixed λ and the
 * share of a layer's mean eigenvalue. Start at {@link org.expunge.influence.curvature.damping.TrainingLength}.
 */
@NullMarked
package org.expunge.influence.curvature.damping;

import org.jspecify.annotations.NullMarked;
