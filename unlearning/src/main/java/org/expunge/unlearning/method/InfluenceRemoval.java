package org.expunge.unlearning.method;

import static com.google.common.base.Preconditions.checkArgument;

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
import org.expunge.unlearning.Cost;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;

/**
 * One damped Gauss-Newton step on the remaining rows over the whole network, {@code θ′ = θ + s · (C_R + l2·D + λI)⁻¹
 * b}, with {@code D} the 0/1 diagonal of decayed parameters and {@code b} as {@link RightHandSide} says.
 *
 * <p>Damping and step are searched, never fixed: the useful window of λ is about a decade wide, moves from model to
 * model, and below it the model is destroyed. All dampings come from one Krylov run. At each damping the steps are
 * tried longest first until one is acceptable to {@link CandidateSearch}. Among the acceptable candidates the one that
 * forgets most is chosen: the highest mean loss on F.
 *
 * <p><b>Shapes.</b> {@code b} and {@code θ} have length {@code p}.
 *
 * <p><b>Units.</b> λ is added to the curvature of the mean loss over R.
 *
 * <p><b>Accuracy.</b> Empirical. Equal to retraining to convergence for least squares as {@code λ → 0}; close for
 * convex losses, where repeating it with {@link RightHandSide#REMAINING_ROWS} converges to the retrained optimum; on
 * deep networks an approximation that verification has to judge. Running statistics of batch normalisation are taken
 * anew from R.
 *
 * <p><b>Cost.</b> At most {@code maxProducts} products over R, one gradient pass over F (or R), and a forward pass over
 * all rows for each candidate.
 *
 * <p><b>Source.</b> C. Guo, T. Goldstein, A. Hannun and L. van der Maaten, "Certified Data Removal from Machine
 * Learning Models", ICML 2020, section 3.1, for the step; the Gauss-Newton matrix in place of the Hessian, the damping
 * search and the guard are deviations for networks that are not convex.
 */
public final class InfluenceRemoval implements UnlearningMethod {
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
     * @param search how candidates are judged
     * @param solve when to stop solving
     */
    public record Options(
            WeightDecay weightDecay,
            RightHandSide rightHandSide,
            List<Double> dampings,
            List<Double> steps,
            CandidateSearch.Options search,
            ConjugateGradient.Options solve) {
        /** Half-decades of damping from 0.1 to 1e-4, steps of 1, ½ and ¼, 60 products: a residual of 1e-4 or less. */
        public static final Options DEFAULT = new Options(
                WeightDecay.NONE,
                RightHandSide.REMOVED_ROWS,
                List.of(1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4),
                List.of(1.0, 0.5, 0.25),
                CandidateSearch.Options.DEFAULT,
                new ConjugateGradient.Options(1e-4, 60));

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
            return new Options(value, rightHandSide, dampings, steps, search, solve);
        }

        /** Returns the same options with other dampings to try. */
        public Options withDampings(List<Double> value) {
            return new Options(weightDecay, rightHandSide, value, steps, search, solve);
        }

        /** Returns the same options with candidates judged in another way. */
        public Options withSearch(CandidateSearch.Options value) {
            return new Options(weightDecay, rightHandSide, dampings, steps, value, solve);
        }

        /** Returns the same options with another guard. */
        public Options withGuard(UtilityGuard value) {
            return withSearch(search.withGuard(value));
        }

        /** Returns the same options, bounded by rows never seen or not. */
        public Options withBoundByUnseenRows(boolean value) {
            return withSearch(search.withBoundByUnseenRows(value));
        }
    }

    /**
     * What made a candidate.
     *
     * @param damping λ
     * @param step the fraction of the solution that was added
     * @param isConverged whether the solve met its tolerance; where it did not, stopping early regularises as well
     * @param products products that the solve had spent at this damping
     * @param relativeResidual its residual
     */
    public record Strength(double damping, double step, boolean isConverged, int products, double relativeResidual) {}

    /**
     * What was tried.
     *
     * @param options the settings
     * @param search every candidate, of {@link Strength}, and the one taken
     * @param limits what the method does not do, in words
     */
    public record Details(Options options, SearchLog search, List<String> limits) {
        /** Copies the list. */
        public Details {
            limits = List.copyOf(limits);
        }
    }

    private static final List<String> LIMITS = List.of(
            "Nothing is proved; verification says how much was forgotten.",
            "A normalisation that was fitted with the rows is kept; its means and scales still reflect them.");

    private final Engine engine;
    private final Options options;

    /**
     * Makes the method.
     *
     * @param engine where it runs; stays the caller's to close
     * @param options how the step is searched
     */
    public InfluenceRemoval(Engine engine, Options options) {
        this.engine = engine;
        this.options = options;
    }

    @Override
    public String name() {
        return "influence";
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
        List<SolveResult> directions = directions(model, rows);
        for (int k = 0; k < directions.size(); k++) {
            backtrack(search, model, options.dampings().get(k), directions.get(k));
        }
        return new UnlearningResult(
                search.bestModel(),
                search.outcome(),
                name(),
                guarantee(),
                new Details(options, search.log(), LIMITS),
                cost(start, rows, directions, search));
    }

    /** Tries the steps at one damping, longest first, until one is acceptable. */
    private void backtrack(CandidateSearch search, Model model, double damping, SolveResult direction) {
        double[] solution = direction.solution().toArray();
        for (double step : options.steps()) {
            Strength strength = new Strength(
                    damping, step, direction.isConverged(), direction.products(), direction.relativeResidual());
            double[] parameters = model.parameters();
            for (int i = 0; i < parameters.length; i++) {
                parameters[i] += step * solution[i];
            }
            if (search.consider(strength, parameters).isAcceptable()) {
                return;
            }
        }
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
}
