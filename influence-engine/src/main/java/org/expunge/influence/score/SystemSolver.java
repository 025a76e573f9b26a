package org.expunge.influence.score;

import java.util.List;
import java.util.Locale;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.solver.BlockConjugateGradient;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.solver.Lissa;
import org.expunge.influence.solver.Minres;
import org.expunge.influence.solver.Neumann;
import org.expunge.influence.solver.SolveResult;
import org.expunge.influence.solver.StoppingRule;

/** How a {@link CurvatureSystem} is solved within its tolerance and products. */
public enum SystemSolver {
    /** {@link ConjugateGradient}, each query alone. */
    CG(true, 9) {
        @Override
        List<SolveResult> solveAll(CurvatureSystem system, List<ParameterVector> b) {
            ConjugateGradient solver = new ConjugateGradient(system.options());
            return system.preconditioner()
                    .map(inverse -> solver.solveAll(damped(system), b, inverse, StoppingRule.NEVER))
                    .orElseGet(() -> solver.solveAll(damped(system), b, StoppingRule.NEVER));
        }
    },
    /** {@link BlockConjugateGradient}: queries that come together share what they find, at most 16 of them. */
    BLOCK_CG(true, 9) {
        @Override
        List<SolveResult> solveAll(CurvatureSystem system, List<ParameterVector> b) {
            BlockConjugateGradient solver = new BlockConjugateGradient(new BlockConjugateGradient.Options(
                    system.options().relativeTolerance(),
                    system.options().maxProducts(),
                    BlockConjugateGradient.Options.DEFAULT.width()));
            return system.preconditioner()
                    .map(inverse -> solver.solve(damped(system), b, inverse, StoppingRule.NEVER))
                    .orElseGet(() -> solver.solve(damped(system), b, StoppingRule.NEVER))
                    .results();
        }
    },
    /** {@link Minres}, which takes indefinite curvatures too. */
    MINRES(false, 11) {
        @Override
        List<SolveResult> solveAll(CurvatureSystem system, List<ParameterVector> b) {
            Minres solver = new Minres(system.options());
            LinearOperator damped = damped(system);
            return b.stream().map(each -> solver.solve(damped, each)).toList();
        }
    },
    /** The series of {@link Neumann}. */
    NEUMANN(false, 9) {
        @Override
        List<SolveResult> solveAll(CurvatureSystem system, List<ParameterVector> b) {
            Neumann solver = new Neumann(new Neumann.Options(
                    system.options().relativeTolerance(),
                    system.options().maxProducts(),
                    Neumann.Options.DEFAULT.scale()));
            LinearOperator damped = damped(system);
            return b.stream().map(each -> solver.solve(damped, each)).toList();
        }
    },
    /** {@link Lissa}: the products of the options are batches of 64 rows, four times over. */
    LISSA(false, 12) {
        @Override
        List<SolveResult> solveAll(CurvatureSystem system, List<ParameterVector> b) {
            Lissa.Options base = Lissa.Options.withDamping(system.damping());
            Lissa solver = new Lissa(new Lissa.Options(
                    base.damping(),
                    base.scale(),
                    base.batch(),
                    system.options().maxProducts(),
                    base.repeats(),
                    system.options().relativeTolerance(),
                    base.seed()));
            return solver.solve(system.curvature(), b).results();
        }
    };

    private final boolean takesPreconditioner;
    private final int doublesPerParameter;

    SystemSolver(boolean takesPreconditioner, int doublesPerParameter) {
        this.takesPreconditioner = takesPreconditioner;
        this.doublesPerParameter = doublesPerParameter;
    }

    /** Solves {@code (C + λI) x = b} for each right-hand side. */
    abstract List<SolveResult> solveAll(CurvatureSystem system, List<ParameterVector> b);

    /** Returns whether a preconditioner speeds it up; the others have none. */
    public boolean takesPreconditioner() {
        return takesPreconditioner;
    }

    /** Returns how many vectors of doubles a query takes, with gradient, right-hand side, result and answer. */
    int doublesPerParameter() {
        return doublesPerParameter;
    }

    private static LinearOperator damped(CurvatureSystem system) {
        return system.curvature().damped(system.damping());
    }

    /** Returns the name as it is recorded. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
