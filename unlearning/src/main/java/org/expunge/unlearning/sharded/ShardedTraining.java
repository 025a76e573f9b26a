package org.expunge.unlearning.sharded;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.EpochMetrics;
import org.expunge.influence.training.ModelRecipe;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Seeds;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.influence.training.TrainingResult;
import org.jspecify.annotations.Nullable;

/**
 * Sharded, sliced training (SISA): each of S shards gets a model of its own, trained in L stages; stage {@code k} goes
 * on from the model of the stage before, on the rows of the slices {@code 0 … k}. Deleting a row costs the stages from
 * its slice on, in its shard; everything before never saw it.
 *
 * <p><b>Shapes.</b> Any network over classes. Rows come raw; each shard fits the recipe's normalisation on its own
 * first slice, so that no figure of a row reaches another shard or an earlier stage.
 *
 * <p><b>Units.</b> {@code e_k = 2e/(L+1)} epochs a stage, rounded so that they add up: {@code Σ_k e_k · k/L = e} passes
 * over a shard, as many as training without slices.
 *
 * <p><b>Accuracy.</b> Exact: what comes out after a deletion is, bit for bit, what training on the remaining rows
 * gives, whatever the number of workers. Optimiser, schedule and order of the rows start anew with each stage, so a
 * stage's end is its parameters and running statistics alone, and no optimiser state can carry a deleted row along.
 * Exactness is that of one request which does not depend on what the models answered (Gupta et al., "Adaptive Machine
 * Unlearning", NeurIPS 2021).
 *
 * <p><b>Cost.</b> That of {@link Trainer}, on one worker a shard. One random deletion takes {@code (2L+1)/(3L) · 1/S}
 * of a full training on average.
 *
 * <p><b>Source.</b> L. Bourtoule et al., "Machine Unlearning", IEEE S&amp;P 2021, sections IV and VI. Deviations: rows
 * go to shards and slices by a keyed hash of their ids, and shards start from different parameters.
 */
public final class ShardedTraining {
    /**
     * How the rows are cut.
     *
     * @param shards S, at least 1: models trained
     * @param slices L, at least 1: stages of each training
     */
    public record Options(int shards, int slices) {
        /**
         * Four shards of four slices: one deletion retrains 3/16 on average, and each model sees a quarter of the rows.
         */
        public static final Options DEFAULT = new Options(4, 4);

        /** Checks the counts. */
        public Options {
            checkArgument(shards >= 1, "shards must be at least 1, got %s", shards);
            checkArgument(slices >= 1, "slices must be at least 1, got %s", slices);
        }
    }

    private static final String SHARD = "shard";
    private static final String ASSIGNMENT = "shard-assignment";

    private final Recipe recipe;
    private final Options options;
    private final Assignment assignment;

    /**
     * Makes a training.
     *
     * @param recipe what each shard trains; its rows are cut by its seed
     * @param options how the rows are cut
     * @throws IllegalArgumentException if the recipe stops early, starts from a model file, or has too few epochs for
     *     one a stage
     */
    public ShardedTraining(Recipe recipe, Options options) {
        int epochs = recipe.training().epochs();
        checkArgument(
                !recipe.training().earlyStopping().isOn(),
                "sharded training runs a fixed number of epochs a slice; take earlyStopping out of the recipe");
        checkArgument(
                recipe.model().preset() != ModelRecipe.Preset.FILE,
                "sharded training needs a preset, not the file %s, whose network may stem from the same rows",
                recipe.model().file());
        checkArgument(
                2 * epochs >= options.slices() + 1,
                "%s epochs are too few for %s slices: ask for at least %s epochs, or fewer slices",
                epochs,
                options.slices(),
                options.slices() / 2 + 1);
        this.recipe = recipe;
        this.options = options;
        this.assignment = new Assignment(recipe.seeds().of(ASSIGNMENT), options.shards(), options.slices());
    }

    /** Returns which row goes where. */
    public Assignment assignment() {
        return assignment;
    }

    /** Returns how the rows are cut. */
    public Options options() {
        return options;
    }

    /**
     * Returns the epochs {@code e_k} of a stage.
     *
     * @param slice the slice that it adds, in [0, L)
     */
    public int epochs(int slice) {
        return epochsBefore(slice + 1) - epochsBefore(slice);
    }

    private int epochsBefore(int slice) {
        return Math.toIntExact(Math.round(2.0 * recipe.training().epochs() * slice / (options.slices() + 1)));
    }

    /**
     * Returns the rows of one shard.
     *
     * @param train raw training rows
     * @param shard which, in [0, S)
     * @return those rows, in their order
     */
    public Dataset shard(Dataset train, int shard) {
        return select(train, id -> assignment.shard(id) == shard);
    }

    /**
     * Refuses rows that cannot be cut this finely: every shard needs each class, and rows in its first slice.
     *
     * @param train raw training rows
     * @throws IllegalArgumentException if a shard lacks something; the message names the shard and what it lacks
     */
    public void check(Dataset train) {
        checkArgument(
                train.classes() > 0, "sharded models vote on a class, but %s has numbers as targets", train.name());
        boolean[] known = classesOf(train);
        for (int s = 0; s < options.shards(); s++) {
            Dataset rows = shard(train, s);
            checkFirstSlice(s, rows);
            boolean[] present = classesOf(rows);
            for (int c = 0; c < known.length; c++) {
                checkArgument(
                        present[c] || !known[c],
                        "shard %s of %s has %s rows and none of class '%s'; use fewer shards",
                        s,
                        options.shards(),
                        rows.size(),
                        train.classNames().get(c));
            }
        }
    }

