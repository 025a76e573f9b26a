package org.expunge.influence.score.tracin;

import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Network;
import org.expunge.influence.score.BlockTask;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.InputDigests;
import org.expunge.influence.score.MemoryPlan;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.ScoreSink;
import org.expunge.influence.score.WorkLimits;
import org.expunge.influence.training.TrackedRows;
import org.expunge.influence.training.Trajectory;

/**
 * TracIn as it is defined: every step of the training is credited to the rows of its minibatch.
 *
 * <p>{@link Kind#LOSS_FALL} credits the fall of the query's loss, measured, in equal shares: {@code Σ_{t: i∈B_t}
 * (ℓ_q(θ_t) − ℓ_q(θ_{t+1})) / b}. Over all rows this is {@code ℓ_q(θ_0) − ℓ_q(θ_T)} exactly. With minibatches of more
 * than one row, rows are told apart by their company alone. {@link Kind#FIRST_ORDER} credits {@code (η_t / b) ⟨g_q,
 * g_i⟩}, which tells rows of one step apart and adds up to the same as steps get small; with momentum μ it is divided
 * by {@code 1 − μ}, what a gradient moves in the long run.
 *
 * <p><b>Shapes.</b> m queries × n training rows; the rows may be some of those trained on.
 *
 * <p><b>Units.</b> Loss. For adaptive optimisers the first-order kind is a ranking only.
 *
 * <p><b>Accuracy.</b> Losses are in the compute's precision; their sums are double.
 *
 * <p><b>Cost.</b> The training once more for each block of queries, and at each step a forward pass over the queries
 * ({@link Kind#LOSS_FALL}) or an inner product of them with the minibatch ({@link Kind#FIRST_ORDER}).
 *
 * <p><b>Source.</b> G. Pruthi, F. Liu, S. Kale, M. Sundararajan, "Estimating Training Data Influence by Tracing
 * Gradient Descent", NeurIPS 2020, sections 3.1 and 3.2.
 */
public final class TracInIdeal implements Estimator {
    /** What a step is credited with. */
    public enum Kind {
        /** The measured fall of the loss, in equal shares. */
        LOSS_FALL,
        /** Each row's first-order part of it. */
        FIRST_ORDER
    }

    private final Engine engine;
    private final Trajectory trajectory;
    private final Kind kind;
    private final WorkLimits limits;

    /**
     * Scores along a training.
     *
     * @param engine where scores are computed
     * @param trajectory the training
     * @param kind what a step is credited with
     * @param limits memory; blocks hold all rows of some queries
     */
    public TracInIdeal(Engine engine, Trajectory trajectory, Kind kind, WorkLimits limits) {
        this.engine = engine;
        this.trajectory = trajectory;
        this.kind = kind;
        this.limits = limits;
    }

    @Override
    public String method() {
        return kind == Kind.LOSS_FALL ? "tracin-ideal" : "tracin-first-order";
    }

    @Override
    public SortedMap<String, String> inputs() {
        SortedMap<String, String> inputs = new TreeMap<>(trajectory.inputs());
        inputs.put("initial model", InputDigests.of(trajectory.initial()));
        inputs.put("trained rows", InputDigests.of(trajectory.train()));
        inputs.put("backend", engine.compute().name());
        return inputs;
    }

    @Override
    public MemoryPlan plan(int rows, int queries) {
        // the training's own weights, passes and states; and those that score
        long fixed = 4 * MemoryPlan.passBytes(engine, network());
        long query = 2L * Double.BYTES * (network().layout().length() + 2L);
        return limits.wholeRows(rows, queries, fixed, query, 2L * Double.BYTES);
    }

    @Override
    public Provenance stream(Dataset train, Dataset queries, ScoreSink sink) throws IOException {
        TrackedRows tracked = new TrackedRows(trajectory, train);
        BlockTask.stream(plan(train.size(), queries.size()), train, queries, sink, (range, rows, block) -> {
            double[] sums = new double[Math.multiplyExact(range.rows(), range.queries())];
            StepCredits credits = kind == Kind.LOSS_FALL
                    ? new LossFalls(engine, tracked, block, sums)
                    : new FirstOrder(engine, trajectory, tracked, block, sums);
            credits.onEnd(trajectory.walk(credits::onStep));
            return sums;
        });
        List<Provenance.UsedCheckpoint> used = List.of(new Provenance.UsedCheckpoint(trajectory.steps(), 0, 0, 1));
        return Provenance.withoutCurvature(method(), used, network(), Provenance.Units.LOSS_FALL, engine);
    }

    private Network network() {
        return trajectory.initial().network();
    }
}
