package org.expunge.influence.score.hydra;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.training.TrackedRows;
import org.expunge.influence.training.Trajectory;

/** {@code h_j} and {@code V_j} of some rows while a training goes by. Rows not yet seen have none. */
final class HypergradientBlock {
    /** Hessian products taken together. */
    static final int TOGETHER = 16;

    private final Engine engine;
    private final Trajectory trajectory;
    private final TrackedRows tracked;
    private final int parameters;
    private final double[][] velocities;
    private final double[][] hypergradients;
    private final boolean[] isSeen;

    HypergradientBlock(Engine engine, Trajectory trajectory, TrackedRows tracked, int rows) {
        this.engine = engine;
        this.trajectory = trajectory;
        this.tracked = tracked;
        this.parameters = trajectory.initial().network().layout().length();
        this.velocities = new double[rows][parameters];
        this.hypergradients = new double[rows][parameters];
        this.isSeen = new boolean[rows];
    }

    /** Differentiates one step. */
    void onStep(Trajectory.Step step) {
        StepMap map = StepMap.of(trajectory.optimizer(), step.learningRate());
        int[] own = tracked.of(step);
        boolean[] isInBatch = new boolean[isSeen.length];
        for (int row : own) {
            isInBatch[tracked.position(row)] = true;
        }
        List<Integer> moving = new ArrayList<>();
        for (int j = 0; j < isSeen.length; j++) {
            if (isSeen[j] && !isInBatch[j]) {
                moving.add(j);
            }
        }
        Dataset batch = trajectory.train().select(step.rows());
        try (Hessian hessian = new Hessian(engine, step.before(), batch, new WeightDecay(trajectory.l2()))) {
            for (int from = 0; from < moving.size(); from += TOGETHER) {
                List<Integer> some = moving.subList(from, Math.min(moving.size(), from + TOGETHER));
                advance(map, some, products(hessian, some));
            }
            for (int from = 0; from < own.length; from += TOGETHER) {
                int[] some = Arrays.copyOfRange(own, from, Math.min(own.length, from + TOGETHER));
                enter(step, map, hessian, some);
            }
        }
    }

    private double[][] products(Hessian hessian, List<Integer> rows) {
        double[][] x = rows.stream().map(j -> hypergradients[j]).toArray(double[][]::new);
        double[][] y = new double[x.length][parameters];
        hessian.applyAll(x, y);
        return y;
    }

    /** Rows of the minibatch: their own gradients come in. */
    private void enter(Trajectory.Step step, StepMap map, Hessian hessian, int[] rows) {
        List<Integer> positions =
                Arrays.stream(rows).map(tracked::position).boxed().toList();
        double[][] derivatives = products(hessian, positions);
        double[][] gradients = new PerExample(engine)
                .gradients(step.before(), trajectory.train().select(rows));
        double weight = (double) trajectory.train().size() / step.rows().length;
        for (int k = 0; k < rows.length; k++) {
            for (int i = 0; i < parameters; i++) {
                derivatives[k][i] += weight * gradients[k][i];
            }
            isSeen[positions.get(k)] = true;
        }
        advance(map, positions, derivatives);
    }

    private void advance(StepMap map, List<Integer> rows, double[][] derivatives) {
        for (int k = 0; k < rows.size(); k++) {
            int j = rows.get(k);
            map.apply(derivatives[k], velocities[j], hypergradients[j]);
        }
    }

    /** Returns the h, one for each row. */
    List<double[]> hypergradients() {
        return List.of(hypergradients);
    }
}
