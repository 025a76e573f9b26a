package org.expunge.unlearning.method.selected;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.generalized.ParameterSelection;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.unlearning.Cost;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.method.CandidateSearch;
import org.expunge.unlearning.method.SearchLog;
import org.expunge.unlearning.method.UtilityGuard;
import org.jspecify.annotations.Nullable;

/**
 * One Newton step on the parameters of the units that decide the loss on the rows to forget, {@code θ′_S = θ_S + s ·
 * (C_R,SS + λI)⁻¹ (Σ_F g_i + m·l2·Dθ)_S / n_R}, with {@code S} from {@link UnitBlanket} and {@code C_R} the
 * Gauss-Newton matrix of the rows that remain, if wanted with noise on S ({@link SekhariNoise}).
 *
 * <p>{@link #asReleased} takes the step of the released code in its place, for comparison: its curvature is of rank one
 * from two minibatch gradients, the sample's own is 0 or the square of its gradient by a defect, and the step is in
 * effect {@code g_S / ((n − 1) λ)}. The log has its cosine with the gradient.
 *
 * <p>Damping and step are searched by {@link CandidateSearch}. Where no unit's dependence exceeds chance, nothing is
 * tried, and the outcome is {@link UnlearningResult.Outcome#NO_ACCEPTABLE_CANDIDATE}.
 *
 * <p><b>Shapes.</b> The gradient and θ have length {@code p}, the step has k entries that are not 0.
 *
 * <p><b>Units.</b> λ is added to the curvature of the mean loss.
 *
 * <p><b>Accuracy.</b> Empirical, with noise too. Equal to retraining for least squares with all units selected and no
 * noise, as {@code λ → 0}; close to no change where few rows go from many, as the step is of order {@code m / n}.
 *
 * <p><b>Cost.</b> That of {@link UnitBlanket}; for each damping at most {@code maxProducts} products over the rows of
 * the curvature; a forward pass over all rows for each candidate.
 *
 * <p><b>Source.</b> R. Mehta, S. Pal, V. Singh and S. Ravi, "Deep Unlearning via Randomized Conditionally Independent
 * Hessians", CVPR 2022; the guard is their rule of skipping a removal that costs 5 points on validation rows, made
 * strict.
 */
public final class LCodec implements UnlearningMethod {
    /**
     * How the step is made and searched.
     *
     * @param blanket which units move
     * @param weightDecay the penalty that the model was trained with
     * @param curvatureRows rows to take the curvature from, drawn at random; 0 for all
     * @param dampings λ to try, at least one, each 0 or more; above 0 as released and with noise
     * @param steps s to try at each damping until one is acceptable, longest first, at least one, each above 0; between
     *     it and the one before, three more are tried
     * @param noise hides what is left; null for none
     * @param solve when to stop solving
     * @param search how candidates are judged; its seed draws the noise too
     */
    public record Options(
            UnitBlanket.Options blanket,
            WeightDecay weightDecay,
            int curvatureRows,
            List<Double> dampings,
            List<Double> steps,
            @Nullable SekhariNoise noise,
            ConjugateGradient.Options solve,
            CandidateSearch.Options search) {
        /**
         * Gauss-Newton over at most 2 000 rows, dampings of 1 to 0.001, steps of 64 down to a 64th, no noise, 60
         * products, and 2 points of accuracy.
         */
        public static final Options DEFAULT = new Options(
                UnitBlanket.Options.DEFAULT,
                WeightDecay.NONE,
                2_000,
                List.of(1.0, 1e-1, 1e-2, 1e-3),
                GeneralizedInfluenceRemoval.Options.DEFAULT.steps(),
                null,
                new ConjugateGradient.Options(1e-4, 60),
                CandidateSearch.Options.DEFAULT.withGuard(UtilityGuard.DEFAULT.withMaxAccuracyDrop(0.02)));

        /** Copies the lists and checks the ranges. */
        public Options {
            checkArgument(curvatureRows >= 0, "curvatureRows must be 0 or more, got %s", curvatureRows);
            checkArgument(!dampings.isEmpty() && !steps.isEmpty(), "there must be a damping and a step to try");
            dampings = List.copyOf(dampings);
            steps = List.copyOf(steps);
            dampings.forEach(d -> checkArgument(
                    d >= 0 && Double.isFinite(d) && (d > 0 || noise == null),
                    "damping must be 0 or more, and above 0 with noise, got %s",
                    d));
            steps.forEach(s -> checkArgument(s > 0 && Double.isFinite(s), "steps must be above 0, got %s", s));
        }

        /** Returns the same options with other units. */
        public Options withBlanket(UnitBlanket.Options value) {
            return new Options(value, weightDecay, curvatureRows, dampings, steps, noise, solve, search);
        }

        /** Returns the same options with the penalty of another recipe. */
        public Options withWeightDecay(WeightDecay value) {
            return new Options(blanket, value, curvatureRows, dampings, steps, noise, solve, search);
        }

        /** Returns the same options with other dampings to try. */
        public Options withDampings(List<Double> value) {
            return new Options(blanket, weightDecay, curvatureRows, value, steps, noise, solve, search);
        }

        /** Returns the same options with other steps to try. */
        public Options withSteps(List<Double> value) {
            return new Options(blanket, weightDecay, curvatureRows, dampings, value, noise, solve, search);
        }

        /** Returns the same options with noise, or without. */
        public Options withNoise(@Nullable SekhariNoise value) {
            return new Options(blanket, weightDecay, curvatureRows, dampings, steps, value, solve, search);
        }

        /** Returns the same options with another end of solves. */
        public Options withSolve(ConjugateGradient.Options value) {
            return new Options(blanket, weightDecay, curvatureRows, dampings, steps, noise, value, search);
        }

        /** Returns the same options with candidates judged in another way. */
        public Options withSearch(CandidateSearch.Options value) {
            return new Options(blanket, weightDecay, curvatureRows, dampings, steps, noise, solve, value);
        }
    }

