package org.expunge.influence.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.TableLayout;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Digests;
import org.expunge.influence.io.Json;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.dl4j.Dl4jUpdater;
import org.expunge.influence.network.dl4j.Dl4jZip;
import org.jspecify.annotations.Nullable;

/** The files of a run directory, by name. */
final class RunDirectory {
    static final String INFO = "run.json";
    static final String RECIPE = "recipe.yaml";
    static final String ROWS = "rows.csv";
    static final String KEY = "rows.key";
    static final String NORMALIZER = "normalizer.json";
    /** Only in a run on a table: how its cells become numbers. */
    static final String LAYOUT = "layout.json";

    static final String METRICS = "metrics.json";
    static final String MODEL = "model.zip";
    /** The model file that the recipe names, if it does; its network is what was trained. */
    private static final String INITIAL = "initial.zip";
    /** Only in a run that is not to be used any more; says why. */
    static final String REVOKED = "REVOKED";
    /** Only in an unfinished run. */
    static final String STATE = "state";

    private static final String CHECKPOINTS = "checkpoints";

    private RunDirectory() {}

    /** Writes what is known before training. */
    static void writeInputs(
            Path run, Recipe recipe, List<RunRow> rows, Normalizer normalizer, Optional<TableLayout> layout)
            throws IOException {
        AtomicFiles.writeString(run.resolve(RECIPE), recipeText(recipe));
        if (recipe.model().preset() == ModelRecipe.Preset.FILE) {
            Files.copy(Path.of(recipe.model().file()), run.resolve(INITIAL));
        }
        RowsFile.write(run.resolve(ROWS), rows);
        AtomicFiles.writeString(run.resolve(NORMALIZER), normalizer.toJson());
        if (layout.isPresent()) {
            Json.write(run.resolve(LAYOUT), layout.get());
        }
        Files.createDirectories(run.resolve(CHECKPOINTS));
    }

    /** Returns whether the inputs were written for this recipe. */
    static boolean isOf(Path run, Recipe recipe) throws IOException {
        boolean isSame = Files.readString(run.resolve(RECIPE)).equals(recipeText(recipe));
        if (recipe.model().preset() != ModelRecipe.Preset.FILE) {
            return isSame;
        }
        Path given = Path.of(recipe.model().file());
        return isSame && Digests.sha256(run.resolve(INITIAL)).equals(Digests.sha256(given));
    }

    /** A model file is named as the run holds it. */
    private static String recipeText(Recipe recipe) {
        ModelRecipe model = recipe.model();
        boolean hasFile = model.preset() == ModelRecipe.Preset.FILE;
        return (hasFile ? recipe.withModel(model.withFile(Path.of(INITIAL))) : recipe).toYaml();
    }

    /** Writes the model, with how DL4J would train it further. */
    static void writeModel(Path run, Recipe recipe, Model model) throws IOException {
        Optimizer optimizer = recipe.training().optimizer();
        double rate = recipe.training().schedule().learningRate();
        Dl4jUpdater updater = switch (optimizer.kind()) {
            case SGD, MOMENTUM -> Dl4jUpdater.sgd(rate);
            case NESTEROV -> Dl4jUpdater.nesterovs(rate, optimizer.momentum());
            case ADAM, ADAMW -> Dl4jUpdater.adam(rate, optimizer.beta1(), optimizer.beta2(), optimizer.epsilon());
        };
        Dl4jZip.write(
                run.resolve(MODEL),
                model,
                updater.withPenalties(recipe.training().l2(), optimizer.weightDecay()));
    }

    static Model readModel(Path run, RunInfo info) throws IOException {
        return Dl4jZip.read(run.resolve(MODEL), info.input()).model();
    }

    /** Writes {@code run.json}, which makes the directory complete. */
    static void writeInfo(
            Path run,
            Recipe recipe,
            Dataset train,
            List<String> engines,
            RunInfo.@Nullable Origin origin,
            Map<String, Object> notes)
            throws IOException {
        RunInfo info = new RunInfo(
                RunInfo.FORMAT,
                version(),
                Instant.now(Clock.systemUTC()).toString(),
                System.getProperty("user.name", "unknown"),
                recipe.seed(),
                engines,
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                train.shape(),
                origin,
                notes,
                digests(run));
        Json.write(run.resolve(INFO), info);
    }

    private static String version() {
        String version = RunDirectory.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private static Map<String, String> digests(Path run) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(run)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        Map<String, String> digests = new TreeMap<>();
        for (Path file : files) {
            String name = run.relativize(file).toString();
            if (!name.equals(KEY) && !name.equals(INFO) && !file.startsWith(run.resolve(STATE))) {
                digests.put(name, Digests.sha256(file));
            }
        }
        return digests;
    }

    /** Reads {@code run.json} and checks every file against it. */
    static RunInfo check(Path run) throws IOException {
        if (!Files.isRegularFile(run.resolve(INFO))) {
            throw new BadInputException(
                    run,
                    Files.isDirectory(run)
                            ? "is no finished run: it has no " + INFO + "; an unfinished training goes on when the same"
                                    + " command is given again"
                            : "is no run directory");
        }
        RunInfo info = Json.read(run.resolve(INFO), RunInfo.class);
        if (info.format() != RunInfo.FORMAT) {
            throw new BadInputException(
                    run.resolve(INFO),
                    "has format " + info.format() + " but this version reads format " + RunInfo.FORMAT);
        }
        for (Map.Entry<String, String> entry : info.digests().entrySet()) {
            checkDigest(run, entry.getKey(), entry.getValue());
        }
        return info;
    }

    private static void checkDigest(Path run, String name, String digest) throws IOException {
        Path file = run.resolve(name).normalize();
        if (!file.startsWith(run.normalize())) {
            throw new BadInputException(run.resolve(INFO), "names a file outside the run: " + name);
        }
        String found;
        try {
            found = Digests.sha256(file);
        } catch (NoSuchFileException e) {
            throw new BadInputException(file.toString(), "is missing; restore it or make the run again", e);
        }
        if (!found.equals(digest)) {
            throw new BadInputException(file, "has changed since the run was made; restore it or make the run again");
        }
    }

    static Recipe readRecipe(Path run) throws IOException {
        Recipe recipe = Recipe.read(run.resolve(RECIPE));
        ModelRecipe model = recipe.model();
        boolean hasFile = model.preset() == ModelRecipe.Preset.FILE;
        return hasFile ? recipe.withModel(model.withFile(run.resolve(INITIAL))) : recipe;
    }

    static Optional<TableLayout> readLayout(Path run) throws IOException {
        Path file = run.resolve(LAYOUT);
        return Files.exists(file) ? Optional.of(Json.read(file, TableLayout.class)) : Optional.empty();
    }

    static Normalizer readNormalizer(Path run) throws IOException {
        Path file = run.resolve(NORMALIZER);
        return Normalizer.fromJson(Files.readString(file, StandardCharsets.UTF_8), file.toString());
    }
}
