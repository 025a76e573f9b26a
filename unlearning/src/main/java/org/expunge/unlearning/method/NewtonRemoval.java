package org.expunge.unlearning.method;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.solver.ShiftedConjugateGradient;
import org.expunge.influence.solver.SolveResult;
import org.expunge.influence.training.Evaluator;
import org.expunge.unlearning.Cost;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.jspecify.annotations.Nullable;

/**
 * One damped Gauss-Newton step on the remaining rows over the whole network, {@code θ′ = θ + s · (C_R + l2·D + λI)⁻¹
 * b}, with {@code D} the 0/1 diagonal of decayed parameters and {@code b} as {@link RightHandSide} says.
 *
 * <p>Damping and step are searched, never fixed: the useful window of λ is about a decade wide, moves from model to
 * model, and below it the model is destroyed. All dampings come from one Krylov run. At each damping the steps are
 * tried longest first until one is acceptable: inside the {@link UtilityGuard}, and not forgetting so much that the
 * rows stand out against validation rows of the same classes, which gives them away as well. That is, the mean loss on
 * F exceeds theirs by at most two standard errors, and the membership AUC of F against them is at most two standard
 * errors below one half; where F was harder than that before, so much more is allowed. (Their plain mean is no bound:
 * single rows that only memory got right should end far above it.) Among the acceptable candidates the one that forgets
 * most is chosen: the highest mean loss on F. Test rows and retrained models take no part.
 *
 * <p><b>Shapes.</b> {@code b} and {@code θ} have length {@code p}.
 *
 * <p><b>Units.</b> λ is added to the curvature of the mean loss over R.
 *
 * <p><b>Accuracy.</b> Empirical. Equal to retraining to convergence for least squares as {@code λ → 0}; close for
 * convex losses, where repeating it with {@link RightHandSide#REMAINING_ROWS} converges to the retrained optimum; on
 * deep networks an approximation that verification has to judge. Running statistics of batch normalisation are left as
 * they were.
 *
 * <p><b>Cost.</b> At most {@code maxProducts} products over R, one gradient pass over F (or R), and a forward pass over
 * all rows for each candidate.
 *
 * <p><b>Source.</b> C. Guo, T. Goldstein, A. Hannun and L. van der Maaten, "Certified Data Removal from Machine
 * Learning Models", ICML 2020, section 3.1, for the step; the Gauss-Newton matrix in place of the Hessian, the damping
 * search and the guard are deviations for networks that are not convex.
 */
public final class NewtonRemoval implements UnlearningMethod {
    /** What the inverse curvature is applied to. */
    public enum RightHandSide {
        /**
         * {@code (Σ_F g_i + m·l2·Dθ) / n_R}: what the removed rows contributed, with their share of the penalty. Moves
         * the model for the removal alone, also where training stopped before the optimum.
         */
        REMOVED_ROWS,
        /**
         * {@code −(Σ_R g_i / n_R + l2·Dθ)}: the downhill gradient of the remaining objective. Equal to the other at an
         * optimum; elsewhere it also trains on. For repeated steps.
         */
        REMAINING_ROWS
    }

    /**
     * How the step is searched.
     *
     * @param weightDecay the penalty that the model was trained with
     * @param rightHandSide what the inverse curvature is applied to
     * @param dampings λ to try, at least one, each above 0 unless the curvature is known to be positive definite
     * @param steps s to try at each damping, longest first, each in (0, 1]
     * @param guard what may be lost
     * @param isBoundedByUnseenRows whether F may not be made to look worse than rows never seen; false for rows that a
     *     model without them should get wrong, such as mislabelled ones
     * @param solve when to stop solving
     * @param seed decides which validation rows F is compared with
     */
    public record Options(
            WeightDecay weightDecay,
            RightHandSide rightHandSide,
            List<Double> dampings,
            List<Double> steps,
            UtilityGuard guard,
            boolean isBoundedByUnseenRows,
            ConjugateGradient.Options solve,
            long seed) {
        /** Half-decades of damping from 0.1 to 1e-4, steps of 1, ½ and ¼, 60 products: a residual of 1e-4 or less. */
        public static final Options DEFAULT = new Options(
                WeightDecay.NONE,
                RightHandSide.REMOVED_ROWS,
                List.of(1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4),
                List.of(1.0, 0.5, 0.25),
                UtilityGuard.DEFAULT,
                true,
                new ConjugateGradient.Options(1e-4, 60),
                0);

        /** Copies the lists and checks the ranges. */
        public Options {
            checkArgument(!dampings.isEmpty() && !steps.isEmpty(), "there must be a damping and a step to try");
            dampings = List.copyOf(dampings);
            steps = List.copyOf(steps);
            dampings.forEach(d -> checkArgument(d >= 0 && Double.isFinite(d), "damping must be 0 or more, got %s", d));
            steps.forEach(s -> checkArgument(s > 0 && s <= 1, "steps must be in (0, 1], got %s", s));
        }

        /** Returns the same options with the penalty of another recipe. */
        public Options withWeightDecay(WeightDecay value) {
            return new Options(value, rightHandSide, dampings, steps, guard, isBoundedByUnseenRows, solve, seed);
        }

        /** Returns the same options with another guard. */
        public Options withGuard(UtilityGuard value) {
            return new Options(weightDecay, rightHandSide, dampings, steps, value, isBoundedByUnseenRows, solve, seed);
        }

        /** Returns the same options with other dampings to try. */
        public Options withDampings(List<Double> value) {
            return new Options(weightDecay, rightHandSide, value, steps, guard, isBoundedByUnseenRows, solve, seed);
        }

        /** Returns the same options, bounded by rows never seen or not. */
        public Options withBoundByUnseenRows(boolean value) {
            return new Options(weightDecay, rightHandSide, dampings, steps, guard, value, solve, seed);
        }
    }

