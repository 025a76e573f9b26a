package org.expunge.influence.score.hydra;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.WorkLimits;
import org.expunge.influence.testkit.EstimatorContract;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.Replay;
import org.expunge.influence.training.TrainingOptions;
import org.junit.jupiter.api.AfterEach;

/** How the work is cut; what is computed is checked beside the exact form. */
class FastHydraTest extends EstimatorContract {
    private final Engine trainer = SmallProblems.reference(1, 4);
    private final Model initial = SmallProblems.dense(1);

    @AfterEach
    void closeTrainer() {
        trainer.close();
    }

    @Override
    protected Dataset train() {
        return SmallProblems.rows(initial, 7, 2);
    }

    @Override
    protected Dataset queries() {
        return SmallProblems.rows(initial, 3, 3);
    }

    @Override
    protected Estimator estimator(Engine on, WorkLimits limits) {
        TrainingOptions options = TrainingOptions.DEFAULT
                .withEpochs(2)
                .withBatchSize(3)
                .withL2(0.05)
                .withCheckpoints(CheckpointPolicy.lastOnly());
        return new FastHydra(on, new Replay(trainer, options, initial, train()), limits);
    }

    @Override
    protected boolean isCutByRows() {
        return false;
    }
}
