package org.expunge.influence.score;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.Checkpoint;

/**
 * {@link Gas}, {@link GasL} and {@link TracInCp} at once: the three differ only in how they divide the same products
 * within layers, so that one pass over the checkpoints fills all three tables.
 *
 * <p><b>Accuracy.</b> As the three by themselves. {@link TracInCp}'s products are formed from unit deltas and
 * multiplied by the deltas' norms in double, so that they do not underflow where a row is fitted well.
 *
 * <p><b>Cost.</b> Passes and products of one estimator with norms; the sums and tables of three, which {@link #plan}
 * counts.
 */
public final class JointSimilarity {
    /** The methods, in the order of tables. */
    public static final List<String> METHODS = List.of("gas", "gas-l", "tracin-cp");

    private final TrajectoryWork work;

    /**
     * Scores along a training.
     *
     * @param engine where to compute
     * @param checkpoints at least one
     * @param options how to weigh them and cut the work
     */
    public JointSimilarity(Engine engine, List<Checkpoint> checkpoints, TrajectoryEstimator.Options options) {
        List<Measure> measures = List.of(Measure.COSINE, Measure.LAYER_COSINE, Measure.INNER_PRODUCT);
        this.work = new TrajectoryWork(engine, checkpoints, options, measures, false);
    }

    /** Returns how the work would be cut for this many rows and queries, as {@link Estimator#plan} does. */
    public MemoryPlan plan(int rows, int queries) {
        return work.plan(rows, queries);
    }

    /**
     * Returns the floating-point operations that the tables cannot do without: passes forward and back, and a product
     * for each pair. What is computed again for want of memory is not counted.
     *
     * @param rows n training rows
     * @param queries m queries
     */
    public double flops(int rows, int queries) {
        return work.flops(rows, queries);
    }

    /**
     * Computes the tables block by block.
     *
     * @param train n training rows
     * @param queries m queries
     * @param sinks takes the blocks of each of {@link #METHODS}, in that order; a block that none wants is not computed
     * @return how each table was made
     * @throws IOException if a sink fails
     */
    public List<Provenance> stream(Dataset train, Dataset queries, List<ScoreSink> sinks) throws IOException {
        return work.stream(METHODS, train, queries, sinks);
    }

    /**
     * Computes the whole tables in memory: 24 m n bytes beside those of the plan.
     *
     * @param train n training rows
     * @param queries m queries
     * @return a table for each of {@link #METHODS}
     */
    public List<Scores> score(Dataset train, Dataset queries) {
        double[][][] values = new double[METHODS.size()][queries.size()][train.size()];
        List<ScoreSink> sinks = new ArrayList<>();
        for (double[][] table : values) {
            sinks.add(DenseScores.collector(table));
        }
        try {
            List<Provenance> made = stream(train, queries, sinks);
            List<Scores> scores = new ArrayList<>();
            for (int k = 0; k < values.length; k++) {
                scores.add(new DenseScores(values[k], train.size(), made.get(k)));
            }
            return scores;
        } catch (IOException e) {
            throw new UncheckedIOException("collecting in memory failed", e);
        }
    }
}
