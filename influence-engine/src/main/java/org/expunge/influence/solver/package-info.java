/**
 * Iterative solvers for {@code (C + λI) x = g}, where the curvature {@code C} is known only through its products with
 * vectors.
 *
 * <p>Symbols used in this package: {@code p} is the number of model parameters, {@code A} a symmetric {@code p × p}
 * operator (most often {@code C + λI}, with {@code C} the curvature of the mean training loss and {@code λ ≥ 0} the
 * damping), {@code b} a right-hand side (a gradient), {@code x} the answer and {@code r = b − A x} its residual.
 *
 * <p>Start at {@link org.expunge.influence.solver.ConjugateGradient}, and for many right-hand sides at
 * {@link org.expunge.influence.solver.BlockConjugateGradient}. Each solver returns a
 * {@link org.expunge.influence.solver.SolveResult}; a solver throws only when its arguments are at fault. Eigenpairs
 * come from {@link org.expunge.influence.solver.Lanczos}.
 */
@NullMarked
package org.expunge.influence.solver;

import org.jspecify.annotations.NullMarked;
