package org.expunge.unlearning.method;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.inversion.Inversion;
import org.expunge.unlearning.inversion.Inverter;

/**
 * A damped Newton step on the remaining rows over the whole network, {@code θ′ = θ + s · (C_R + l2·D + λI)⁻¹ b}, with
 * {@code D} the 0/1 diagonal of decayed parameters, {@code b} as {@link RightHandSide} says, and {@code C_R} as the
 * {@link Inverter} has it: by default the Gauss-Newton matrix.
 *
 * <p>Damping and step are searched, never fixed: the useful window of λ is about a decade wide, moves from model to
 * model, and below it the model is destroyed. At each damping the steps are tried longest first until one is acceptable
 * to {@link CandidateSearch}. A candidate that costs too much is trained on R for a few epochs, the repair, and offered
 * again: a strong step and a repair forget more at the same utility than the strongest step that needs none.
 *
 * <p>Among the acceptable candidates the one to which F looks most like rows never seen is chosen. With
 * {@link RightHandSide#REMAINING_ROWS} it is the one of the shortest gradient of what remains, penalty included, and
 * further rounds go on from there.
 *
 * <p><b>Shapes.</b> {@code b} and {@code θ} have length {@code p}.
 *
 * <p><b>Units.</b> λ is added to the curvature of the mean loss over R.
 *
 * <p><b>Accuracy.</b> Empirical. Equal to retraining to convergence for least squares as {@code λ → 0}; close for
 * convex losses, where rounds converge to the retrained optimum; on deep networks an approximation that verification
 * has to judge. Running statistics of batch normalisation are taken anew from R.
 *
 * <p><b>Cost.</b> Those of the inverter and one gradient pass over F (or R) a round, a forward pass over all rows for
 * each candidate, and {@code repairEpochs} of training for each that is repaired.
 *
 * <p><b>Source.</b> C. Guo, T. Goldstein, A. Hannun and L. van der Maaten, "Certified Data Removal from Machine
 * Learning Models", ICML 2020, section 3.1, for the step; other matrices in place of the Hessian, the damping search,
 * the guard and the repair are deviations for networks that are not convex.
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
     * @param inverter the curvature and how it is inverted
     * @param dampings λ to try, at least one, each above 0 unless the curvature is known to be positive definite
     * @param steps s to try at each damping, longest first, each above 0
     * @param rounds steps one after the other, at least 1; above 1 only with {@link RightHandSide#REMAINING_ROWS}
     * @param repairEpochs epochs on R for a candidate that costs too much, 0 or more
     * @param repair how they are trained; its epochs and penalty are not used
     * @param search how candidates are judged
     */
    public record Options(
            WeightDecay weightDecay,
            RightHandSide rightHandSide,
            Inverter inverter,
            List<Double> dampings,
            List<Double> steps,
            int rounds,
            int repairEpochs,
            TrainingOptions repair,
            CandidateSearch.Options search) {
        /**
         * The Gauss-Newton matrix, decades of damping from 0.1 to 1e-4, steps of 1, ½ and ¼, one round, and three
         * epochs of repair by Adam at 0.001; accuracy may fall by two points, within which repaired networks vary.
         */
        public static final Options DEFAULT = new Options(
                WeightDecay.NONE,
                RightHandSide.REMOVED_ROWS,
                Inverter.DEFAULT,
                List.of(1e-1, 1e-2, 1e-3, 1e-4),
                List.of(1.0, 0.5, 0.25),
                1,
                3,
                TrainingOptions.DEFAULT
                        .withOptimizer(Optimizer.of(Optimizer.Kind.ADAM))
                        .withSchedule(Schedule.constant(1e-3))
                        .withBatchSize(32)
                        .withCheckpoints(CheckpointPolicy.lastOnly()),
                CandidateSearch.Options.DEFAULT.withGuard(UtilityGuard.DEFAULT.withMaxAccuracyDrop(0.02)));

        /** Copies the lists and checks the ranges. */
        public Options {
            checkArgument(!dampings.isEmpty() && !steps.isEmpty(), "there must be a damping and a step to try");
            dampings = List.copyOf(dampings);
            steps = List.copyOf(steps);
            dampings.forEach(d -> checkArgument(d >= 0 && Double.isFinite(d), "damping must be 0 or more, got %s", d));
            steps.forEach(s -> checkArgument(s > 0 && Double.isFinite(s), "steps must be above 0, got %s", s));
            checkArgument(
                    rounds == 1 || (rounds > 1 && rightHandSide == RightHandSide.REMAINING_ROWS),
                    "rounds must be 1, or more with %s, got %s with %s",
                    RightHandSide.REMAINING_ROWS,
                    rounds,
                    rightHandSide);
            checkArgument(repairEpochs >= 0, "repairEpochs must be 0 or more, got %s", repairEpochs);
        }

        /** Returns the same options with the penalty of another recipe. */
        public Options withWeightDecay(WeightDecay value) {
            return new Options(value, rightHandSide, inverter, dampings, steps, rounds, repairEpochs, repair, search);
        }

        /** Returns the same options with the gradient of the remaining rows, and so many steps. */
        public Options withRounds(int value) {
            return new Options(
                    weightDecay,
                    RightHandSide.REMAINING_ROWS,
                    inverter,
                    dampings,
                    steps,
                    value,
                    repairEpochs,
                    repair,
                    search);
        }

        /** Returns the same options with another inverse curvature. */
        public Options withInverter(Inverter value) {
            return new Options(
                    weightDecay, rightHandSide, value, dampings, steps, rounds, repairEpochs, repair, search);
        }

        /** Returns the same options with other dampings to try. */
        public Options withDampings(List<Double> value) {
            return new Options(
                    weightDecay, rightHandSide, inverter, value, steps, rounds, repairEpochs, repair, search);
        }

        /** Returns the same options with other steps to try. */
        public Options withSteps(List<Double> value) {
            return new Options(
                    weightDecay, rightHandSide, inverter, dampings, value, rounds, repairEpochs, repair, search);
        }

        /** Returns the same options with another number of epochs of repair. */
        public Options withRepairEpochs(int value) {
            return new Options(weightDecay, rightHandSide, inverter, dampings, steps, rounds, value, repair, search);
        }

        /** Returns the same options with candidates judged in another way. */
        public Options withSearch(CandidateSearch.Options value) {
            return new Options(
                    weightDecay, rightHandSide, inverter, dampings, steps, rounds, repairEpochs, repair, value);
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
     * @param round from 1
     * @param damping λ
     * @param step the fraction of the solution that was added
     * @param repairEpochs epochs of training on R that followed
     * @param solve how the solve ended; where it ran out of products, stopping early regularises as well
     * @param products products that the solve had spent at this damping
     * @param relativeResidual what is left of the linear system
     */
    public record Strength(
            int round,
            double damping,
            double step,
            int repairEpochs,
            String solve,
            int products,
            double relativeResidual) {
        static Strength of(int round, Inversion.Solution solution, double step) {
            return new Strength(
                    round,
                    solution.damping(),
                    step,
                    0,
                    solution.outcome(),
                    solution.products(),
                    solution.relativeResidual());
        }

        Strength repaired(int epochs) {
            return new Strength(round, damping, step, epochs, solve, products, relativeResidual);
        }
    }

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
        NewtonRounds rounds = new NewtonRounds(engine, options, model, rows, validation);
        rounds.run();
        return new UnlearningResult(
                rounds.search().bestModel(),
                rounds.search().outcome(),
                name(),
                guarantee(),
                new Details(options, rounds.search().log(), LIMITS),
                rounds.cost());
    }
}
