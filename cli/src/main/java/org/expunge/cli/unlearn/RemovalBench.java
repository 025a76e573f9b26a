package org.expunge.cli.unlearn;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.expunge.cli.render.Console;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.TableLayout;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.ModelRecipe;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.RecordedTrajectory;
import org.expunge.influence.training.Replay;
import org.expunge.influence.training.Retrainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingResult;
import org.expunge.influence.training.TrainingRun;
import org.expunge.influence.training.Trajectory;
import org.expunge.unlearning.method.Retraining;

/**
 * What a method of unlearning is built from: a run, where it runs, and the ways to train again. Used for one removal.
 */
public final class RemovalBench {
    private final Engine engine;
    private final Console console;
    private final TrainingRun run;
    private final TrainingListener listener;
    private final boolean keepsNormalization;
    private final List<TrainingResult> trained = new ArrayList<>();
    private final Map<Model, Fitted> fitted = new HashMap<>();

    /**
     * What turns rows into a model's inputs.
     *
     * @param normalizer the normalisation
     * @param layout the layout of the table; nothing where the rows come from no table
     */
    public record Fitted(Normalizer normalizer, Optional<TableLayout> layout) {}

    /**
     * Makes a bench.
     *
     * @param engine where methods run; stays the caller's to close
     * @param console takes warnings
     * @param run the run that is to forget
     * @param listener told of the steps of trainings
     */
    public RemovalBench(Engine engine, Console console, TrainingRun run, TrainingListener listener) {
        this(engine, console, run, listener, false);
    }

    private RemovalBench(
            Engine engine, Console console, TrainingRun run, TrainingListener listener, boolean keepsNormalization) {
        this.engine = engine;
        this.console = console;
        this.run = run;
        this.listener = listener;
        this.keepsNormalization = keepsNormalization;
    }

    /** Returns a bench for rows that are not all the run's own: shadow models keep the run's normalisation. */
    public static RemovalBench forShadows(Engine engine, Console console, TrainingRun run) {
        return new RemovalBench(engine, console, run, TrainingListener.NONE, true);
    }

    /** Returns where methods run. */
    public Engine engine() {
        return engine;
    }

    /** Returns what takes warnings. */
    public Console console() {
        return console;
    }

    /** Returns the run that is to forget. */
    public TrainingRun run() {
        return run;
    }

    /** Returns what was trained and how. */
    public Recipe recipe() {
        return run.recipe();
    }

    /** Returns the penalty that the run was trained with. */
    public WeightDecay decay() {
        return new WeightDecay(recipe().training().l2());
    }

    /** Returns the way to train the recipe's network from scratch. */
    public Retraining retraining() {
        Retrainer retrainer = new Retrainer(engine, recipe());
        return (train, validation, seed) -> {
            TrainingResult result = retrainer.retrain(train, validation, seed, listener);
            trained.add(result);
            return result;
        };
    }

    /**
     * Returns the way to train from scratch with a normalisation and a layout of the table that are fitted anew as
     * well, on the rows given: none of the rows to forget is left in them. {@link #fittedFor} then has them.
     */
    public Retraining retrainingAnew() {
        if (keepsNormalization) {
            return retraining();
        }
        Retrainer retrainer = new Retrainer(engine, recipe());
        return (train, validation, seed) -> {
            Set<String> gone = new HashSet<>(run.raw().train().ids());
            gone.removeAll(Set.copyOf(train.ids()));
            Optional<TableLayout> layout = run.layoutWithout(gone);
            Partition raw = run.raw(layout);
            Dataset rows = raw.train().select(rowsOf(raw.train(), train));
            Dataset held = raw.validation().select(rowsOf(raw.validation(), validation));
            Normalizer normalizer = Normalizer.fit(rows, recipe().data().normalization());
            TrainingResult result = retrainer.retrain(normalizer.apply(rows), normalizer.apply(held), seed, listener);
            trained.add(result);
            fitted.put(result.model(), new Fitted(normalizer, layout));
            return result;
        };
    }

    private static int[] rowsOf(Dataset all, Dataset some) {
        return some.ids().stream().mapToInt(all::rowOf).toArray();
    }

    /** Returns what was fitted anew for a model of {@link #retrainingAnew}. */
    public Optional<Fitted> fittedFor(Model model) {
        return Optional.ofNullable(fitted.get(model));
    }

    /** Returns whether every step of the run's training was kept. */
    public boolean hasRecord() {
        return run.info().origin() == null
                && recipe().model().preset() != ModelRecipe.Preset.FILE
                && run.checkpoints().size() == Replay.of(engine, run).steps();
    }

    /**
     * Returns the run's own training: as recorded if every step was kept, else run again step by step.
     *
     * @throws IllegalArgumentException if the model was not trained here from the beginning
     */
    public Trajectory trajectory() {
        checkArgument(
                run.info().origin() == null && recipe().model().preset() != ModelRecipe.Preset.FILE,
                "%s was not trained here from the beginning, so its steps cannot be run again; use --method retrain",
                run.path());
        Replay replay = Replay.of(engine, run);
        if (run.checkpoints().size() == replay.steps()) {
            return RecordedTrajectory.of(run);
        }
        console.note(run.path() + " kept " + run.checkpoints().size() + " of " + replay.steps()
                + " steps, so its training is run again to be followed; train with --checkpoints " + replay.steps()
                + " to spare that");
        return replay;
    }

    /** Returns the training by {@link #retraining} that ended in a model, if one did. */
    public Optional<TrainingResult> trainingOf(Model model) {
        return trained.stream().filter(result -> result.model() == model).findFirst();
    }
}
