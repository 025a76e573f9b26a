package org.expunge.unlearning.deltagrad;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Trajectory;
import org.expunge.unlearning.Cost;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.method.CandidateSearch;
import org.expunge.unlearning.method.SearchLog;
import org.expunge.unlearning.method.UtilityGuard;

/**
 * Retraining along the recorded way: every minibatch of the training again, less its rows to forget, from the same
 * start. Most steps need gradients of the rows to forget alone, {@code θ′ ← θ′ − η ((b (B(θ′ − θ_t) + ∇_t) − Σ_{F∩b}
 * g_i(θ′)) / (b − m_b) + l2·Dθ′)}, with {@code ∇_t} the recorded mean gradient and {@code B} an L-BFGS approximation of
 * the Hessian. The first {@code burnIn} steps after the first row to forget was met, and every {@code period}-th after
 * them, take all gradients and refresh {@code B}. Steps before that row are taken over as they were.
 *
 * <p><b>Shapes.</b> Any network whose gradients are sums over rows: no dropout, no batch normalisation. Plain
 * stochastic gradient descent, at any schedule.
 *
 * <p><b>Accuracy.</b> Empirical here; for strongly convex losses and full batches the distance to retraining is of
 * lower order than {@code m / n}. With {@code period = 1} equal, to rounding, to training on the same minibatches less
 * their rows to forget. (Retraining by the recipe draws other minibatches.) The product of batch gradients that are
 * noisy and a curvature that is not convex can drift: {@link CandidateSearch} decides whether the result is given out.
 *
 * <p><b>Cost.</b> Gradients of all rows in one step of {@code period}, those of the rows to forget in each; {@code 4 m
 * p} multiplications for B a step. The trajectory is read once; one that is
 * {@linkplain org.expunge.influence.training.Replay replayed} costs a training of its own.
 *
 * <p><b>Source.</b> Y. Wu, E. Dobriban and S. Davidson, "DeltaGrad: Rapid Retraining of Machine Learning Models", ICML
 * 2020, algorithm 1 and its stochastic form. The burn-in counts from the first row to forget, and the penalty is taken
 * exactly.
 */
public final class DeltaGrad implements UnlearningMethod {
    /** How far a replayed training may end from the model, in parts of its way: another order of sums. */
    private static final double SAME_TRAINING = 1e-3;

    /**
     * When gradients are taken in full.
     *
     * @param period T₀: one step in so many, at least 1
     * @param burnIn j₀: steps after the first row to forget was met, at least 1
     * @param memory m: pairs behind the curvature, at least 1
     * @param search how the new model, the only candidate, is judged
     */
    public record Options(int period, int burnIn, int memory, CandidateSearch.Options search) {
        /**
         * The paper's: one step in 5, the first 20, two pairs. Two points of accuracy and a quarter of the loss on
         * validation rows may go, as they may in a retraining; what happens to other rows is not judged.
         */
        public static final Options DEFAULT = new Options(
                5, 20, 2, new CandidateSearch.Options(new UtilityGuard(0.02, 0.25, 1, 2), false, false, 0, 0));

        /** Checks the ranges. */
        public Options {
            checkArgument(period >= 1, "period must be at least 1, got %s", period);
            checkArgument(burnIn >= 1, "burnIn must be at least 1, got %s", burnIn);
            checkArgument(memory >= 1, "memory must be at least 1, got %s", memory);
        }

        /** Returns the same options with another period. */
        public Options withPeriod(int value) {
            return new Options(value, burnIn, memory, search);
        }

        /** Returns the same options with another burn-in. */
        public Options withBurnIn(int value) {
            return new Options(period, value, memory, search);
        }

        /** Returns the same options with the new model judged in another way. */
        public Options withSearch(CandidateSearch.Options value) {
            return new Options(period, burnIn, memory, value);
        }
    }

    /**
     * How steps were taken.
     *
     * @param recorded steps before the first row to forget, taken over as they were
     * @param exact steps with all gradients
     * @param approximate steps with gradients of the rows to forget alone
     * @param empty steps whose minibatch had no other rows, left out
     * @param refusedPairs exact steps that taught nothing of the curvature, which was not clearly positive
     */
    public record Steps(int recorded, int exact, int approximate, int empty, int refusedPairs) {}

    /**
     * What was done.
     *
     * @param options the settings
     * @param search the new model, of {@link Steps}, and whether it was taken
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
            "The recorded trajectory still holds the rows' influence: delete it with the old run.",
            "A normalisation that was fitted with the rows is kept; its means and scales still reflect them.");

    private final Engine engine;
    private final Trajectory trajectory;
    private final Options options;

    /**
     * Makes the method for the model of one training.
     *
     * @param engine where gradients are computed; stays the caller's to close
     * @param trajectory the training
     * @param options when gradients are taken in full
     * @throws IllegalArgumentException if its steps are not plain gradient descent, or its gradients not sums over rows
     */
    public DeltaGrad(Engine engine, Trajectory trajectory, Options options) {
        check(trajectory);
        this.engine = engine;
        this.trajectory = trajectory;
        this.options = options;
    }

    private static void check(Trajectory trajectory) {
        Optimizer.Kind kind = trajectory.optimizer().kind();
        checkArgument(
                kind == Optimizer.Kind.SGD,
                "DeltaGrad follows plain gradient descent, but the training was by %s, whose steps depend on those"
                        + " before; train with sgd, or retrain",
                kind);
        trajectory.requireSumsOverRows("DeltaGrad");
    }

    @Override
    public String name() {
        return "delta-grad";
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
        StepsWithout walk = new StepsWithout(engine, options, trajectory, isForgotten(rows));
        Model end = trajectory.walk(walk);
        checkSame(model, end);
        Model after = walk.finish(end);
        if (walk.isFinite()) {
            search.consider(walk.steps(), after);
        } else {
            search.diverged(walk.steps());
        }
        return new UnlearningResult(
                search.bestModel(),
                search.outcome(),
                name(),
                guarantee(),
                new Details(options, search.log(), LIMITS),
                new Cost((System.nanoTime() - start) * 1e-9, walk.gradientRows(), 0, search.evaluatedRows()));
    }

    private boolean[] isForgotten(ForgetSet rows) {
        Dataset train = trajectory.train();
        int given = rows.forget().size() + rows.retain().size();
        checkArgument(
                given == train.size(), "the recorded training was on %s rows, but %s were given", train.size(), given);
        boolean[] isForgotten = new boolean[train.size()];
        for (int row : train.rowsOf(rows.forget().ids())) {
            isForgotten[row] = true;
        }
        return isForgotten;
    }

    private void checkSame(Model model, Model end) {
        double apart = distance(model, end);
        checkArgument(
                apart <= SAME_TRAINING * distance(end, trajectory.initial()),
                "the recorded training ends %s away from the model, which was changed since or trained elsewhere;"
                        + " retrain",
                apart);
    }

    private static double distance(Model a, Model b) {
        double[] x = a.parameters();
        double[] y = b.parameters();
        checkArgument(
                x.length == y.length, "the model has %s parameters but the recorded training %s", x.length, y.length);
        for (int i = 0; i < x.length; i++) {
            x[i] -= y[i];
        }
        return ParameterVector.of(x).norm();
    }
}
