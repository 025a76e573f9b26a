package org.expunge.cli.method;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Optional;
import java.util.function.Function;
import org.expunge.influence.curvature.LabelMode;
import org.expunge.influence.curvature.Labels;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.PositionScaling;
import org.expunge.influence.curvature.lowrank.Arnoldi;
import org.expunge.influence.curvature.lowrank.Nystrom;
import org.expunge.influence.curvature.store.CurvatureKind;
import org.expunge.influence.curvature.store.FactorRecipe;
import org.expunge.influence.solver.Lanczos;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a curvature is fitted. Each kind takes a few of these. */
public class FactorOptions extends OptionSet {
    @Option(
            names = "--curvature",
            paramLabel = "KIND",
            description = "What stands for the second derivatives of the mean loss: ${COMPLETION-CANDIDATES}.")
    private @Nullable Curvature curvature;

    @Option(
            names = "--label-mode",
            paramLabel = "KIND",
            description = "Labels of the gradients that factors average: exact (each, by its predicted probability), "
                    + "sampled (one drawn) or empirical (the data's own).")
    private @Nullable LabelMode labelMode;

    @Option(
            names = "--samples",
            paramLabel = "N",
            description = "Labels drawn for each row with --label-mode sampled, at least 1.")
    private @Nullable Integer samples;

    @Option(
            names = "--positions",
            paramLabel = "KIND",
            description = "How K-FAC counts the positions of a convolution: kfc (their sum) or mean.")
    private @Nullable PositionScaling positions;

    @Option(
            names = "--rank",
            paramLabel = "N",
            description = "Eigenvectors, gradients or dimensions that are kept, at least 1.")
    private @Nullable Integer rank;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps of Arnoldi's iteration, a product with the curvature each; at least 1.")
    private @Nullable Integer steps;

    @Option(
            names = "--operator",
            paramLabel = "KIND",
            description = "Curvature whose eigenvectors are looked for: gauss-newton, hessian or empirical-fisher.")
    private @Nullable Curvature operator;

    @Option(names = "--method-seed", paramLabel = "SEED", description = "Decides what the method draws.")
    private @Nullable Long seed;

    final Optional<Curvature> curvature() {
        return take("--curvature", curvature);
    }

    final Optional<LabelMode> labelMode() {
        return take("--label-mode", labelMode);
    }

    final Optional<Integer> samples() {
        return take("--samples", samples);
    }

    final Optional<PositionScaling> positions() {
        return take("--positions", positions);
    }

    final Optional<Integer> rank() {
        return take("--rank", rank);
    }

    final Optional<Integer> steps() {
        return take("--steps", steps);
    }

    final Optional<Curvature> operator() {
        return take("--operator", operator);
    }

    final Optional<Long> seed() {
        return take("--method-seed", seed);
    }

    /** Returns whose gradients are averaged. */
    final Labels labels() {
        LabelMode mode = labelMode().orElse(LabelMode.EXACT);
        return switch (mode) {
            case EXACT -> Labels.EXACT;
            case EMPIRICAL -> Labels.EMPIRICAL;
            case SAMPLED -> Labels.sampled(seed().orElse(0L), samples().orElse(1));
        };
    }

    /** Returns how K-FAC and EK-FAC are fitted. */
    final Kfac.Options kronecker() {
        Labels labels = labels();
        return new Kfac.Options(labels.mode(), scaling(), labels.seed(), labels.samples());
    }

    /** Returns what positions of convolutions count. */
    final PositionScaling scaling() {
        return positions().orElse(Kfac.Options.DEFAULT.scaling());
    }

    /** Returns how Nyström's pairs are found. */
    final Nystrom.Options nystrom() {
        Nystrom.Options base = Nystrom.Options.DEFAULT;
        return new Nystrom.Options(
                rank().orElse(base.rank()), base.oversampling(), base.cutoff(), seed().orElse(base.seed()));
    }

    /** Returns how Arnoldi's pairs are found. */
    final Arnoldi.Options arnoldi() {
        Arnoldi.Options base = Arnoldi.Options.DEFAULT;
        Lanczos.Options iteration = new Lanczos.Options(
                steps().orElse(base.iteration().steps()),
                base.iteration().invariance(),
                seed().orElse(base.iteration().seed()));
        return new Arnoldi.Options(
                iteration, rank().orElse(base.rank()), base.selection(), base.maxResidual(), base.cutoff());
    }

    /** Returns the curvature whose eigenvectors are looked for. */
    final Curvature products() {
        Curvature products = operator().orElse(Curvature.GAUSS_NEWTON);
        checkArgument(
                !products.isFitted(), "--operator must be gauss-newton, hessian or empirical-fisher, got %s", products);
        return products;
    }

    /**
     * Reads what to fit into a folder.
     *
     * @return the recipe for a run that was trained with a penalty; by default that of EK-FAC
     * @throws picocli.CommandLine.ParameterException if an option is out of range or does not apply
     */
    public Function<WeightDecay, FactorRecipe> recipe() {
        Curvature kind = curvature().orElse(Curvature.EKFAC);
        return reading("--curvature " + kind, () -> recipe(kind));
    }

    private Function<WeightDecay, FactorRecipe> recipe(Curvature kind) {
        return switch (kind) {
            case EKFAC -> always(FactorRecipe.ekfac(kronecker()));
            case KFAC -> always(FactorRecipe.kfac(kronecker()));
            case FOOF -> always(FactorRecipe.foof(scaling()));
            case DIAGONAL -> always(FactorRecipe.diagonal(labels()));
            case BLOCK_DENSE -> always(FactorRecipe.blockDense(labels()));
            case NYSTROM -> nystrom(nystrom(), kind(products()));
            case ARNOLDI -> arnoldi(arnoldi(), kind(products()));
            case M_FAC, GAUSS_NEWTON, HESSIAN, EMPIRICAL_FISHER ->
                throw new IllegalArgumentException("--curvature " + kind + " has no factors that can be stored");
        };
    }

    private static Function<WeightDecay, FactorRecipe> always(FactorRecipe recipe) {
        return decay -> recipe;
    }

    private static Function<WeightDecay, FactorRecipe> nystrom(Nystrom.Options options, CurvatureKind of) {
        return decay -> FactorRecipe.nystrom(of, decay, options.rank(), options.oversampling(), options.seed());
    }

    private static Function<WeightDecay, FactorRecipe> arnoldi(Arnoldi.Options options, CurvatureKind of) {
        Lanczos.Options iteration = options.iteration();
        return decay -> FactorRecipe.arnoldi(
                of, decay, options.rank(), iteration.steps(), options.selection(), iteration.seed());
    }

    private static CurvatureKind kind(Curvature products) {
        return CurvatureKind.valueOf(products.name());
    }
}