    private void checkFirstSlice(int shard, Dataset rows) {
        checkArgument(
                rows.ids().stream().anyMatch(id -> assignment.slice(id) == 0),
                "shard %s of %s has no row in the first of its %s slices; use fewer shards or slices",
                shard,
                options.shards(),
                options.slices());
    }

    private static boolean[] classesOf(Dataset rows) {
        boolean[] present = new boolean[rows.classes()];
        for (int i = 0; i < rows.size(); i++) {
            present[rows.label(i)] = true;
        }
        return present;
    }

    /**
     * Trains one shard, or what is left of its training.
     *
     * @param engine where it runs; stays the caller's to close. One worker gives the same bits on every machine size
     * @param shard which, in [0, S)
     * @param rows the raw rows of that shard
     * @param clean how the training stood after the slices that no deletion touched; null to start from nothing
     * @param onRows told of the rows of each epoch as it ends
     * @return the models after each slice
     * @throws IllegalArgumentException if the first slice has no rows or a value is not finite
     * @throws org.expunge.influence.training.DivergenceException if the training diverges
     */
    public ShardResult train(Engine engine, int shard, Dataset rows, @Nullable ShardResult clean, LongConsumer onRows) {
        checkFirstSlice(shard, rows);
        Recipe seeded = recipe.withSeed(Seeds.derive(recipe.seeds().of(SHARD), shard));
        Normalizer normalizer =
                clean == null ? Normalizer.fit(upTo(rows, 0), recipe.data().normalization()) : clean.normalizer();
        Model model = seeded.initialModel(rows);
        List<Checkpoint> checkpoints = new ArrayList<>();
        List<EpochMetrics> epochs = new ArrayList<>();
        if (clean != null) {
            checkpoints.addAll(clean.checkpoints());
            epochs.addAll(clean.epochs());
            model = new Model(
                    model.network(), clean.model().parameters(), clean.model().statistics());
        }
        Dataset normalized = normalizer.apply(rows);
        for (int k = checkpoints.size(); k < options.slices(); k++) {
            Dataset seen = upTo(normalized, k);
            TrainingResult stage = stage(engine, seeded.training(), k, model, seen, onRows);
            model = stage.model();
            append(stage, checkpoints, epochs);
        }
        return new ShardResult(normalizer, checkpoints, epochs);
    }

    private TrainingResult stage(
            Engine engine, TrainingOptions training, int slice, Model from, Dataset seen, LongConsumer onRows) {
        TrainingOptions stage = training.withEpochs(epochs(slice))
                .withCheckpoints(CheckpointPolicy.lastOnly())
                .withSeed(Seeds.derive(training.seed(), slice));
        return new Trainer(engine, stage).train(from, seen, seen.select(new int[0]), new TrainingListener() {
            @Override
            public void onEpoch(EpochMetrics metrics) {
                onRows.accept(seen.size());
            }
        });
    }

    /** Counts iterations and epochs on over the stages. */
    private static void append(TrainingResult stage, List<Checkpoint> checkpoints, List<EpochMetrics> epochs) {
        int size = checkpoints.size();
        int iterations = size == 0 ? 0 : checkpoints.get(size - 1).iteration();
        int before = size == 0 ? 0 : checkpoints.get(size - 1).epoch();
        for (EpochMetrics epoch : stage.metrics()) {
            epochs.add(new EpochMetrics(
                    before + epoch.epoch(),
                    iterations + epoch.iteration(),
                    epoch.learningRate(),
                    epoch.trainingLoss(),
                    epoch.validation()));
        }
        Checkpoint last = stage.checkpoints().get(stage.checkpoints().size() - 1);
        checkpoints.add(new Checkpoint(
                iterations + last.iteration(),
                before + last.epoch(),
                last.learningRate(),
                last.batchSize(),
                last.model()));
    }

    /** Returns the rows of the slices {@code 0 … slice}. */
    private Dataset upTo(Dataset rows, int slice) {
        return select(rows, id -> assignment.slice(id) <= slice);
    }

    private static Dataset select(Dataset rows, Predicate<String> isWanted) {
        return rows.select(IntStream.range(0, rows.size())
                .filter(i -> isWanted.test(rows.id(i)))
                .toArray());
    }

    /** Counts the rows of each slice; length L. */
    int[] sliceSizes(List<String> ids) {
        int[] sizes = new int[options.slices()];
        ids.forEach(id -> sizes[assignment.slice(id)]++);
        return sizes;
    }

    /** Returns the first slice that has one of the rows. */
    int firstSlice(List<String> ids) {
        return ids.stream().mapToInt(assignment::slice).min().orElse(options.slices());
    }

    /**
     * Counts the rows that stages take through the network, epochs multiplied in.
     *
     * @param sizes rows of each slice, length L
     * @param from the first stage that is run, in [0, L]
     */
    long rowPasses(int[] sizes, int from) {
        long passes = 0;
        long seen = 0;
        for (int k = 0; k < sizes.length; k++) {
            seen += sizes[k];
            passes += k >= from ? seen * epochs(k) : 0;
        }
        return passes;
    }
}
