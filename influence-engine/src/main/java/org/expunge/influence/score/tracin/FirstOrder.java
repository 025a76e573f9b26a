package org.expunge.influence.score.tracin;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.InnerProduct;
import org.expunge.influence.score.Scores;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.TrackedRows;
import org.expunge.influence.training.Trajectory;

/** Credits each row of a step with what its gradient does to each query's loss. */
final class FirstOrder implements StepCredits {
    private final Engine engine;
    private final Dataset train;
    private final TrackedRows tracked;
    private final Dataset queries;
    private final double[] sums;
    private final double reach;

    FirstOrder(Engine engine, Trajectory trajectory, TrackedRows tracked, Dataset queries, double[] sums) {
        this.engine = engine;
        this.train = trajectory.train();
        this.tracked = tracked;
        this.queries = queries;
        this.sums = sums;
        Optimizer optimizer = trajectory.optimizer();
        boolean hasMomentum =
                optimizer.kind() == Optimizer.Kind.MOMENTUM || optimizer.kind() == Optimizer.Kind.NESTEROV;
        this.reach = hasMomentum ? 1 / (1 - optimizer.momentum()) : 1;
    }

    @Override
    public void onStep(Trajectory.Step step) {
        int[] rows = tracked.of(step);
        Scores products = new InnerProduct(engine, step.before(), InnerProduct.Options.DEFAULT)
                .score(train.select(rows), queries);
        double weight = reach * step.learningRate() / step.rows().length;
        for (int r = 0; r < rows.length; r++) {
            int to = tracked.position(rows[r]) * queries.size();
            for (int q = 0; q < queries.size(); q++) {
                sums[to + q] += weight * products.score(q, r);
            }
        }
    }

    @Override
    public void onEnd(Model model) {}
}
