package org.expunge.influence.curvature.store;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.LabelMode;
import org.expunge.influence.curvature.Labels;
import org.expunge.influence.curvature.LossOperator;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.curvature.factor.BlockDense;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.PositionScaling;
import org.expunge.influence.curvature.lowrank.Arnoldi;
import org.expunge.influence.curvature.lowrank.Nystrom;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.solver.Lanczos;
import org.expunge.influence.solver.RitzPairs;

/**
 * Everything that decides factors beside the model and the rows. What a kind does not use keeps its default, so that
 * two recipes for the same factors are equal.
 *
 * @param kind what to fit
 * @param labels whose gradients, of K-FAC, EK-FAC, the diagonal and dense blocks
 * @param samples labels drawn a row, at least 1
 * @param seed of labels drawn, of Nyström's directions or of Arnoldi's start
 * @param scaling of positions, of K-FAC, EK-FAC and FOOF
 * @param curvature of Nyström and Arnoldi
 * @param l2 of the weight decay that is added to that curvature
 * @param rank most pairs of Nyström and Arnoldi
 * @param oversampling of Nyström
 * @param steps of Arnoldi
 * @param selection of Arnoldi's pairs
 */
public record FactorRecipe(
        FactorKind kind,
        LabelMode labels,
        int samples,
        long seed,
        PositionScaling scaling,
        CurvatureKind curvature,
        double l2,
        int rank,
        int oversampling,
        int steps,
        RitzPairs.Selection selection) {
    private static final FactorRecipe BASE = new FactorRecipe(
            FactorKind.EKFAC,
            LabelMode.EXACT,
            1,
            0,
            PositionScaling.KFC,
            CurvatureKind.GAUSS_NEWTON,
            0,
            1,
            0,
            1,
            RitzPairs.Selection.POSITIVE);

    /** Checks the ranges. */
    public FactorRecipe {
        checkArgument(samples >= 1, "samples must be at least 1, got %s", samples);
        checkArgument(rank >= 1, "rank must be at least 1, got %s", rank);
        checkArgument(oversampling >= 0, "oversampling must be at least 0, got %s", oversampling);
        checkArgument(steps >= 1, "steps must be at least 1, got %s", steps);
    }

    /** Returns the recipe of K-FAC. */
    public static FactorRecipe kfac(Kfac.Options options) {
        return BASE.with(FactorKind.KFAC)
                .with(new Labels(options.labels(), options.seed(), options.samples()))
                .with(options.scaling());
    }

    /** Returns the recipe of EK-FAC. */
    public static FactorRecipe ekfac(Kfac.Options options) {
        return kfac(options).with(FactorKind.EKFAC);
    }

    /** Returns the recipe of FOOF. */
    public static FactorRecipe foof(PositionScaling scaling) {
        return BASE.with(FactorKind.FOOF).with(scaling);
    }

    /** Returns the recipe of the diagonal. */
    public static FactorRecipe diagonal(Labels labels) {
        return BASE.with(FactorKind.DIAGONAL).with(labels);
    }

    /** Returns the recipe of dense blocks. */
    public static FactorRecipe blockDense(Labels labels) {
        return BASE.with(FactorKind.BLOCK_DENSE).with(labels);
    }

    /**
     * Returns the recipe of Nyström's pairs.
     *
     * @param curvature whose
     * @param decay added to it
     * @param rank most pairs
     * @param oversampling further columns of the sketch
     * @param seed decides the directions
     */
    public static FactorRecipe nystrom(
            CurvatureKind curvature, WeightDecay decay, int rank, int oversampling, long seed) {
        return BASE.with(FactorKind.NYSTROM).of(curvature, decay).pairs(seed, rank, oversampling, 1, BASE.selection);
    }

    /**
     * Returns the recipe of Arnoldi's pairs.
     *
     * @param curvature whose
     * @param decay added to it
     * @param rank most pairs
     * @param steps of the iteration
     * @param selection which pairs
     * @param seed decides the start
     */
    public static FactorRecipe arnoldi(
            CurvatureKind curvature, WeightDecay decay, int rank, int steps, RitzPairs.Selection selection, long seed) {
        return BASE.with(FactorKind.ARNOLDI).of(curvature, decay).pairs(seed, rank, 0, steps, selection);
    }

    /** Returns the same recipe of another kind. */
    FactorRecipe with(FactorKind other) {
        return new FactorRecipe(
                other, labels, samples, seed, scaling, curvature, l2, rank, oversampling, steps, selection);
    }

    private FactorRecipe with(Labels other) {
        boolean isDrawn = other.mode() == LabelMode.SAMPLED;
        return new FactorRecipe(
                kind,
                other.mode(),
                isDrawn ? other.samples() : 1,
                isDrawn ? other.seed() : 0,
                scaling,
                curvature,
                l2,
                rank,
                oversampling,
                steps,
                selection);
    }

    private FactorRecipe with(PositionScaling other) {
        return new FactorRecipe(
                kind, labels, samples, seed, other, curvature, l2, rank, oversampling, steps, selection);
    }

    private FactorRecipe of(CurvatureKind other, WeightDecay decay) {
        return new FactorRecipe(
                kind, labels, samples, seed, scaling, other, decay.l2(), rank, oversampling, steps, selection);
    }

    private FactorRecipe pairs(
            long newSeed, int newRank, int newOversampling, int newSteps, RitzPairs.Selection newSelection) {
        return new FactorRecipe(
                kind,
                labels,
                samples,
                newSeed,
                scaling,
                curvature,
                l2,
                newRank,
                newOversampling,
                newSteps,
                newSelection);
    }

    /** Opens the curvature of the mean loss over some rows; the caller closes it. */
    LossOperator open(Engine engine, Model model, Dataset data) {
        return curvature.open(engine, model, data, new WeightDecay(l2));
    }

    Kfac.Options kfacOptions() {
        return new Kfac.Options(labels, scaling, seed, samples);
    }

    Labels labelOptions() {
        return new Labels(labels, seed, samples);
    }

    BlockDense.Options blockOptions() {
        return new BlockDense.Options(labelOptions(), BlockDense.Options.DEFAULT.maxBytes());
    }

    Nystrom.Options nystromOptions() {
        return new Nystrom.Options(rank, oversampling, Nystrom.Options.DEFAULT.cutoff(), seed);
    }

    Arnoldi.Options arnoldiOptions() {
        Lanczos.Options iteration = new Lanczos.Options(steps, Lanczos.Options.DEFAULT.invariance(), seed);
        Arnoldi.Options defaults = Arnoldi.Options.DEFAULT;
        return new Arnoldi.Options(iteration, rank, selection, defaults.maxResidual(), defaults.cutoff());
    }
}
