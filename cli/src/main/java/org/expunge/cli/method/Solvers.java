package org.expunge.cli.method;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.expunge.cli.method.Plan.Recipe;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.SystemSolver;
import org.expunge.influence.solver.ConjugateGradient;

/** A curvature and a way to invert it, from the options. */
final class Solvers {
    /** The share of R. Grosse et al., arXiv:2308.03296. */
    private static final String LAYER_DAMPING = "relative:0.1";

    /** Near the best on small nets; see docs/methods/influence-functions.md. */
    private static final String WHOLE_DAMPING = "0.01";

    private static final String NONE = "none";

    private Solvers() {}

    /** Reads the options; stored factors without a named curvature are taken for what they are. */
    static Recipe<Inversion> of(MethodOptions options, Curvature otherwise) {
        Optional<Curvature> named = options.curvature();
        boolean isStored = named.isEmpty() && options.factors().isPresent();
        Curvature curvature = isStored ? Curvature.EKFAC : named.orElse(otherwise);
        Solver solver = options.solver().orElse(curvature.isFitted() ? Solver.CLOSED_FORM : Solver.CG);
        checkArgument(
                (solver == Solver.CLOSED_FORM) == curvature.isFitted(),
                "--solver %s does not fit --curvature %s, which is %s",
                solver,
                curvature,
                curvature.isFitted() ? "inverted in closed-form" : "known by its products and needs a solver");
        return curvature.isFitted()
                ? fitted(isStored ? Optional.empty() : Optional.of(curvature), options)
                : solved(curvature, solver, options);
    }

    private static Recipe<Inversion> fitted(Optional<Curvature> curvature, MethodOptions options) {
        Damping damping = options.damping().orElseGet(() -> Damping.parse(LAYER_DAMPING));
        Recipe<InverseCurvature> recipe = Inverses.of(curvature, options, damping);
        return bench -> new Inversion.Closed(recipe.on(bench));
    }

    private static Recipe<Inversion> solved(Curvature curvature, Solver solver, MethodOptions options) {
        Damping damping =
                options.damping().orElseGet(() -> Damping.parse(WHOLE_DAMPING)).fitting(curvature);
        ConjugateGradient.Options solve = stopping(solver, options);
        SystemSolver how = solver.system().orElseThrow();
        Optional<Recipe<InverseCurvature>> preconditioner =
                how.takesPreconditioner() ? preconditioner(damping, options) : Optional.empty();
        return bench -> {
            CurvatureSystem plain = new CurvatureSystem(curvature.operator(bench), damping.value(bench), solve);
            CurvatureSystem system = preconditioner.isPresent()
                    ? plain.preconditionedBy(preconditioner.get().on(bench))
                    : plain;
            return new Inversion.Solved(system, how);
        };
    }

    /** Reads when a solve stops. */
    static ConjugateGradient.Options stopping(Solver solver, MethodOptions options) {
        ConjugateGradient.Options base = solver.stopping();
        double tolerance = options.tolerance().orElse(base.relativeTolerance());
        checkArgument(tolerance > 0 && tolerance < 1, "--tolerance must be in (0, 1), got %s", tolerance);
        return new ConjugateGradient.Options(tolerance, options.iterations().orElse(base.maxProducts()));
    }

    /** A preconditioner is damped as the system is. */
    private static Optional<Recipe<InverseCurvature>> preconditioner(Damping damping, MethodOptions options) {
        Optional<String> named = options.preconditioner();
        String name = named.orElse(Curvature.EKFAC.toString());
        if (name.equals(NONE)) {
            return Optional.empty();
        }
        Curvature curvature = Arrays.stream(Curvature.values())
                .filter(kind -> kind.isFitted() && kind.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--preconditioner must be none or one of "
                        + Arrays.stream(Curvature.values())
                                .filter(Curvature::isFitted)
                                .map(Curvature::toString)
                                .collect(Collectors.joining(", "))
                        + ", got " + name));
        return Optional.of(Inverses.of(named.map(given -> curvature), options, damping));
    }
}
