package org.expunge.cli.method;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Optional;
import org.expunge.cli.method.Plan.Recipe;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.LabelMode;
import org.expunge.influence.curvature.Labels;
import org.expunge.influence.curvature.factor.BlockDense;
import org.expunge.influence.curvature.factor.Diagonal;
import org.expunge.influence.curvature.factor.MFac;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Foof;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.PositionScaling;
import org.expunge.influence.curvature.lowrank.Arnoldi;
import org.expunge.influence.curvature.lowrank.Nystrom;
import org.expunge.influence.solver.Lanczos;

/** Inverses in closed form, fitted to the rows that a run was trained on. */
final class Inverses {
    private Inverses() {}

    /** Reads the options of a curvature that is fitted. */
    static Recipe<InverseCurvature> of(Curvature curvature, MethodOptions options, Damping damping) {
        Damping fitting = damping.fitting(curvature);
        return switch (curvature) {
            case EKFAC -> ekfac(kronecker(options), fitting);
            case KFAC -> kfac(kronecker(options), fitting);
            case DIAGONAL -> diagonal(labels(options), fitting);
            case BLOCK_DENSE -> blockDense(labels(options), fitting);
            case FOOF -> foof(positions(options), fitting);
            case M_FAC -> mFac(gradients(options), fitting);
            case ARNOLDI -> arnoldi(options, fitting);
            case NYSTROM -> nystrom(options, fitting);
            case GAUSS_NEWTON, HESSIAN, EMPIRICAL_FISHER ->
                throw new IllegalArgumentException(curvature + " has no inverse in closed form");
        };
    }

    private static Recipe<InverseCurvature> ekfac(Kfac.Options options, Damping damping) {
        return bench -> {
            Ekfac factors =
                    bench.fitting("EK-FAC", () -> Ekfac.fit(bench.engine(), bench.model(), bench.train(), options));
            return bench.closing(
                    factors.inverse(bench.engine().compute(), damping.policy().on(bench, Optional.of(factors))));
        };
    }

    private static Recipe<InverseCurvature> kfac(Kfac.Options options, Damping damping) {
        return bench -> {
            Kfac factors =
                    bench.fitting("K-FAC", () -> Kfac.fit(bench.engine(), bench.model(), bench.train(), options));
            return bench.closing(factors.inverse(bench.engine().compute(), damping.rule(bench)));
        };
    }

    private static Recipe<InverseCurvature> diagonal(Labels labels, Damping damping) {
        return bench -> bench.fitting(
                        "the diagonal", () -> Diagonal.fit(bench.engine(), bench.model(), bench.train(), labels))
                .inverse(damping.rule(bench));
    }

    private static Recipe<InverseCurvature> blockDense(Labels labels, Damping damping) {
        return bench -> {
            BlockDense.Options options = new BlockDense.Options(labels, bench.maxBytes());
            return bench.fitting(
                            "a block for each layer",
                            () -> BlockDense.fit(bench.engine(), bench.model(), bench.train(), options))
                    .inverse(bench.engine().compute(), damping.rule(bench));
        };
    }

    private static Recipe<InverseCurvature> foof(PositionScaling positions, Damping damping) {
        return bench -> bench.closing(
                bench.fitting("FOOF", () -> Foof.fit(bench.engine(), bench.model(), bench.train(), positions))
                        .inverse(bench.engine().compute(), damping.rule(bench)));
    }

    private static Recipe<InverseCurvature> mFac(MFac.Options options, Damping damping) {
        return bench -> bench.fitting("M-FAC", () -> MFac.fit(bench.engine(), bench.model(), bench.train(), options))
                .inverse(bench.engine().compute(), damping.rule(bench));
    }

    private static Recipe<InverseCurvature> arnoldi(MethodOptions options, Damping damping) {
        Arnoldi.Options base = Arnoldi.Options.DEFAULT;
        Arnoldi.Options chosen = new Arnoldi.Options(
                new Lanczos.Options(
                        options.steps().orElse(base.iteration().steps()),
                        base.iteration().invariance(),
                        options.seed().orElse(base.iteration().seed())),
                options.rank().orElse(base.rank()),
                base.selection(),
                base.maxResidual(),
                base.cutoff());
        Curvature of = operator(options);
        return bench -> bench.fitting(
                        "outer eigenvectors",
                        () -> Arnoldi.fit(of.operator(bench), bench.network(), bench.eigen(), chosen))
                .pairs()
                .inverse(damping.rule(bench));
    }

    private static Recipe<InverseCurvature> nystrom(MethodOptions options, Damping damping) {
        Nystrom.Options base = Nystrom.Options.DEFAULT;
        Nystrom.Options chosen = new Nystrom.Options(
                options.rank().orElse(base.rank()),
                base.oversampling(),
                base.cutoff(),
                options.seed().orElse(base.seed()));
        Curvature of = operator(options);
        return bench -> bench.fitting(
                        "a sketch", () -> Nystrom.fit(of.operator(bench), bench.network(), bench.eigen(), chosen))
                .inverse(damping.rule(bench));
    }

    /** Returns the curvature whose eigenvectors are looked for. */
    private static Curvature operator(MethodOptions options) {
        Curvature operator = options.operator().orElse(Curvature.GAUSS_NEWTON);
        checkArgument(
                !operator.isFitted(), "--operator must be gauss-newton, hessian or empirical-fisher, got %s", operator);
        return operator;
    }

    private static MFac.Options gradients(MethodOptions options) {
        MFac.Options base = MFac.Options.DEFAULT;
        return new MFac.Options(
                options.rank().orElse(base.gradients()), options.seed().orElse(base.seed()));
    }

    private static PositionScaling positions(MethodOptions options) {
        return options.positions().orElse(Kfac.Options.DEFAULT.scaling());
    }

    private static Labels labels(MethodOptions options) {
        LabelMode mode = options.labelMode().orElse(LabelMode.EXACT);
        return switch (mode) {
            case EXACT -> Labels.EXACT;
            case EMPIRICAL -> Labels.EMPIRICAL;
            case SAMPLED ->
                Labels.sampled(options.seed().orElse(0L), options.samples().orElse(1));
        };
    }

    private static Kfac.Options kronecker(MethodOptions options) {
        Labels labels = labels(options);
        return new Kfac.Options(labels.mode(), positions(options), labels.seed(), labels.samples());
    }
}
