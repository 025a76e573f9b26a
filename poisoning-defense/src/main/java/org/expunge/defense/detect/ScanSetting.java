package org.expunge.defense.detect;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Suppliers;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.retraining.LastHidden;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.TrainingRun;

/**
 * What is scanned: a model, the rows it was trained on, and what several detectors need of them, computed when first
 * asked for and then shared.
 *
 * <p><b>Cost.</b> Penultimate features: n × d doubles. Neighbours: O(n²d) once in raw space and once in feature space.
 */
public final class ScanSetting {
    /**
     * What detectors share.
     *
     * @param neighbours nearest rows that are looked at, at least 1
     * @param folds parts of out-of-fold predictions, at least 2
     * @param sourceColumn the group column that says where a row came from; nothing if that is not known
     * @param seed decides folds, trainings of folds and random scores
     */
    public record Options(int neighbours, int folds, Optional<String> sourceColumn, long seed) {
        /** Ten neighbours, five folds, no sources, seed 0. */
        public static final Options DEFAULT = new Options(10, 5, Optional.empty(), 0);

        /** Checks the ranges. */
        public Options {
            checkArgument(neighbours >= 1, "neighbours must be at least 1, got %s", neighbours);
            checkArgument(folds >= 2, "folds must be at least 2, got %s", folds);
        }

        /** Returns the same with other sources. */
        public Options withSources(String column) {
            return new Options(neighbours, folds, Optional.of(column), seed);
        }

        /** Returns the same with another seed. */
        public Options withSeed(long other) {
            return new Options(neighbours, folds, sourceColumn, other);
        }
    }

    private final Engine engine;
    private final Dataset train;
    private final Dataset validation;
    private final List<Checkpoint> checkpoints;
    private final Optional<Recipe> recipe;
    private final Options options;
    private final Optional<MarginLog> marginLog;
    private final Supplier<double[][]> features;
    private final Supplier<Neighbours> rawNeighbours;
    private final Supplier<Neighbours> featureNeighbours;
    private final Supplier<CopySets> copies;
    private final Supplier<double[]> losses;
    private final Supplier<double[]> norms;

    /**
     * Gathers what is scanned.
     *
     * @param engine where to compute; stays the caller's to close
     * @param train n rows with classes, at least 2, normalised as the model was trained
     * @param validation rows that were held out and are taken for clean, normalised; may be empty
     * @param checkpoints of the training on these rows, at least 1; the last holds the model
     * @param recipe trains on other rows; without it, detectors that train cannot be used
     * @param options what detectors share
     */
    public ScanSetting(
            Engine engine,
            Dataset train,
            Dataset validation,
            List<Checkpoint> checkpoints,
            Optional<Recipe> recipe,
            Options options) {
        this(engine, train, validation, checkpoints, recipe, options, Optional.empty());
    }

    private ScanSetting(
            Engine engine,
            Dataset train,
            Dataset validation,
            List<Checkpoint> checkpoints,
            Optional<Recipe> recipe,
            Options options,
            Optional<MarginLog> marginLog) {
        checkArgument(train.classes() >= 2, "%s has no classes; a scan needs rows with classes", train.name());
        checkArgument(train.size() >= 2, "%s has %s rows; a scan needs at least 2", train.name(), train.size());
        checkArgument(!checkpoints.isEmpty(), "a scan needs at least the trained model as a checkpoint");
        this.engine = engine;
        this.train = train;
        this.validation = validation;
        List<Checkpoint> trained =
                checkpoints.stream().filter(c -> c.iteration() > 0).toList();
        this.checkpoints = trained.isEmpty() ? List.copyOf(checkpoints) : trained;
        this.recipe = recipe;
        this.options = options;
        this.marginLog = marginLog;
        this.features = Suppliers.memoize(() -> LastHidden.features(engine, model(), train));
        NearestRows search = new NearestRows(engine);
        this.rawNeighbours = Suppliers.memoize(() -> search.among(train.features(), options.neighbours()));
        this.featureNeighbours =
                Suppliers.memoize(() -> search.among(NearestRows.asFeatures(features()), options.neighbours()));
        this.copies = Suppliers.memoize(() -> CopySets.of(this, CopySets.Options.DEFAULT));
        this.losses = Suppliers.memoize(() -> new PerExample(engine).losses(model(), train));
        this.norms = Suppliers.memoize(
                () -> new PerExample(engine).norms(model(), train).total());
    }

    /**
     * Gathers what is known of a run.
     *
     * @param engine where to compute; stays the caller's to close
     * @param run the run
     * @param options what detectors share
     */
    public static ScanSetting of(Engine engine, TrainingRun run, Options options) {
        return new ScanSetting(
                engine, run.train(), run.validation(), run.checkpoints(), Optional.of(run.recipe()), options);
    }

    /**
     * Returns the same setting with margins that were logged during a training on these rows.
     *
     * @param log listened to that training
     */
    public ScanSetting withMargins(MarginLog log) {
        return new ScanSetting(engine, train, validation, checkpoints, recipe, options, Optional.of(log));
    }

    /** Returns where to compute. */
    public Engine engine() {
        return engine;
    }

    /** Returns the rows, normalised. */
    public Dataset train() {
        return train;
    }

    /** Returns the held-out rows, taken for clean. */
    public Dataset validation() {
        return validation;
    }

    /** Returns the checkpoints after the first step; the initial model if there are no others. */
    public List<Checkpoint> checkpoints() {
        return checkpoints;
    }

    /** Returns the trained model. */
    public Model model() {
        return checkpoints.get(checkpoints.size() - 1).model();
    }

    /** Returns what detectors share. */
    public Options options() {
        return options;
    }

    /** Returns the margins that were logged during the training, if they were. */
    public Optional<MarginLog> marginLog() {
        return marginLog;
    }

    /** Returns whether there is a recipe to train by on other rows. */
    public boolean hasRecipe() {
        return recipe.isPresent();
    }

    /**
     * Returns what trains on other rows.
     *
     * @param detector who asks
     * @throws IllegalArgumentException if there is no recipe
     */
    Recipe recipe(Detector detector) {
        return recipe.orElseThrow(() -> new IllegalArgumentException(
                detector.name() + " trains on parts of the rows, and there is no recipe to train by"));
    }

    /** Returns the penultimate features, n × d; shared, not to be changed. */
    double[][] features() {
        return features.get();
    }

    /** Returns the nearest rows in raw space. */
    Neighbours rawNeighbours() {
        return rawNeighbours.get();
    }

    /** Returns the nearest rows in feature space. */
    Neighbours featureNeighbours() {
        return featureNeighbours.get();
    }

    /** Returns the sets of copies. */
    CopySets copies() {
        return copies.get();
    }

    /** Returns the loss of each row under the model; shared, not to be changed. */
    double[] losses() {
        return losses.get();
    }

    /** Returns the gradient norm of each row under the model; shared, not to be changed. */
    double[] norms() {
        return norms.get();
    }
}
