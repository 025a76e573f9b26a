package org.expunge.cli.work;

import java.util.List;
import java.util.Locale;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.Cosine;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.Gas;
import org.expunge.influence.score.GasL;
import org.expunge.influence.score.InnerProduct;
import org.expunge.influence.score.TracInCp;
import org.expunge.influence.score.TracInLast;
import org.expunge.influence.score.TrajectoryEstimator.Options;
import org.expunge.influence.score.Weighting;
import org.expunge.influence.training.Checkpoint;

/** The estimators that a command can be asked for. */
public enum Scoring {
    /** Inner product of gradients at the last checkpoint. */
    INNER_PRODUCT,
    /** Cosine of gradients at the last checkpoint. */
    COSINE,
    /** Inner products over all checkpoints. */
    TRACIN_CP,
    /** Inner products over all checkpoints, last layer alone. */
    TRACIN_LAST,
    /** Cosines over all checkpoints. */
    GAS,
    /** Cosines layer by layer over all checkpoints. */
    GAS_L;

    /**
     * Makes the estimator.
     *
     * @param engine where it runs
     * @param checkpoints the way of a training, at least the model itself
     */
    public Estimator estimator(Engine engine, List<Checkpoint> checkpoints) {
        Options options = options(checkpoints);
        Model last = checkpoints.get(checkpoints.size() - 1).model();
        return switch (this) {
            case INNER_PRODUCT -> new InnerProduct(engine, last, options);
            case COSINE -> new Cosine(engine, last, options);
            case TRACIN_CP -> new TracInCp(engine, checkpoints, options);
            case TRACIN_LAST -> new TracInLast(engine, checkpoints, options);
            case GAS -> new Gas(engine, checkpoints, options);
            case GAS_L -> new GasL(engine, checkpoints, options);
        };
    }

    /** A model that was not trained here has no learning rate to weigh by. */
    private static Options options(List<Checkpoint> checkpoints) {
        boolean hasRates = checkpoints.stream().anyMatch(c -> c.learningRate() > 0);
        return hasRates ? Options.DEFAULT : Options.DEFAULT.withWeighting(Weighting.UNIFORM);
    }

    /** Returns whether the estimator follows the way of a training, and says less with the last model alone. */
    public boolean needsTrajectory() {
        return this != INNER_PRODUCT && this != COSINE;
    }

    /** Returns how it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
