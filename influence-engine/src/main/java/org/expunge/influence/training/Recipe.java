package org.expunge.influence.training;

import java.io.IOException;
import java.nio.file.Path;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.network.Model;

/**
 * All that decides a training: which rows, which network, how to train, and one root seed. As a file:
 *
 * <pre>{@code
 * seed: 42
 * data: {source: digits, normalization: scale:16, validation: 0.1, test: 0.2}  # splitSeed: 7 splits otherwise
 * model: {preset: mlp, hidden: [64, 64], initializer: relu}  # or logistic, lenet, resnet8; or preset: file, file: ZIP
 * training:
 *   optimizer: {kind: nesterov, momentum: 0.9}             # or sgd, momentum, adam, adamw
 *   schedule: {kind: cosine, learningRate: 0.05}           # or constant, step, one-cycle
 *   epochs: 20
 *   batchSize: 64
 *   l2: 1e-4
 *   checkpoints: {unit: epochs, interval: 0.5, atMost: 20} # or unit: iterations
 *   earlyStopping: {patience: 5, minimumImprovement: 0}
 * }</pre>
 *
 * @param seed the root; {@link Seeds} splits it by purpose
 * @param data which rows
 * @param model which network
 * @param training how to train; its own seed always follows from the root
 */
public record Recipe(long seed, DataRecipe data, ModelRecipe model, TrainingOptions training) {

    /** Derives the seed of the training. */
    public Recipe {
        training = training.withSeed(new Seeds(seed).of(Seeds.TRAINING));
    }

    /**
     * Reads a recipe.
     *
     * @param file YAML; what it leaves out takes its default, what it should not hold is refused
     * @return the recipe
     * @throws BadInputException if a key is not known or a value is out of range; the message names file and key
     * @throws IOException if the file cannot be read
     */
    public static Recipe read(Path file) throws IOException {
        return RecipeYaml.read(file);
    }

    /**
     * Reads a recipe.
     *
     * @param yaml the text
     * @param source what to call it in an error
     * @return the recipe
     * @throws BadInputException if a key is not known or a value is out of range; the message names source and key
     */
    public static Recipe parse(String yaml, String source) throws BadInputException {
        return RecipeYaml.parse(yaml, source);
    }

    /** Returns the YAML of this recipe with every value written out; reading it gives an equal recipe. */
    public String toYaml() {
        return RecipeYaml.text(this);
    }

    /** Returns the seeds. */
    public Seeds seeds() {
        return new Seeds(seed);
    }

    /** Returns the same recipe with another root seed. */
    public Recipe withSeed(long value) {
        return new Recipe(value, data, model, training);
    }

    /** Returns the same recipe with other training options, whose seed is replaced. */
    public Recipe withTraining(TrainingOptions value) {
        return new Recipe(seed, data, model, value);
    }

    /** Returns the same recipe with other rows. */
    public Recipe withData(DataRecipe value) {
        return new Recipe(seed, value, model, training);
    }

    /** Returns the same recipe with its data named by an absolute path, as a run is opened from other folders too. */
    public Recipe withAbsoluteSource() {
        return withData(data.withAbsoluteSource());
    }

    /** Returns the same recipe with another network. */
    public Recipe withModel(ModelRecipe value) {
        return new Recipe(seed, data, value, training);
    }

    /**
     * Returns the model before its first step.
     *
     * @param train rows of the shape and targets to train on
     * @return the model, drawn from the recipe's seed
     */
    public Model initialModel(Dataset train) {
        return model.initial(train, seeds().of(Seeds.INITIAL_MODEL));
    }
}
