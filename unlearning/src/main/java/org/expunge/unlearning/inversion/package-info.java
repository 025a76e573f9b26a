/**
 * Inverse curvatures for steps over the whole network: {@code (C_R + l2·D + λI)⁻¹ b} for several λ at once, with the
 * residual that the answer leaves.
 *
 * <p>Symbols are those of {@link org.expunge.unlearning}; {@code D} is the 0/1 diagonal of decayed parameters.
 *
 * <p>Start at {@link org.expunge.unlearning.inversion.Inverter}.
 */
@NullMarked
package org.expunge.unlearning.inversion;

import org.jspecify.annotations.NullMarked;
