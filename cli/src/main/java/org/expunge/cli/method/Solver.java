package org.expunge.cli.method;

import java.util.Locale;
import java.util.Optional;
import org.expunge.influence.score.SystemSolver;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.solver.Lissa;
import org.expunge.influence.solver.Neumann;
import org.jspecify.annotations.Nullable;

/** How a curvature is inverted. */
public enum Solver {
    /** By its own eigenvectors. */
    CLOSED_FORM(null),
    /** Conjugate gradients. */
    CG(SystemSolver.CG),
    /** Conjugate gradients for several inputs at once. */
    BLOCK_CG(SystemSolver.BLOCK_CG),
    /** Shortest residuals, for indefinite curvatures too. */
    MINRES(SystemSolver.MINRES),
    /** A series of powers. */
    NEUMANN(SystemSolver.NEUMANN),
    /** That series by batches of rows. */
    LISSA(SystemSolver.LISSA);

    private final @Nullable SystemSolver system;

    Solver(@Nullable SystemSolver system) {
        this.system = system;
    }

    /** Returns how systems are solved; nothing for the closed form. */
    Optional<SystemSolver> system() {
        return Optional.ofNullable(system);
    }

    /** Returns when a solve stops unless the user says. */
    ConjugateGradient.Options stopping() {
        return switch (this) {
            case NEUMANN ->
                new ConjugateGradient.Options(
                        Neumann.Options.DEFAULT.relativeTolerance(), Neumann.Options.DEFAULT.maxProducts());
            case LISSA -> {
                Lissa.Options base = Lissa.Options.withDamping(0);
                yield new ConjugateGradient.Options(base.relativeTolerance(), base.depth());
            }
            default -> ConjugateGradient.Options.DEFAULT;
        };
    }

    /** Returns how it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
