package org.expunge.cli.method;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.curvature.LossOperator;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.generalized.GeneralizedInfluence.Kind;
import org.expunge.influence.score.generalized.GeneralizedSolver;
import org.expunge.influence.score.generalized.ParameterSelection;
import org.expunge.influence.score.generalized.UnitSelection;
import org.expunge.influence.solver.ConjugateGradient;

/** Influence functions where some parameters move alone, from the options. */
final class Generalized {
    /** The normal equations square the condition, so that more is needed than for conjugate gradients. */
    private static final String DAMPING = "0.1";

    private Generalized() {}

    /** Reads the options. */
    static Plan plan(MethodOptions options) {
        UnitSelection base = UnitSelection.DEFAULT;
        UnitSelection selection = new UnitSelection(
                options.share().orElse(base.share()),
                options.select().orElse(base.importance()),
                base.statistic(),
                options.seed().orElse(base.seed()));
        Kind kind = options.others().orElse(Kind.GENERALIZED);
        Curvature curvature = options.curvature().orElse(Curvature.GAUSS_NEWTON);
        checkArgument(!curvature.isFitted(), "--method generalized solves with products, not with %s", curvature);
        Damping damping =
                options.damping().orElseGet(() -> Damping.parse(DAMPING)).fitting(curvature);
        ConjugateGradient.Options solve = Solvers.stopping(Solver.CG, options);
        Units units = options.units();
        return Methods.table(bench -> {
            LossOperator operator = curvature.operator(bench);
            double value = damping.value(bench);
            ParameterSelection selected = selection.select(bench.engine(), bench.model(), bench.train());
            return units.of(new InfluenceFunction(
                    bench.engine(),
                    bench.model(),
                    () -> new GeneralizedSolver(kind, operator, value, selected, solve),
                    bench.cutOfSolves()));
        });
    }
}
