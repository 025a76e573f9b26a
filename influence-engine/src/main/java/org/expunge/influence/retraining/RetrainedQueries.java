package org.expunge.influence.retraining;

import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.Digests;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.InputDigests;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Retrainer;
import org.expunge.influence.training.TrainingOptions;

/**
 * Trains a recipe from scratch on a subset and measures queries. Without rows, the model before its first step is
 * measured.
 *
 * @param recipe the network and how to train it
 * @param train all n rows, normalised
 * @param validation rows to watch; may be empty unless the recipe stops early
 * @param queries m rows, normalised
 * @param functional what is measured of each
 * @param length how long to train on fewer rows
 */
public record RetrainedQueries(
        Recipe recipe, Dataset train, Dataset validation, Dataset queries, QueryFunctional functional, Length length)
        implements SubsetTask {
    /** How long to train on fewer rows. */
    public enum Length {
        /** As many epochs as on all rows: fewer steps. */
        EPOCHS,
        /** As many steps as on all rows, to the nearest epoch: small subsets are not undertrained. */
        STEPS
    }

    /** Trains as many epochs on a subset as on all rows. */
    public RetrainedQueries(
            Recipe recipe, Dataset train, Dataset validation, Dataset queries, QueryFunctional functional) {
        this(recipe, train, validation, queries, functional, Length.EPOCHS);
    }

    @Override
    public double[] measure(Engine engine, int[] rows, long seed) {
        return functional.measure(engine, model(engine, rows, seed), queries);
    }

    /** Returns the model trained on some rows. */
    public Model model(Engine engine, int[] rows, long seed) {
        if (rows.length == 0) {
            return recipe.withSeed(seed).initialModel(train);
        }
        return new Retrainer(engine, lengthened(rows.length))
                .retrain(train.select(rows), validation, seed)
                .model();
    }

    private Recipe lengthened(int rows) {
        TrainingOptions training = recipe.training();
        if (length == Length.EPOCHS) {
            return recipe;
        }
        int steps = training.totalIterations(train.size());
        int perEpoch = training.iterationsPerEpoch(rows);
        return recipe.withTraining(training.withEpochs(Math.max(1, Math.round(steps / (float) perEpoch))));
    }

    @Override
    public SortedMap<String, String> inputs() {
        SortedMap<String, String> inputs = new TreeMap<>();
        inputs.put("recipe", Digests.sha256(recipe.withSeed(0).toYaml().getBytes(StandardCharsets.UTF_8)));
        inputs.put("train", InputDigests.of(train));
        inputs.put("validation", InputDigests.of(validation));
        inputs.put("queries", InputDigests.of(queries));
        inputs.put("functional", functional.name());
        inputs.put("length", length.name());
        return inputs;
    }
}
