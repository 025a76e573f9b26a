package org.expunge.influence.score.hydra;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.TensorSpec;
import org.expunge.influence.score.BlockTask;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.MemoryPlan;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.ScoreSink;
import org.expunge.influence.score.WorkLimits;
import org.expunge.influence.training.TrackedRows;
import org.expunge.influence.training.Trajectory;

/**
 * HyDRA without the Hessians: later steps pass a row's effect on through momentum and weight decay alone. Then
 * {@code h_i = Σ_t c_t (n/b_t) g_i(θ_t)} with numbers {@code c_t} that follow from the learning rates, one for decayed
 * parameters and one for the others, so that no {@code h} is carried.
 *
 * <p><b>Shapes.</b> m queries × n training rows; the rows may be some of those trained on.
 *
 * <p><b>Units.</b> As {@link Hydra}. Without curvature the effect of early steps does not fade, so that sizes grow with
 * the length of the training: a ranking.
 *
 * <p><b>Cost.</b> A walk for the learning rates; then for each block of queries the training once more, and at each
 * step a forward and backward pass over the minibatch with a forward-like product for each query. 2 p doubles a query.
 *
 * <p><b>Source.</b> Y. Chen and others, "HyDRA", AAAI 2021, section 3.3; the lazy updates of the paper are summed here
 * from the end of the training backwards, which gives the same.
 */
public final class FastHydra implements Estimator {
    private final Engine engine;
    private final Trajectory trajectory;
    private final WorkLimits limits;

    /**
     * Differentiates a training.
     *
     * @param engine where gradients are computed
     * @param trajectory the training
     * @param limits how to cut the work
     * @throws IllegalArgumentException if the training cannot be differentiated; the message says why
     */
    public FastHydra(Engine engine, Trajectory trajectory, WorkLimits limits) {
        Trainings.check(trajectory);
        this.engine = engine;
        this.trajectory = trajectory;
        this.limits = limits;
    }

    @Override
    public String method() {
        return "hydra-fast";
    }

    @Override
    public SortedMap<String, String> inputs() {
        return Trainings.inputs(trajectory, engine);
    }

    @Override
    public MemoryPlan plan(int rows, int queries) {
        long fixed = 4 * MemoryPlan.passBytes(engine, network());
        long directions = (long) network().layout().length()
                * (2L * Double.BYTES + engine.compute().precision().bytes());
        return limits.wholeRows(rows, queries, fixed, directions, 2L * Double.BYTES);
    }

    @Override
    public Provenance stream(Dataset train, Dataset queries, ScoreSink sink) throws IOException {
        TrackedRows tracked = new TrackedRows(trajectory, train);
        BlockTask.stream(
                plan(train.size(), queries.size()),
                train,
                queries,
                sink,
                (range, rows, block) -> scores(tracked, range.rows(), block));
        return Trainings.provenance(method(), "identity", trajectory, engine);
    }

    private double[] scores(TrackedRows tracked, int count, Dataset queries) {
        PerExample perExample = new PerExample(engine);
        List<Double> learningRates = new ArrayList<>();
        double[][] gradients =
                perExample.gradients(trajectory.walk(step -> learningRates.add(step.learningRate())), queries);
        double[] decayed = StepWeights.of(trajectory.optimizer(), learningRates, trajectory.l2());
        double[] free = StepWeights.of(trajectory.optimizer(), learningRates, 0);
        double[] sums = new double[Math.multiplyExact(count, queries.size())];
        trajectory.walk(step -> {
            int[] rows = tracked.of(step);
            double scale = (double) trajectory.train().size() / step.rows().length;
            List<double[]> directions =
                    directions(gradients, scale * decayed[step.iteration()], scale * free[step.iteration()]);
            double[][] dots = perExample.dots(step.before(), trajectory.train().select(rows), directions);
            for (int r = 0; r < rows.length; r++) {
                int to = tracked.position(rows[r]) * queries.size();
                for (int q = 0; q < queries.size(); q++) {
                    sums[to + q] -= dots[q][r];
                }
            }
        });
        return sums;
    }

    /** The queries' gradients times one number where parameters decay and another elsewhere. */
    private List<double[]> directions(double[][] gradients, double ofDecayed, double ofFree) {
        double[] factors = new double[network().layout().length()];
        for (ParameterLayout.Entry entry : network().layout().entries()) {
            double factor = entry.tensor().role() == TensorSpec.Role.WEIGHT ? ofDecayed : ofFree;
            Arrays.fill(factors, entry.offset(), entry.offset() + entry.length(), factor);
        }
        List<double[]> directions = new ArrayList<>();
        for (double[] gradient : gradients) {
            double[] direction = gradient.clone();
            Arrays.setAll(direction, i -> direction[i] * factors[i]);
            directions.add(direction);
        }
        return directions;
    }

    private Network network() {
        return trajectory.initial().network();
    }
}
