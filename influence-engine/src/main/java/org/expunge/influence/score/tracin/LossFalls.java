package org.expunge.influence.score.tracin;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.TrackedRows;
import org.expunge.influence.training.Trajectory;

/** Credits the fall of each query's loss, seen when the next step begins. */
final class LossFalls implements StepCredits {
    private final PerExample perExample;
    private final TrackedRows tracked;
    private final Dataset queries;
    private final double[] sums;
    private double[] lossesBefore = new double[0];
    private int[] rows = new int[0];
    private int minibatch;

    LossFalls(Engine engine, TrackedRows tracked, Dataset queries, double[] sums) {
        this.perExample = new PerExample(engine);
        this.tracked = tracked;
        this.queries = queries;
        this.sums = sums;
    }

    @Override
    public void onStep(Trajectory.Step step) {
        credit(step.before());
        rows = tracked.of(step);
        minibatch = step.rows().length;
    }

    @Override
    public void onEnd(Model model) {
        credit(model);
    }

    private void credit(Model after) {
        double[] losses = perExample.losses(after, queries);
        for (int row : rows) {
            int to = tracked.position(row) * losses.length;
            for (int q = 0; q < losses.length; q++) {
                sums[to + q] += (lossesBefore[q] - losses[q]) / minibatch;
            }
        }
        lossesBefore = losses;
    }
}
