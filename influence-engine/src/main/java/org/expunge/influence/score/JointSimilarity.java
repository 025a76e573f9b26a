package org.expunge.influence.score;

import static com.google.common.base.Preconditions.checkArgument;

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
    /** All three methods. */
    public static final List<String> METHODS = List.of("gas", "gas-l", "tracin-cp");

    private static final List<Measure> MEASURES = List.of(Measure.COSINE, Measure.LAYER_COSINE, Measure.INNER_PRODUCT);

    private final List<String> methods;
    private final TrajectoryWork work;

    /**
     * Scores along a training by all three.
     *
     * @param engine where to compute
     * @param checkpoints at least one
     * @param options how to weigh them and cut the work
     */
    public JointSimilarity(Engine engine, List<Checkpoint> checkpoints, TrajectoryEstimator.Options options) {
        this(engine, checkpoints, options, METHODS);
    }

    /**
     * Scores along a training.
     *
     * @param engine where to compute
     * @param checkpoints at least one
     * @param options how to weigh them and cut the work
     * @param methods some of {@link #METHODS}, at least one
     */
    public JointSimilarity(
            Engine engine, List<Checkpoint> checkpoints, TrajectoryEstimator.Options options, List<String> methods) {
        checkArgument(
                !methods.isEmpty() && METHODS.containsAll(methods),
                "methods must be some of %s, got %s",
                METHODS,
                methods);
        this.methods = List.copyOf(methods);
        List<Measure> measures = methods.stream()
                .map(method -> MEASURES.get(METHODS.indexOf(method)))
                .toList();
        this.work = new TrajectoryWork(engine, checkpoints, options, measures, false);
    }

    /** Returns the methods, in the order of tables. */
    public List<String> methods() {
        return methods;
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
     * @param sinks takes the blocks of each of {@link #methods}, in that order; a block that none wants is not computed
     * @return how each table was made
     * @throws IOException if a sink fails
     */
    public List<Provenance> stream(Dataset train, Dataset queries, List<ScoreSink> sinks) throws IOException {
        return work.stream(methods, train, queries, sinks);
    }

    /**
     * Computes the whole tables in memory: 8 m n bytes a method beside those of the plan.
     *
     * @param train n training rows
     * @param queries m queries
     * @return a table for each of {@link #methods}
     */
    public List<Scores> score(Dataset train, Dataset queries) {
        double[][][] values = new double[methods.size()][queries.size()][train.size()];
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
