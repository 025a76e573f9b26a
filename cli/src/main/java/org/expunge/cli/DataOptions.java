package org.expunge.cli;

import java.util.OptionalLong;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.training.DataRecipe;
import org.expunge.influence.training.ModelRecipe;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.TrainingOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The rows of a head, and how they are split. */
final class DataOptions {
    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec command;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "SPEC",
            description =
                    "Rows with classes: digits, breast-cancer, idx:DIR, cifar:DIR, csv:FILE?label=COLUMN and more in "
                            + "docs/data.md.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String data;

    @Option(
            names = "--normalization",
            paramLabel = "KIND",
            description =
                    "What is applied to the rows before the trunk: none or scale:DIVISOR; what is fitted on the rows "
                            + "(standardize and others) remembers them, and the head is then not certified. Default: none, or the "
                            + "run's that is the trunk.")
    private @Nullable String normalization;

    @Option(
            names = "--validation",
            paramLabel = "FRACTION",
            defaultValue = "0.1",
            description = "Rows to decide by, as a fraction in [0, 1). Default: ${DEFAULT-VALUE}.")
    private double validation;

    @Option(
            names = "--test",
            paramLabel = "FRACTION",
            defaultValue = "0.2",
            description = "Rows to report on, as a fraction in [0, 1), unless the data have their own. "
                    + "Default: ${DEFAULT-VALUE}.")
    private double test;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "0",
            description = "Decides the split. The noise is never seeded. Default: ${DEFAULT-VALUE}.")
    private long seed;

    boolean isNormalised() {
        return normalization != null;
    }

    /** Returns the rows as a recipe. */
    Recipe recipe() {
        return Checks.reading(
                command,
                () -> new Recipe(
                        seed,
                        new DataRecipe(
                                DataSpec.parse(data),
                                Normalizer.Options.parse(normalization == null ? "none" : normalization),
                                validation,
                                test,
                                OptionalLong.empty()),
                        ModelRecipe.of(ModelRecipe.Preset.LOGISTIC),
                        TrainingOptions.DEFAULT));
    }
}
