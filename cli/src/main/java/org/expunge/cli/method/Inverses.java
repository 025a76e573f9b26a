package org.expunge.cli.method;

import static com.google.common.base.Preconditions.checkArgument;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.expunge.cli.method.Plan.Recipe;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.Labels;
import org.expunge.influence.curvature.factor.BlockDense;
import org.expunge.influence.curvature.factor.Diagonal;
import org.expunge.influence.curvature.factor.MFac;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.FitPlan;
import org.expunge.influence.curvature.kronecker.Foof;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.PositionScaling;
import org.expunge.influence.curvature.lowrank.Arnoldi;
import org.expunge.influence.curvature.lowrank.Nystrom;
import org.expunge.influence.curvature.store.FactorStore;
import org.expunge.influence.curvature.store.Factors;

/** Inverses in closed form, fitted to the rows that a run was trained on. */
final class Inverses {
    private Inverses() {}

    /**
     * Reads the options of a curvature that is fitted, or of one that was stored.
     *
     * @param kind which, or whatever was stored
     */
    static Recipe<InverseCurvature> of(Optional<Curvature> kind, MethodOptions options, Damping damping) {
        Optional<Path> factors = options.factors();
        if (factors.isPresent()) {
            return stored(factors.get(), kind, damping.fittingStored());
        }
        return fitted(kind.orElse(Curvature.EKFAC), options, damping);
    }

    private static Recipe<InverseCurvature> stored(Path folder, Optional<Curvature> kind, Damping damping) {
        return bench -> {
            Factors factors = FactorStore.open(folder);
            Curvature found =
                    Curvature.valueOf(factors.manifest().recipe().kind().name());
            Curvature wanted = kind.orElse(found);
            checkArgument(wanted == found, "%s holds factors of the kind %s, not %s", folder, found, wanted);
            InverseCurvature inverse =
                    factors.inverse(bench.engine().compute(), bench.model(), bench.train(), damping.rule(bench));
            return inverse instanceof AutoCloseable closeable ? bench.closing(inverse, closeable) : inverse;
        };
    }

    private static Recipe<InverseCurvature> fitted(Curvature curvature, MethodOptions options, Damping damping) {
        Damping fitting = damping.fitting(curvature);
        return switch (curvature) {
            case EKFAC -> ekfac(options.kronecker(), fitting);
            case KFAC -> kfac(options.kronecker(), fitting);
            case DIAGONAL -> diagonal(options.labels(), fitting);
            case BLOCK_DENSE -> blockDense(options.labels(), fitting);
            case FOOF -> foof(options.scaling(), fitting);
            case M_FAC -> mFac(gradients(options), fitting);
            case ARNOLDI -> arnoldi(options.arnoldi(), options.products(), fitting);
            case NYSTROM -> nystrom(options.nystrom(), options.products(), fitting);
            case GAUSS_NEWTON, HESSIAN, EMPIRICAL_FISHER ->
                throw new IllegalArgumentException(curvature + " has no inverse in closed form");
        };
    }

    private static Recipe<InverseCurvature> ekfac(Kfac.Options options, Damping damping) {
        return bench -> {
            notePlan(bench);
            Ekfac factors = bench.fittingOnce("EK-FAC", options, () -> {
                Kfac kfac = kfac(bench, options);
                return Ekfac.of(
                        kfac,
                        bench.sums((engine, rows) -> Ekfac.sums(engine, bench.model(), bench.train(), rows, kfac)));
            });
            return bench.closing(
                    factors.inverse(bench.engine().compute(), damping.policy().on(bench, Optional.of(factors))));
        };
    }

    private static Recipe<InverseCurvature> kfac(Kfac.Options options, Damping damping) {
        return bench -> {
            notePlan(bench);
            Kfac factors = bench.fittingOnce("K-FAC", options, () -> kfac(bench, options));
            return bench.closing(factors.inverse(bench.engine().compute(), damping.rule(bench)));
        };
    }

    private static Kfac kfac(Bench bench, Kfac.Options options) {
        return Kfac.of(
                bench.engine().compute(),
                bench.network(),
                options,
                bench.sums((engine, rows) -> Kfac.sums(engine, bench.model(), bench.train(), rows, options)));
    }

    private static void notePlan(Bench bench) {
        bench.console()
                .note("plan: "
                        + FitPlan.of(bench.engine(), bench.model().network()).describe());
    }

    private static Recipe<InverseCurvature> diagonal(Labels labels, Damping damping) {
        return bench -> bench.fittingOnce(
                        "the diagonal",
                        labels,
                        () -> Diagonal.of(
                                bench.network(),
                                labels,
                                bench.sums((engine, rows) ->
                                        Diagonal.sums(engine, bench.model(), bench.train(), rows, labels))))
                .inverse(damping.rule(bench));
    }

    private static Recipe<InverseCurvature> blockDense(Labels labels, Damping damping) {
        return bench -> {
            BlockDense.Options options = new BlockDense.Options(labels, bench.maxBytes());
            return bench.fittingOnce(
                            "a block for each layer",
                            options,
                            () -> BlockDense.of(
                                    bench.network(),
                                    labels,
                                    bench.sums((engine, rows) ->
                                            BlockDense.sums(engine, bench.model(), bench.train(), rows, options))))
                    .inverse(bench.engine().compute(), damping.rule(bench));
        };
    }

    private static Recipe<InverseCurvature> foof(PositionScaling positions, Damping damping) {
        return bench -> bench.closing(bench.fittingOnce(
                        "FOOF",
                        positions,
                        () -> Foof.of(
                                bench.engine().compute(),
                                bench.network(),
                                positions,
                                bench.sums((engine, rows) ->
                                        Foof.sums(engine, bench.model(), bench.train(), rows, positions))))
                .inverse(bench.engine().compute(), damping.rule(bench)));
    }

    private static Recipe<InverseCurvature> mFac(MFac.Options options, Damping damping) {
        return bench -> bench.fittingOnce(
                        "M-FAC", options, () -> MFac.fit(bench.engine(), bench.model(), bench.train(), options))
                .inverse(bench.engine().compute(), damping.rule(bench));
    }

    private static Recipe<InverseCurvature> arnoldi(Arnoldi.Options options, Curvature of, Damping damping) {
        return bench -> bench.fittingOnce(
                        "outer eigenvectors",
                        List.of(options, of),
                        () -> Arnoldi.fit(of.operator(bench), bench.network(), bench.eigen(), options))
                .pairs()
                .inverse(damping.rule(bench));
    }

    private static Recipe<InverseCurvature> nystrom(Nystrom.Options options, Curvature of, Damping damping) {
        return bench -> bench.fittingOnce(
                        "a sketch",
                        List.of(options, of),
                        () -> Nystrom.fit(of.operator(bench), bench.network(), bench.eigen(), options))
                .inverse(damping.rule(bench));
    }

    private static MFac.Options gradients(MethodOptions options) {
        MFac.Options base = MFac.Options.DEFAULT;
        return new MFac.Options(
                options.rank().orElse(base.gradients()), options.seed().orElse(base.seed()));
    }
}
