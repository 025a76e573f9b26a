package org.expunge.influence.solver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;

/** What a solver of positive definite systems must do, to be run on solvers and on things that pretend to be one. */
final class SolveChecks {
    /** A condition number of 1e4, spread evenly: no shift is near all of it. */
    static final KnownSpectrum PROBLEM = KnownSpectrum.logarithmic(100, -2, 2, 11);

    private static final double[] SOLUTION = new Random(12).doubles(100, -1, 1).toArray();

    private SolveChecks() {}

    /** Solves to a relative residual of 1e-10 with as many products as it likes, or stops after so many. */
    @FunctionalInterface
    interface Solver {
        double[] solve(LinearOperator a, ParameterVector b, int mostProducts);
    }

    static ParameterVector rightHandSide() {
        return PROBLEM.times(SOLUTION);
    }

    /** The residual is measured, never taken from the solver. */
    static void checkSolves(Solver solver) {
        double[] x = solver.solve(PROBLEM.operator(), rightHandSide(), 2_000);

        double[] residual = PROBLEM.times(x).toArray();
        Vectors.combine(1, rightHandSide().toArray(), -1, residual);
        assertThat(Vectors.norm(residual) / rightHandSide().norm())
                .as("relative residual")
                .isLessThanOrEqualTo(1e-8);
        double[] error = x.clone();
        Vectors.addScaled(-1, SOLUTION, error);
        // ‖e‖ ≤ ‖A⁻¹‖ ‖r‖ = 100 · 1e-8 · ‖b‖
        assertThat(Vectors.norm(error))
                .as("error")
                .isLessThanOrEqualTo(1e-6 * rightHandSide().norm());
    }

    /** In the norm of A the error after k products is at most {@code 2((√κ − 1)/(√κ + 1))^k} of that at the start. */
    static void checkChebyshevBound(Solver solver) {
        double root = Math.sqrt(1e4);
        double rate = (root - 1) / (root + 1);
        for (int products : new int[] {1, 5, 20, 60, 150, 300}) {
            double[] error = solver.solve(PROBLEM.operator(), rightHandSide(), products);
            Vectors.addScaled(-1, SOLUTION, error);
            double share = PROBLEM.energyNorm(error) / PROBLEM.energyNorm(SOLUTION);
            assertThat(share)
                    .as("error after %s products", products)
                    .isLessThanOrEqualTo(2 * Math.pow(rate, products) + 1e-9);
        }
    }
}