    /**
     * What made a candidate.
     *
     * @param damping λ
     * @param step the multiple of the answer that was added
     * @param cosine of the answer with the gradient on S: near 1, the curvature did nothing
     * @param noise standard deviation of the noise; 0 for none
     * @param solve how the solve ended
     * @param products products that it took
     * @param relativeResidual what is left of the normal equations
     */
    public record Strength(
            double damping,
            double step,
            double cosine,
            double noise,
            String solve,
            int products,
            double relativeResidual) {}

    /**
     * What was tried.
     *
     * @param options the settings
     * @param isAsReleased whether the step was that of the released code
     * @param units those that moved, in the order they were picked
     * @param selected k, their parameters
     * @param gradientBefore norm of the mean gradient of the rows to forget, of the old model
     * @param gradientAfter the same of the new model
     * @param search every candidate, of {@link Strength}, and the one taken
     * @param limits what the method does not do, in words
     */
    public record Details(
            Options options,
            boolean isAsReleased,
            List<UnitBlanket.Unit> units,
            int selected,
            double gradientBefore,
            double gradientAfter,
            SearchLog search,
            List<String> limits) {
        /** Copies the lists. */
        public Details {
            units = List.copyOf(units);
            limits = List.copyOf(limits);
        }
    }

    /**
     * What the released code keeps of the training.
     *
     * @param earlier the model one epoch before the end
     * @param later the model at the end
     * @param batch rows of the minibatches whose gradients are taken at either, at least 1
     * @param isSampleSquared whether the sample's curvature is its squared gradient times {@code 10⁶ / k}, as with
     *     PyTorch before version 2; with later ones it is 0
     */
    public record TrainingEnd(Model earlier, Model later, int batch, boolean isSampleSquared) {
        /** Checks the range. */
        public TrainingEnd {
            checkArgument(batch >= 1, "batch must be at least 1, got %s", batch);
        }
    }

    private static final List<String> LIMITS = List.of(
            "Nothing is proved, with noise neither: its theorem is for convex losses; verification says how much was"
                    + " forgotten.",
            "Parameters of units that were not selected still reflect the rows.",
            "A normalisation that was fitted with the rows is kept; its means and scales still reflect them.");

    private final Engine engine;
    private final Options options;
    private final @Nullable TrainingEnd ends;

    private LCodec(Engine engine, Options options, @Nullable TrainingEnd ends) {
        this.engine = engine;
        this.options = options;
        this.ends = ends;
    }

    /**
     * Makes the method with the step that the paper intends.
     *
     * @param engine where it runs; stays the caller's to close
     * @param options how the step is made and searched
     */
    public LCodec(Engine engine, Options options) {
        this(engine, options, null);
    }

    /**
     * Makes the method with the step of the released code.
     *
     * @param engine where it runs; stays the caller's to close
     * @param options how the step is made and searched; its curvature rows and solve are not used
     * @param ends what that code keeps of the training
     */
    public static LCodec asReleased(Engine engine, Options options, TrainingEnd ends) {
        options.dampings().forEach(d -> checkArgument(d > 0, "as released, damping must be above 0, got %s", d));
        return new LCodec(engine, options, ends);
    }

    @Override
    public String name() {
        return "l-codec";
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.EMPIRICAL;
    }

    @Override
    public UnlearningResult forget(Model model, ForgetSet rows, Dataset validation) {
        if (rows.isEmpty()) {
            return UnlearningResult.nothingToRemove(model, this);
        }
        long start = System.nanoTime();
        CandidateSearch search = new CandidateSearch(engine, model, rows, validation, options.search());
        UnitBlanket.Picked picked = new UnitBlanket(options.blanket()).pick(engine, model, rows.forget());
        int[] indices = UnitBlanket.indices(model.network(), picked.units());
        long productRows = 0;
        if (indices.length > 0) {
            ParameterSelection selection =
                    ParameterSelection.of(model.network().layout().length(), indices);
            CodecSteps steps = new CodecSteps(engine, options, model, rows, selection, search);
            productRows = ends == null ? steps.asIntended() : steps.asReleased(ends);
        }
        Details details = new Details(
                options,
                ends != null,
                picked.units(),
                indices.length,
                gradientNorm(model, rows.forget()),
                gradientNorm(search.bestModel(), rows.forget()),
                search.log(),
                LIMITS);
        Cost cost = new Cost(
                (System.nanoTime() - start) * 1e-9,
                3L * rows.forget().size(),
                productRows,
                search.evaluatedRows() + picked.evaluatedRows());
        return new UnlearningResult(search.bestModel(), search.outcome(), name(), guarantee(), details, cost);
    }

    private double gradientNorm(Model model, Dataset rows) {
        return ParameterVector.of(new PerExample(engine).meanGradient(model, rows))
                .norm();
    }
}
