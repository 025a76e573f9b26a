package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.DataRecipe;
import org.expunge.influence.training.ModelRecipe;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.TrainingOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What to train and how: a recipe file, options, or a file with some of it replaced by options. */
final class RecipeOptions {
    private static final String ZIP = ".zip";
    private static final Set<ModelRecipe.Preset> PRESETS = EnumSet.complementOf(EnumSet.of(ModelRecipe.Preset.FILE));

    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec command;

    @Option(
            names = "--recipe",
            paramLabel = "FILE",
            description = "YAML recipe, such as recipe.yaml of a run; options given beside it replace its values. "
                    + "Default: none.")
    private @Nullable Path recipe;

    @Option(
            names = "--data",
            paramLabel = "SPEC",
            description =
                    "Rows: digits, breast-cancer, idx:DIR, cifar:DIR, csv:FILE?label=COLUMN, tsv:FILE?label=COLUMN, "
                            + "images:DIR, wav:DIR or overlay:DIR (from 'attack'); sentences: tsv:FILE?text=COLUMN&label=COLUMN. Needed without --recipe. After ?, joined by &: limit=N "
                            + "for all; for tables id=, missing=category|mean, header=false, ignore=, categorical=, "
                            + "test=FILE, task=regression and more in docs/data.md.")
    private @Nullable String data;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description =
                    "Network: logistic, mlp, lenet, resnet8, text-mean, text-conv or the file of a DL4J model zip. "
                            + "Default: mlp; text-mean for sentences.")
    private @Nullable String model;

    @Option(
            names = "--hidden",
            paramLabel = "UNITS",
            split = ",",
            description = "Units of each hidden layer of the mlp, as in 64,64. Default: 64,64.")
    private @Nullable List<Integer> hidden;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Passes over the training rows, at least 1. Default: 20.")
    private @Nullable Integer epochs;

    @Option(names = "--batch-size", paramLabel = "N", description = "Rows of a minibatch, at least 1. Default: 64.")
    private @Nullable Integer batchSize;

    @Option(
            names = "--optimizer",
            paramLabel = "KIND",
            description = "Update rule: sgd, momentum, nesterov, adam or adamw. Default: nesterov with momentum 0.9.")
    private Optimizer.@Nullable Kind optimizer;

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            description = "Step size at the schedule's height, above 0. Default: 0.05; 0.01 for lenet, "
                    + "0.001 with adam and adamw.")
    private @Nullable Double learningRate;

    @Option(
            names = "--schedule",
            paramLabel = "KIND",
            description = "Course of the learning rate: constant, step, cosine or one-cycle. Default: constant.")
    private Schedule.@Nullable Kind schedule;

    @Option(
            names = "--l2",
            paramLabel = "COEFFICIENT",
            description =
                    "Weight penalty: this times the weights is added to the mean gradient; 0 or more. Default: 0.")
    private @Nullable Double l2;

    @Option(
            names = "--checkpoints",
            paramLabel = "N",
            description =
                    "Parameters kept along the way for influence estimates, spread evenly; at least 1. Default: 15.")
    private @Nullable Integer checkpoints;

    @Option(
            names = "--normalization",
            paramLabel = "KIND",
            description = "What is fitted on the training rows and applied to all: none, standardize, "
                    + "standardize-channel, min-max, scale:DIVISOR or center:DIVISOR. Default: standardize; sentences get "
                    + "a vocabulary.")
    private @Nullable String normalization;

    @Option(
            names = "--validation",
            paramLabel = "FRACTION",
            description = "Rows to decide by, as a fraction in [0, 1). Default: 0.1.")
    private @Nullable Double validation;

    @Option(
            names = "--test",
            paramLabel = "FRACTION",
            description = "Rows to report on, as a fraction in [0, 1), unless the data have their own. Default: 0.2.")
    private @Nullable Double test;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            description = "Root of everything random: split, initial model, order of the rows. Default: 0.")
    private @Nullable Long seed;

    @Option(
            names = "--split-seed",
            paramLabel = "SEED",
            description = "Decides the split in place of --seed, so that models of several seeds share their rows. "
                    + "Default: none.")
    private @Nullable Long splitSeed;

    /** Returns whether the model is a file. */
    boolean isFile() {
        return model != null && model.endsWith(ZIP);
    }

    /**
     * Returns the recipe.
     *
     * @throws IOException if the recipe file cannot be read or is wrong
     */
    Recipe recipe() throws IOException {
        Recipe base = recipe != null ? Recipe.read(recipe) : Checks.reading(command, this::fromOptions);
        return Checks.reading(
                command,
                () -> new Recipe(
                        or(seed, base.seed()), data(base.data()), model(base.model()), training(base.training())));
    }

    private Recipe fromOptions() {
        if (data == null) {
            throw new ParameterException(
                    command.commandLine(), "Name the data: --data SPEC, such as --data digits, or --recipe FILE");
        }
        DataSpec source = DataSpec.parse(data);
        ModelRecipe.Preset usual = source.isText() ? ModelRecipe.Preset.TEXT_MEAN : ModelRecipe.Preset.MLP;
        ModelRecipe chosen = model == null ? ModelRecipe.of(usual) : chosen(model);
        Optimizer.Kind kind = or(optimizer, TrainingOptions.DEFAULT.optimizer().kind());
        return new Recipe(0, DataRecipe.of(source), chosen, TrainingOptions.customary(chosen.preset(), kind));
    }

    private DataRecipe data(DataRecipe base) {
        return new DataRecipe(
                data != null ? DataSpec.parse(data) : base.source(),
                normalization != null ? Normalizer.Options.parse(normalization) : base.normalization(),
                or(validation, base.validation()),
                or(test, base.test()),
                splitSeed == null ? base.splitSeed() : OptionalLong.of(splitSeed));
    }

    private ModelRecipe model(ModelRecipe base) {
        ModelRecipe chosen = model == null ? base : chosen(model);
        return hidden == null ? chosen : new ModelRecipe(chosen.preset(), hidden, chosen.initializer());
    }

    private ModelRecipe chosen(String name) {
        if (name.endsWith(ZIP)) {
            return ModelRecipe.ofFile(Path.of(name));
        }
        return PRESETS.stream()
                .filter(preset -> preset.name().replace('_', '-').equalsIgnoreCase(name))
                .findFirst()
                .map(ModelRecipe::of)
                .orElseThrow(() -> new ParameterException(
                        command.commandLine(),
                        "--model must be logistic, mlp, lenet, resnet8, text-mean, text-conv or a file that ends in .zip, got "
                                + name));
    }

    private TrainingOptions training(TrainingOptions base) {
        return new TrainingOptions(
                optimizer == null ? base.optimizer() : Optimizer.of(optimizer),
                schedule(base.schedule()),
                or(epochs, base.epochs()),
                or(batchSize, base.batchSize()),
                or(l2, base.l2()),
                checkpoints == null ? base.checkpoints() : CheckpointPolicy.spread(checkpoints),
                base.earlyStopping(),
                base.seed());
    }

    private Schedule schedule(Schedule base) {
        double rate = or(learningRate, base.learningRate());
        if (schedule != null && schedule != base.kind()) {
            return Schedule.of(schedule, rate);
        }
        return new Schedule(
                base.kind(),
                rate,
                base.factor(),
                base.stepEpochs(),
                base.warmUp(),
                base.startFraction(),
                base.endFraction());
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