    /**
     * What was tried.
     *
     * @param options the settings
     * @param before the model before
     * @param overForgottenBelow the membership AUC below which a candidate was refused, if bounded
     * @param candidates all that were tried, in order
     * @param chosen the one that was taken; null if none was acceptable
     * @param limits what the method does not do, in words
     */
    public record Details(
            Options options,
            CandidateFigures before,
            double overForgottenBelow,
            List<Candidate> candidates,
            @Nullable Candidate chosen,
            List<String> limits) {
        /** Copies the lists. */
        public Details {
            candidates = List.copyOf(candidates);
            limits = List.copyOf(limits);
        }
    }

    private final Engine engine;
    private final Options options;

    /**
     * Makes the method.
     *
     * @param engine where it runs; stays the caller's to close
     * @param options how the step is searched
     */
    public NewtonRemoval(Engine engine, Options options) {
        this.engine = engine;
        this.options = options;
    }

    @Override
    public String name() {
        return "newton";
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
        checkArgument(
                validation.size() >= 1,
                "%s has no rows, but damping and step are chosen on validation rows; keep some, or retrain",
                validation.name());
        long start = System.nanoTime();
        List<SolveResult> directions = directions(model, rows);
        CandidateSearch search = new CandidateSearch(new Evaluator(engine), options, model, rows, validation);
        for (int k = 0; k < directions.size(); k++) {
            search.backtrack(options.dampings().get(k), directions.get(k));
        }
        return new UnlearningResult(
                search.bestModel(),
                search.best() == null
                        ? UnlearningResult.Outcome.NO_ACCEPTABLE_CANDIDATE
                        : UnlearningResult.Outcome.REMOVED,
                name(),
                guarantee(),
                new Details(options, search.before(), search.lowestAuc(), search.tried(), search.best(), limits(model)),
                cost(start, rows, directions, search));
    }

    private List<SolveResult> directions(Model model, ForgetSet rows) {
        ParameterVector b = ParameterVector.of(rightHandSide(model, rows));
        try (GaussNewton curvature = new GaussNewton(engine, model, rows.retain(), options.weightDecay())) {
            return new ShiftedConjugateGradient(options.solve()).solve(curvature, b, options.dampings());
        }
    }

    private double[] rightHandSide(Model model, ForgetSet rows) {
        boolean isRemoved = options.rightHandSide() == RightHandSide.REMOVED_ROWS;
        Dataset data = isRemoved ? rows.forget() : rows.retain();
        double sign = isRemoved ? 1 : -1;
        double[] sum = new PerExample(engine).sumGradient(model, data);
        options.weightDecay().addProduct(model.network(), data.size(), model.parameters(), sum);
        for (int i = 0; i < sum.length; i++) {
            sum[i] *= sign / rows.retain().size();
        }
        return sum;
    }

    private Cost cost(long start, ForgetSet rows, List<SolveResult> directions, CandidateSearch search) {
        long products =
                directions.stream().mapToInt(SolveResult::products).max().orElse(0);
        boolean isRemoved = options.rightHandSide() == RightHandSide.REMOVED_ROWS;
        return new Cost(
                (System.nanoTime() - start) * 1e-9,
                (isRemoved ? rows.forget() : rows.retain()).size(),
                products * rows.retain().size(),
                search.evaluatedRows());
    }

    private static List<String> limits(Model model) {
        List<String> limits = new ArrayList<>();
        limits.add("Nothing is proved; verification says how much was forgotten.");
        limits.add("A normalisation that was fitted with the rows is kept; its means and scales still reflect them.");
        if (model.statistics().length > 0) {
            limits.add("Running statistics of batch normalisation were left as they were and still reflect the rows.");
        }
        return limits;
    }
}
