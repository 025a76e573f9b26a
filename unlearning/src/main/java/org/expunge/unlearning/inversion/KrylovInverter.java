package org.expunge.unlearning.inversion;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.expunge.influence.curvature.EmpiricalFisher;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.curvature.LossOperator;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.solver.Minres;
import org.expunge.influence.solver.ShiftedConjugateGradient;
import org.expunge.influence.solver.SolveResult;

/**
 * A curvature known by its products, inverted by a Krylov method.
 *
 * <p>With {@link Solver#CG} all λ share one run, at the cost of the smallest alone. On a Hessian with a direction of
 * negative curvature it stops there, and the answer is the iterate before; {@link Solver#MINRES} goes on, with a run
 * for each λ.
 *
 * <p><b>Cost.</b> At most {@code maxProducts} products over the rows, for MINRES for each λ.
 *
 * @param curvature what is inverted
 * @param solver how
 * @param relativeTolerance the residual to stop at, in (0, 1)
 * @param maxProducts the most products of a run, at least 1
 */
public record KrylovInverter(Products curvature, Solver solver, double relativeTolerance, int maxProducts)
        implements Inverter {
    /** A curvature of the mean loss. */
    public enum Products {
        /** Positive semi-definite. */
        GAUSS_NEWTON {
            @Override
            LossOperator open(Linearization at) {
                return at.gaussNewton();
            }
        },
        /** Exact, and indefinite on networks that are not convex. */
        HESSIAN {
            @Override
            LossOperator open(Linearization at) {
                return new Hessian(at.engine(), at.model(), at.data(), at.decay());
            }
        },
        /** The second moment of the rows' gradients; nearly 0 where every row is fitted. */
        EMPIRICAL_FISHER {
            @Override
            LossOperator open(Linearization at) {
                return new EmpiricalFisher(at.engine(), at.model(), at.data(), at.decay());
            }
        };

        abstract LossOperator open(Linearization at);
    }

    /** A Krylov method. */
    public enum Solver {
        /** Conjugate gradients, shifted. */
        CG {
            @Override
            List<SolveResult> solve(
                    LossOperator curvature, ParameterVector b, List<Double> dampings, ConjugateGradient.Options stop) {
                return new ShiftedConjugateGradient(stop).solve(curvature, b, dampings);
            }

            @Override
            int products(List<SolveResult> results) {
                return results.stream().mapToInt(SolveResult::products).max().orElse(0);
            }
        },
        /** The shortest residual, for indefinite curvatures too. */
        MINRES {
            @Override
            List<SolveResult> solve(
                    LossOperator curvature, ParameterVector b, List<Double> dampings, ConjugateGradient.Options stop) {
                Minres minres = new Minres(stop);
                return dampings.stream()
                        .map(damping -> minres.solve(curvature.damped(damping), b))
                        .toList();
            }

            @Override
            int products(List<SolveResult> results) {
                return results.stream().mapToInt(SolveResult::products).sum();
            }
        };

        abstract List<SolveResult> solve(
                LossOperator curvature, ParameterVector b, List<Double> dampings, ConjugateGradient.Options stop);

        abstract int products(List<SolveResult> results);
    }

    /** Checks the ranges. */
    public KrylovInverter {
        checkArgument(
                relativeTolerance > 0 && relativeTolerance < 1,
                "relativeTolerance must be in (0, 1), got %s",
                relativeTolerance);
        checkArgument(maxProducts >= 1, "maxProducts must be at least 1, got %s", maxProducts);
    }

    @Override
    public String name() {
        return (curvature.name() + " by " + solver.name())
                .toLowerCase(Locale.ROOT)
                .replace('_', '-');
    }

    @Override
    public Inversion invert(Linearization at, double[] b, List<Double> dampings) {
        try (LossOperator operator = curvature.open(at)) {
            List<SolveResult> results = solver.solve(
                    operator,
                    ParameterVector.of(b),
                    dampings,
                    new ConjugateGradient.Options(relativeTolerance, maxProducts));
            List<Inversion.Solution> solutions = new ArrayList<>();
            for (int k = 0; k < results.size(); k++) {
                SolveResult result = results.get(k);
                solutions.add(new Inversion.Solution(
                        dampings.get(k),
                        result.solution(),
                        result.products(),
                        result.relativeResidual(),
                        result.outcome()));
            }
            return new Inversion(solutions, solver.products(results), 0);
        }
    }
}
