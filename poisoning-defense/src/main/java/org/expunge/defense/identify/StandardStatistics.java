package org.expunge.defense.identify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.network.LayerInputs;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.JointSimilarity;
import org.expunge.influence.score.TrajectoryEstimator;
import org.expunge.influence.training.Checkpoint;

/** The statistics that an audit takes unless told otherwise, and the spaces that distances are taken in. */
public final class StandardStatistics {
    /** The tails' names, then the distance in the last layer's input, then that between features. */
    public static final List<String> NAMES = List.of("gas", "gas-l", "tracin-cp", "neighbours", "raw neighbours");

    /** The neighbour whose distance counts. */
    public static final int NEIGHBOUR = 20;

    private StandardStatistics() {}

    /**
     * Makes the tails of GAS, GAS-L and TracInCP.
     *
     * @param engine where they run; stays the caller's to close
     * @param checkpoints of the training, at least one
     * @param cut how checkpoints are weighed and the work is cut
     * @param kappas orders of the tails
     * @return the statistic
     */
    public static InfluenceTails tails(
            Engine engine, List<Checkpoint> checkpoints, TrajectoryEstimator.Options cut, List<Integer> kappas) {
        return new InfluenceTails(InfluenceSource.of(engine, new JointSimilarity(engine, checkpoints, cut)), kappas);
    }

    /**
     * Makes the distances.
     *
     * @param engine where they run; stays the caller's to close
     * @param model the model under audit
     * @return a statistic for each space
     */
    public static List<TargetStatistic> distances(Engine engine, Model model) {
        return List.of(
                new NeighbourDistance("neighbours", NEIGHBOUR, penultimate(engine, model)),
                new NeighbourDistance("raw neighbours", NEIGHBOUR, NeighbourDistance.raw()));
    }

    /**
     * Makes the audit that takes all of {@link #NAMES} and no controls.
     *
     * @param engine where it runs; stays the caller's to close
     * @param model the model under audit
     * @param checkpoints of its training, at least one
     * @param cut how checkpoints are weighed and the work is cut
     * @param options how to judge
     * @return the audit
     */
    public static TargetAudit audit(
            Engine engine,
            Model model,
            List<Checkpoint> checkpoints,
            TrajectoryEstimator.Options cut,
            TargetAudit.Options options) {
        List<TargetStatistic> statistics = new ArrayList<>(distances(engine, model));
        statistics.add(0, tails(engine, checkpoints, cut, options.kappas()));
        return new TargetAudit(statistics, options);
    }

    /** Shows rows as the last layer with parameters is given them. */
    static NeighbourDistance.Space penultimate(Engine engine, Model model) {
        List<Integer> nodes = model.network().parametricNodes();
        int last = nodes.get(nodes.size() - 1);
        return rows -> {
            double[] flat = LayerInputs.of(engine, model, last, rows);
            int width = flat.length / Math.max(1, rows.size());
            double[][] points = new double[rows.size()][];
            Arrays.setAll(points, i -> Arrays.copyOfRange(flat, i * width, (i + 1) * width));
            return points;
        };
    }
}
