package org.expunge.cli.method;

import org.expunge.cli.method.Plan.Recipe;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.LabelMode;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;

/** Inverses in closed form. */
final class InverseRecipes {
    private InverseRecipes() {}

    /** Reads the options of a factored curvature. */
    static Recipe<InverseCurvature> of(Curvature curvature, MethodOptions options, DampingRule damping) {
        return switch (curvature) {
            case EKFAC -> {
                Kfac.Options kronecker = kronecker(options);
                yield bench -> bench.closing(bench.console()
                        .during(
                                "fitting EK-FAC",
                                () -> Ekfac.fit(bench.engine(), bench.model(), bench.train(), kronecker))
                        .inverse(bench.engine().compute(), damping));
            }
            case KFAC -> {
                Kfac.Options kronecker = kronecker(options);
                yield bench -> bench.closing(bench.console()
                        .during(
                                "fitting K-FAC",
                                () -> Kfac.fit(bench.engine(), bench.model(), bench.train(), kronecker))
                        .inverse(bench.engine().compute(), damping));
            }
            case GAUSS_NEWTON, HESSIAN, EMPIRICAL_FISHER ->
                throw new IllegalArgumentException(curvature + " has no factors");
        };
    }

    private static Kfac.Options kronecker(MethodOptions options) {
        Kfac.Options base = Kfac.Options.DEFAULT;
        LabelMode labels = options.labelMode().orElse(base.labels());
        return new Kfac.Options(
                labels,
                options.positions().orElse(base.scaling()),
                labels == LabelMode.SAMPLED ? options.seed().orElse(base.seed()) : base.seed());
    }
}
