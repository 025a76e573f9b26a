package org.expunge.influence.score;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Checkpoint;

/**
 * Scores that sum a comparison of gradients over one or more checkpoints of a training: {@code Σ_t w_t s_t(q, i)}.
 *
 * <p><b>Shapes.</b> m queries × n training rows.
 *
 * <p><b>Accuracy.</b> Products within a layer are in the compute's precision; norms and sums over layers and
 * checkpoints are double. Results do not depend on the number of workers, and on the tile and the blocks only through
 * rounding.
 *
 * <p><b>Cost.</b> For each checkpoint: one forward and backward pass over the queries and one over the training rows
 * for each block of queries; a pair costs 2(in + 1 + out) FLOP in a dense layer and 2 p_l in another. Memory is what
 * {@link #plan} says.
 */
public abstract sealed class TrajectoryEstimator implements Estimator
        permits InnerProduct, Cosine, TracInCp, TracInLast, Gas, GasL {

    /**
     * How to weigh and how to cut the work.
     *
     * @param weighting what each checkpoint counts; without effect where there is one model
     * @param maxBytes memory to stay under, at least 1
     * @param rowsPerBlock most training rows of a block where the queries' gradients can be kept: what a killed run
     *     loses; at least 1
     */
    public record Options(Weighting weighting, long maxBytes, int rowsPerBlock) {
        /** Learning-rate weights within 1 GiB, 4096 rows a block. */
        public static final Options DEFAULT = new Options(Weighting.LEARNING_RATE, 1L << 30, 4096);

        /** Checks the ranges. */
        public Options {
            checkArgument(maxBytes >= 1, "maxBytes must be at least 1, got %s", maxBytes);
            checkArgument(rowsPerBlock >= 1, "rowsPerBlock must be at least 1, got %s", rowsPerBlock);
        }

        /** Returns the same options with another weighting. */
        public Options withWeighting(Weighting other) {
            return new Options(other, maxBytes, rowsPerBlock);
        }
    }

    private final String method;
    private final TrajectoryWork work;

    TrajectoryEstimator(
            String method,
            Engine engine,
            List<Checkpoint> checkpoints,
            Options options,
            Measure measure,
            boolean lastLayerOnly) {
        this.method = method;
        this.work = new TrajectoryWork(engine, checkpoints, options, List.of(measure), lastLayerOnly);
    }

    /** One model that counts 1. */
    static List<Checkpoint> single(Model model) {
        return List.of(new Checkpoint(0, 0, 1, 1, model));
    }

    @Override
    public final String method() {
        return method;
    }

    @Override
    public final SortedMap<String, String> inputs() {
        return work.inputs();
    }

    @Override
    public final MemoryPlan plan(int rows, int queries) {
        return work.plan(rows, queries);
    }

    @Override
    public final Provenance stream(Dataset train, Dataset queries, ScoreSink sink) throws IOException {
        return work.stream(List.of(method), train, queries, List.of(sink)).get(0);
    }
}
