package org.expunge.influence.score;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.training.Checkpoint;

/**
 * {@link TracInCp} restricted to the last layer with parameters. Where that is the network's output, the backward pass
 * is saved: forward passes only, and 2(in + out) FLOP a pair.
 *
 * <p><b>Units.</b> As {@link TracInCp}; the provenance states the share of parameters covered.
 *
 * <p><b>Source.</b> G. Pruthi and others, NeurIPS 2020, section 4 (last layer).
 */
public final class TracInLast extends TrajectoryEstimator {
    /**
     * Scores along a training.
     *
     * @param engine where to compute
     * @param checkpoints at least one
     * @param options how to weigh them and cut the work
     */
    public TracInLast(Engine engine, List<Checkpoint> checkpoints, Options options) {
        super("tracin-last", engine, checkpoints, options, Measure.INNER_PRODUCT, true);
    }
}
