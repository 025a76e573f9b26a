package org.expunge.cli.method;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.expunge.cli.method.Plan.Recipe;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.solver.ConjugateGradient;

/** Influence functions with a curvature and a way to invert it. */
final class InfluenceFunctions {
    /** Where {@code damping} is relative, the share of R. Grosse et al., arXiv:2308.03296. */
    private static final String FACTOR_DAMPING = "relative:0.1";

    /** On small nets near the best; see docs/methods/influence-functions.md. */
    private static final String OPERATOR_DAMPING = "0.01";

    private static final String NONE = "none";

    private InfluenceFunctions() {}

    static Plan plan(MethodOptions options) {
        Curvature curvature = options.curvature().orElse(Curvature.EKFAC);
        Solver solver = options.solver().orElse(curvature.isFactored() ? Solver.CLOSED_FORM : Solver.CG);
        checkArgument(
                (solver == Solver.CLOSED_FORM) == curvature.isFactored(),
                "--solver %s does not fit --curvature %s, which is %s",
                solver,
                curvature,
                curvature.isFactored() ? "inverted in closed-form" : "known by its products and needs a solver");
        return solver == Solver.CLOSED_FORM ? closedForm(curvature, options) : solved(curvature, options);
    }

    private static Plan closedForm(Curvature curvature, MethodOptions options) {
        Damping damping = options.damping().orElse(new Damping(FACTOR_DAMPING));
        Recipe<InverseCurvature> inverse = InverseRecipes.of(curvature, options, damping.rule());
        Units units = options.units();
        return new Plan.Table(bench ->
                units.of(new InfluenceFunction(bench.engine(), bench.model(), inverse.on(bench), bench.cut())));
    }

    private static Plan solved(Curvature curvature, MethodOptions options) {
        double damping = options.damping().orElse(new Damping(OPERATOR_DAMPING)).value();
        ConjugateGradient.Options base = ConjugateGradient.Options.DEFAULT;
        ConjugateGradient.Options solve = new ConjugateGradient.Options(
                options.tolerance().orElse(base.relativeTolerance()),
                options.iterations().orElse(base.maxProducts()));
        Optional<Recipe<InverseCurvature>> preconditioner = preconditioner(damping, options);
        Units units = options.units();
        return new Plan.Table(bench -> {
            Optional<InverseCurvature> guide = preconditioner.isPresent()
                    ? Optional.of(preconditioner.get().on(bench))
                    : Optional.empty();
            CurvatureSystem system = new CurvatureSystem(curvature.operator(bench), damping, guide, solve);
            return units.of(new InfluenceFunction(bench.engine(), bench.model(), system, bench.cut()));
        });
    }

    /** A preconditioner is damped as the system is. */
    private static Optional<Recipe<InverseCurvature>> preconditioner(double damping, MethodOptions options) {
        String name = options.preconditioner().orElse(Curvature.EKFAC.toString());
        if (name.equals(NONE)) {
            return Optional.empty();
        }
        Curvature factors = Arrays.stream(Curvature.values())
                .filter(kind -> kind.isFactored() && kind.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--preconditioner must be none or one of "
                        + Arrays.stream(Curvature.values())
                                .filter(Curvature::isFactored)
                                .map(Curvature::toString)
                                .collect(Collectors.joining(", "))
                        + ", got " + name));
        return Optional.of(InverseRecipes.of(factors, options, new Damping(Double.toString(damping)).rule()));
    }
}
