package org.expunge.influence.score.hydra;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.score.InputDigests;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.training.Trajectory;

/** What both forms share: which trainings they can differentiate, and how they describe themselves. */
final class Trainings {
    private Trainings() {}

    /** Refuses trainings whose gradients are not sums over rows, or whose steps are adaptive. */
    static void check(Trajectory trajectory) {
        StepMap.of(trajectory.optimizer(), 1);
        trajectory.requireSumsOverRows("HyDRA");
    }

    static SortedMap<String, String> inputs(Trajectory trajectory, Engine engine) {
        SortedMap<String, String> inputs = new TreeMap<>(trajectory.inputs());
        inputs.put("initial model", InputDigests.of(trajectory.initial()));
        inputs.put("trained rows", InputDigests.of(trajectory.train()));
        inputs.put("backend", engine.compute().name());
        return inputs;
    }

    static Provenance provenance(String method, String curvature, Trajectory trajectory, Engine engine) {
        return Provenance.withoutCurvature(
                        method,
                        List.of(new Provenance.UsedCheckpoint(trajectory.steps(), 0, 0, 1)),
                        trajectory.initial().network(),
                        Provenance.Units.INNER_PRODUCT,
                        engine)
                .withCurvature(curvature, 0, Provenance.Inverse.NONE);
    }
}
