package org.expunge.influence.score.hydra;

import java.io.IOException;
import java.util.Arrays;
import java.util.SortedMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.score.BlockTask;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.MemoryPlan;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.ScoreSink;
import org.expunge.influence.score.WorkLimits;
import org.expunge.influence.training.TrackedRows;
import org.expunge.influence.training.Trajectory;

/**
 * HyDRA, exactly: {@code −g_qᵀ h_i} with {@code h_i = dθ_T/dε_i}, carried through every step of the training by the
 * Hessian of its minibatch. What a row did, in its place in the order, with the steps that followed.
 *
 * <p><b>Shapes.</b> m queries × n training rows; the rows may be some of those trained on.
 *
 * <p><b>Units.</b> Divided by the number of rows trained on, the rise of the query's loss when row i is removed from
 * this training, to first order.
 *
 * <p><b>Accuracy.</b> The derivative of the training to rounding, in the precision of the compute for Hessian products
 * and in double for sums. The training must be by SGD, momentum or Nesterov's momentum, without batch normalisation and
 * dropout.
 *
 * <p><b>Cost.</b> For each block of rows the training once more, and at each step a Hessian product over the minibatch
 * for every row of the block that has been seen; 3 p doubles a row. For small networks or few rows.
 *
 * <p><b>Source.</b> Y. Chen, B. Li, H. Yu, P. Wu, C. Miao, "HyDRA: Hypergradient Data Relevance Analysis for
 * Interpreting Deep Neural Networks", AAAI 2021, section 3; Nesterov's momentum is added.
 */
public final class Hydra implements Estimator {
    private final Engine engine;
    private final Trajectory trajectory;
    private final WorkLimits limits;

    /**
     * Differentiates a training.
     *
     * @param engine where gradients and Hessian products are computed
     * @param trajectory the training
     * @param limits how to cut the work
     * @throws IllegalArgumentException if the training cannot be differentiated; the message says why
     */
    public Hydra(Engine engine, Trajectory trajectory, WorkLimits limits) {
        Trainings.check(trajectory);
        this.engine = engine;
        this.trajectory = trajectory;
        this.limits = limits;
    }

    @Override
    public String method() {
        return "hydra";
    }

    @Override
    public SortedMap<String, String> inputs() {
        return Trainings.inputs(trajectory, engine);
    }

    @Override
    public MemoryPlan plan(int rows, int queries) {
        int number = engine.compute().precision().bytes();
        long p = network().layout().length();
        // the training, the Hessian's vectors, its passes with tangents, and a gradient and a product on the host
        long fixed = 5 * MemoryPlan.passBytes(engine, network())
                + p
                        * number
                        * HypergradientBlock.TOGETHER
                        * (1L + engine.workers().count())
                + 2L * p * Double.BYTES * HypergradientBlock.TOGETHER;
        long row = p * (2L * Double.BYTES + number + Double.BYTES) + 2L * Double.BYTES * queries;
        limits.check(fixed + row);
        long fit = Math.min((limits.maxBytes() - fixed) / row, Integer.MAX_VALUE / Math.max(1, queries));
        int blockRows = (int) Math.max(1, Math.min(Math.min(fit, limits.rowsPerBlock()), rows));
        return new MemoryPlan(
                rows,
                queries,
                blockRows,
                Math.max(1, queries),
                true,
                fixed,
                blockRows * (row - 2L * Double.BYTES * queries),
                blockRows * 2L * Double.BYTES * queries,
                limits.maxBytes());
    }

    @Override
    public Provenance stream(Dataset train, Dataset queries, ScoreSink sink) throws IOException {
        BlockTask.stream(
                plan(train.size(), queries.size()), train, queries, sink, (range, rows, block) -> scores(rows, block));
        return Trainings.provenance(method(), "hessian of each minibatch", trajectory, engine);
    }

    private double[] scores(Dataset rows, Dataset queries) {
        HypergradientBlock block =
                new HypergradientBlock(engine, trajectory, new TrackedRows(trajectory, rows), rows.size());
        Model end = trajectory.walk(block::onStep);
        double[][] dots = new PerExample(engine).dots(end, queries, block.hypergradients());
        int m = queries.size();
        double[] scores = new double[Math.multiplyExact(rows.size(), m)];
        Arrays.setAll(scores, i -> -dots[i / m][i % m]);
        return scores;
    }

    private Network network() {
        return trajectory.initial().network();
    }
}
