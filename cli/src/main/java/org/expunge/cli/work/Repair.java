package org.expunge.cli.work;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.expunge.cli.render.Console;
import org.expunge.cli.unlearn.RemovalBench;
import org.expunge.cli.unlearn.Repairs;
import org.expunge.defense.sanitize.Predictor;
import org.expunge.defense.sanitize.SanitizeResult;
import org.expunge.defense.sanitize.SanitizeRound;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingResult;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.UnlearningResult;

/**
 * Makes the last model from the attacked one by a method of unlearning, once retraining has confirmed the rows.
 *
 * @param name the method
 */
public record Repair(String name) {
    /** Checks that there is such a method. */
    public Repair {
        Repairs.check(name);
    }

    /**
     * How a sanitizing ended, with the last model.
     *
     * @param result judged by the last model's audit
     * @param method the way to forget that made the last model; empty if it was trained
     * @param lastModel how the last model was made, in words
     * @param retrained the model that was trained without the rows
     */
    record Repaired(SanitizeResult result, Optional<String> method, String lastModel, Model retrained) {
        /** The last model is the trained one, or the first if nothing was removed. */
        static Repaired byTraining(SanitizeResult found) {
            return new Repaired(
                    found,
                    Optional.empty(),
                    found.removedIds().isEmpty() ? "as it was" : "trained again without the rows",
                    found.training().model());
        }
    }

    /**
     * Repairs.
     *
     * @param judge audits the repaired model
     * @return the result with the repaired model in place of the trained one; that of training if the method finds no
     *     acceptable model
     */
    Repaired apply(
            Engine engine,
            Console console,
            TrainingRun run,
            Dataset inputs,
            SanitizeResult found,
            Function<TrainingResult, SanitizeResult> judge)
            throws IOException {
        Dataset train = run.train();
        ForgetSet rows = ForgetSet.of(train, train.rowsOf(found.removedIds()));
        Model trained = found.training().model();
        RemovalBench bench = new RemovalBench(engine, console, run, TrainingListener.NONE);
        UnlearningResult result = console.during(
                "repairing by " + name,
                () -> Repairs.recipe(name, trained).on(bench).forget(run.model(), rows, run.validation()));
        if (result.outcome() == UnlearningResult.Outcome.NO_ACCEPTABLE_CANDIDATE) {
            String failed = "trained again without the rows: --repair " + name
                    + " found no model that keeps its accuracy without them";
            console.note(failed);
            return new Repaired(found, Optional.empty(), failed, trained);
        }
        console.note(name + " leaves " + stillTaken(engine, result.model(), inputs, found) + " of "
                + suspected(found).size() + " suspected inputs where they were; training again leaves "
                + stillTaken(engine, trained, inputs, found));
        SanitizeResult judged =
                console.during("auditing the repaired model", () -> judge.apply(alone(run, result.model())));
        return new Repaired(
                judged, Optional.of(name), "repaired by " + name + "; the rows are not in the run", trained);
    }

    private static Set<String> suspected(SanitizeResult found) {
        Set<String> ids = new HashSet<>();
        found.rounds().stream()
                .filter(round -> round.confirmation().confirmed())
                .map(SanitizeRound::inputs)
                .forEach(ids::addAll);
        return ids;
    }

    /** Counts suspected inputs that are still taken for what they were taken for before. */
    private static long stillTaken(Engine engine, Model model, Dataset inputs, SanitizeResult found) {
        Set<String> ids = suspected(found);
        int[] predicted = Predictor.of(engine).labels(model, inputs);
        return IntStream.range(0, predicted.length)
                .filter(i -> ids.contains(inputs.id(i)))
                .filter(i -> found.rounds().stream()
                        .anyMatch(round -> round.inputs().contains(inputs.id(i)) && round.label() == predicted[i]))
                .count();
    }

    private static TrainingResult alone(TrainingRun run, Model model) {
        TrainingResult before = Sanitizing.result(run);
        Checkpoint last = before.checkpoints().get(before.checkpoints().size() - 1);
        Checkpoint only = new Checkpoint(last.iteration(), last.epoch(), last.learningRate(), last.batchSize(), model);
        return new TrainingResult(model, List.of(only), before.metrics(), before.state());
    }
}
