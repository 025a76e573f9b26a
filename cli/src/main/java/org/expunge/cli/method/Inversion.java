package org.expunge.cli.method;

import java.util.function.Function;
import java.util.function.Supplier;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.QuerySolver;
import org.expunge.influence.score.SystemSolver;

/** A curvature that can be inverted. */
sealed interface Inversion {
    /** Gives a new solver for each run. */
    Supplier<QuerySolver> solvers();

    /** Handles whichever inversion this is. */
    <T> T match(Function<Closed, T> closed, Function<Solved, T> solved);

    /**
     * By an inverse in closed form.
     *
     * @param inverse of a curvature
     */
    record Closed(InverseCurvature inverse) implements Inversion {
        @Override
        public Supplier<QuerySolver> solvers() {
            return () -> QuerySolver.of(inverse);
        }

        @Override
        public <T> T match(Function<Closed, T> closed, Function<Solved, T> solved) {
            return closed.apply(this);
        }
    }

    /**
     * By solving a system for each query.
     *
     * @param system a curvature known by its products
     * @param solver how it is solved
     */
    record Solved(CurvatureSystem system, SystemSolver solver) implements Inversion {
        @Override
        public Supplier<QuerySolver> solvers() {
            return () -> QuerySolver.of(system, solver);
        }

        @Override
        public <T> T match(Function<Closed, T> closed, Function<Solved, T> solved) {
            return solved.apply(this);
        }
    }
}
