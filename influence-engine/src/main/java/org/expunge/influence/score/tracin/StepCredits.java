package org.expunge.influence.score.tracin;

import org.expunge.influence.network.Model;
import org.expunge.influence.training.Trajectory;

/** Credits each step of a training to rows. */
interface StepCredits {
    /** Sees a step. */
    void onStep(Trajectory.Step step);

    /** Sees the model after the last step. */
    void onEnd(Model model);
}
