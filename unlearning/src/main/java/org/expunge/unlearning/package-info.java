/**
 * Removal of training rows from a trained model: what is asked, what comes back, and the contract of every method.
 *
 * <p>Symbols used in this module: {@code F} is the set of rows to forget ({@code m} of them), {@code R} the rows that
 * remain ({@code n_R}), {@code θ} the parameters, {@code g_i} the gradient of row {@code i}'s loss at {@code θ},
 * {@code C} the curvature of the mean loss over {@code R} and {@code λ} the damping in {@code (C + λI)⁻¹}.
 *
 * <p>Start at {@link org.expunge.unlearning.ForgetRequest}, resolve it to a {@link org.expunge.unlearning.ForgetSet},
 * hand that to an {@link org.expunge.unlearning.UnlearningMethod} of {@code method}, and hold the result against
 * {@code verify}: no method is trusted without it.
 */
@NullMarked
package org.expunge.unlearning;

import org.jspecify.annotations.NullMarked;
