package org.expunge.defense.identify;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.expunge.defense.model.InputScore;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Evaluation;
import org.expunge.influence.training.Evaluator;

/** Statistics that know nothing of the training rows. One that decides should beat them. */
public final class InputControls {
    private InputControls() {}

    /**
     * Draws a number for each input.
     *
     * @param seed decides them
     * @return the statistic {@code random}
     */
    public static TargetStatistic random(long seed) {
        return (train, inputs, predicted) -> List.of(Measured.single(
                "random", true, new Random(seed).doubles(inputs.size()).toArray()));
    }

    /**
     * Asks how sure the model is of the predicted class.
     *
     * @param engine where it runs; stays the caller's to close
     * @param model the model
     * @return the statistic {@code certainty}: minus the loss at the predicted class, larger is surer
     */
    public static TargetStatistic certainty(Engine engine, Model model) {
        return (train, inputs, predicted) -> {
            Dataset asPredicted = inputs.withTargets(TargetAudit.asPredicted(inputs, predicted));
            Evaluation evaluation = new Evaluator(engine).evaluate(model, asPredicted);
            return List.of(Measured.single(
                    "certainty",
                    true,
                    Arrays.stream(evaluation.losses()).map(loss -> -loss).toArray()));
        };
    }

    /**
     * Asks a score that looks at the input and the model alone.
     *
     * @param score the score
     * @return a statistic under its name
     */
    public static TargetStatistic of(InputScore score) {
        return (train, inputs, predicted) -> List.of(Measured.single(score.name(), true, score.score(inputs)));
    }
}
