package org.expunge.influence.solver;

import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;

/**
 * Solves {@code A x = b} for a symmetric {@code A} that need not be definite, such as a Hessian away from a minimum:
 * each iterate has the shortest residual of its Krylov subspace.
 *
 * <p><b>Shapes.</b> {@code A} is {@code p × p}; {@code b} and {@code x} have length {@code p}.
 *
 * <p><b>Units.</b> As {@link ConjugateGradient}. That {@code A} may be indefinite makes the solve possible, not the
 * answer a prediction: along negative curvature {@code A⁻¹} moves towards a saddle.
 *
 * <p><b>Accuracy.</b> Stops once {@code ‖r‖₂ ≤ relativeTolerance · ‖b‖₂}, with the residual carried by the recurrence;
 * residuals never grow. Where {@code b} lies partly outside the range of {@code A} it ends as
 * {@link SolveResult.Inconsistent}.
 *
 * <p><b>Cost.</b> One product an iteration and {@code 7p} doubles.
 *
 * <p><b>Source.</b> C. C. Paige and M. A. Saunders, "Solution of Sparse Indefinite Systems of Linear Equations", SIAM
 * J. Numerical Analysis 12(4), 1975, section 6; the test for inconsistency as in S.-C. Choi, C. Paige and M. Saunders,
 * "MINRES-QLP", SIAM J. Scientific Computing 33(4), 2011, section 4.
 */
public final class Minres {
    /** A residual that A shortens to this share of what it can is in its null space, as far as double tells. */
    private static final double NULL_SPACE = 1e-10;

    private final ConjugateGradient.Options options;

    /** Keeps the options; one instance serves many solves. */
    public Minres(ConjugateGradient.Options options) {
        this.options = options;
    }

    /**
     * Solves {@code A x = b} from a zero start.
     *
     * @param a the operator {@code A}, {@code p × p}, symmetric
     * @param b the right-hand side, length {@code p}, every entry finite
     * @return how the iteration ended
     * @throws IllegalArgumentException if {@code b} does not have length {@code a.dimension()} or is not finite
     */
    public SolveResult solve(LinearOperator a, ParameterVector b) {
        double bNorm = Vectors.checkRightHandSide(a.dimension(), b);
        State state = new State(b.toArray(), bNorm);
        while (state.relative > options.relativeTolerance()) {
            if (state.products == options.maxProducts()) {
                return new SolveResult.BudgetSpent(ParameterVector.of(state.x), state.products, state.relative);
            }
            if (!state.advance(a)) {
                return state.ended();
            }
        }
        return new SolveResult.Converged(ParameterVector.of(state.x), state.products, state.relative);
    }

    /** Lanczos vectors v, search directions w and the last two plane rotations (cosine γ, sine σ). */
    private static final class State {
        private final double[] x;
        private double[] v;
        private double[] vBefore;
        private double[] w;
        private double[] wBefore;
        private double beta;
        private double eta;
        private double cosine = 1;
        private double cosineBefore = 1;
        private double sine;
        private double sineBefore;
        private double largest;
        private double relative;
        private int products;
        private boolean isFinite = true;

        State(double[] b, double bNorm) {
            int p = b.length;
            x = new double[p];
            v = b;
            if (bNorm > 0) {
                Vectors.combine(0, b, 1 / bNorm, v);
            }
            vBefore = new double[p];
            w = new double[p];
            wBefore = new double[p];
            eta = bNorm;
            relative = bNorm == 0 ? 0 : 1;
        }

        /** Takes a step; returns false where there is none to take. */
        boolean advance(LinearOperator a) {
            double[] next = new double[x.length];
            a.apply(v, next);
            products++;
            double alpha = Vectors.dot(v, next);
            Vectors.addScaled(-alpha, v, next);
            Vectors.addScaled(-beta, vBefore, next);
            double betaNext = Vectors.norm(next);
            double delta = cosine * alpha - cosineBefore * sine * beta;
            double length = Math.hypot(delta, betaNext);
            largest = Math.max(largest, Math.hypot(Math.hypot(alpha, beta), betaNext));
            isFinite = Double.isFinite(largest);
            // what A makes of the last residual, relative to the residual and to A
            if (!isFinite || Math.hypot(delta, cosine * betaNext) <= NULL_SPACE * largest) {
                return false;
            }
            turn(alpha, delta, length, betaNext);
            Vectors.combine(0, next, 1 / betaNext, next);
            vBefore = v;
            v = next;
            beta = betaNext;
            return true;
        }

        private void turn(double alpha, double delta, double length, double betaNext) {
            double second = sine * alpha + cosineBefore * cosine * beta;
            double third = sineBefore * beta;
            double[] direction = wBefore; // becomes (v − third · wBefore − second · w) / length
            Vectors.combine(1 / length, v, -third / length, direction);
            Vectors.addScaled(-second / length, w, direction);
            wBefore = w;
            w = direction;
            cosineBefore = cosine;
            sineBefore = sine;
            cosine = delta / length;
            sine = betaNext / length;
            Vectors.addScaled(cosine * eta, w, x);
            eta *= -sine;
            relative *= Math.abs(sine);
        }

        SolveResult ended() {
            ParameterVector solution = ParameterVector.of(x);
            return isFinite
                    ? new SolveResult.Inconsistent(solution, products, relative)
                    : new SolveResult.Diverged(solution, products, relative, Double.NaN);
        }
    }
}
