package org.expunge.cli.work;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;

/** Reads a manifest that the user names as the truth about a run, and refuses one of other rows. */
final class KnownAttack {
    /**
     * What is known.
     *
     * @param drill the attack
     * @param manifest that says so; null if the run itself does
     */
    record Known(Drill drill, @Nullable NamedManifest manifest) {
        /** Fails where the attacked inputs are gone: at the start, and not after hours. */
        void requireInputs() throws IOException {
            load(manifest == null ? Drill.MANIFEST : manifest.file(), drill.inputs());
        }
    }

    private static final List<String> KEYS = List.of(
            "adversarialIds",
            "copyIds",
            "coverIds",
            "data",
            "description",
            "files",
            "inputs",
            "request",
            "targetClass");

    private final Path manifest;
    private final TrainingRun run;

    /**
     * Names both.
     *
     * @param manifest of {@code attack}
     * @param run the run that it is said to be about
     */
    KnownAttack(Path manifest, TrainingRun run) {
        this.manifest = manifest;
        this.run = run;
    }

    /**
     * Returns the attack that is known to have changed a run's training rows.
     *
     * @param run the run
     * @param manifest that the user names; null for what the run knows
     * @return the attack and where it is known from; empty if nothing is known
     * @throws BadInputException if the manifest is about other rows
     * @throws IOException if something cannot be read
     */
    static Optional<Known> of(TrainingRun run, @Nullable Path manifest) throws IOException {
        return manifest == null
                ? Drill.of(run).map(drill -> new Known(drill, null))
                : Optional.of(new Known(new KnownAttack(manifest, run).ofTrainingRows(), NamedManifest.of(manifest)));
    }

    /**
     * Reads the manifest.
     *
     * @return it, with the ids of the copy if the run was trained on the copy
     * @throws BadInputException if the run remembers another attack
     * @throws IOException if it cannot be read
     */
    Drill read() throws IOException {
        Drill named = manifest();
        Optional<Drill> own = Drill.of(run);
        if (own.isPresent() && !own.get().files().equals(named.files())) {
            throw new BadInputException(
                    manifest,
                    "is the manifest of another attack (" + named.data() + ") than the one that run " + run.path()
                            + " was trained under (" + own.get().data() + ")");
        }
        return own.orElse(named);
    }

    private Drill manifest() throws IOException {
        if (Files.isDirectory(manifest)) {
            throw new BadInputException(
                    manifest, "is a folder; name the file " + Drill.MANIFEST + " that 'expunge attack' wrote");
        }
        JsonNode tree = Json.read(manifest, JsonNode.class);
        for (String key : KEYS) {
            if (!tree.hasNonNull(key)) {
                throw new BadInputException(manifest, "is no manifest of 'expunge attack': it has no '" + key + "'");
            }
        }
        return Json.read(manifest, Drill.class);
    }

    /**
     * Reads the manifest and compares its changed rows with those that the run was trained on: by their ids, or by
     * those of the copy where more of these were trained on.
     *
     * @throws BadInputException if one of them is another row, or has another label, or none was trained on
     * @throws IOException if it or its rows cannot be read
     */
    private Drill ofTrainingRows() throws IOException {
        Drill drill = read();
        boolean isInCopy = trained(drill.inCopy()) > trained(drill);
        Drill named = isInCopy ? drill.inCopy() : drill;
        if (trained(named) == 0) {
            throw new BadInputException(
                    manifest,
                    "names " + drill.adversarialIds().size() + " planted rows, and none of them is among the "
                            + run.train().size() + " training rows of run " + run.path()
                            + ": was it trained on others?");
        }
        if (Drill.of(run).isEmpty()) {
            Dataset changed = load(manifest.toString(), drill.data());
            Dataset planted = changed.select(changed.rowsOf(drill.adversarialIds()));
            requireSame(
                    isInCopy ? planted.withIds(drill.inCopy(planted.ids())) : planted, run.rawTrain(), drill.data());
        }
        return named;
    }

    /** Returns how many planted rows the run was trained on. */
    private long trained(Drill drill) {
        Set<String> planted = Set.copyOf(drill.adversarialIds());
        return run.train().ids().stream().filter(planted::contains).count();
    }

    /**
     * Compares the attacked inputs with inputs of the same ids.
     *
     * @param drill the attack
     * @param inputs normalised as the run's are
     * @throws BadInputException if one of them is another input, or has another label
     * @throws IOException if the attacked inputs cannot be read
     */
    void requireInputs(Drill drill, Dataset inputs) throws IOException {
        requireSame(run.normalizer().apply(load(manifest.toString(), drill.inputs())), inputs, drill.inputs());
    }

    private static Dataset load(String source, String spec) throws IOException {
        try {
            return DataSpec.parse(spec).load().train();
        } catch (NoSuchFileException e) {
            throw new BadInputException(
                    source,
                    "names " + spec + ", and " + e.getFile()
                            + " does not exist; has the folder that 'expunge attack' wrote been moved or deleted?",
                    e);
        }
    }

    private void requireSame(Dataset recorded, Dataset rows, String source) throws BadInputException {
        Map<String, Integer> places = new HashMap<>();
        for (int row = 0; row < rows.size(); row++) {
            places.put(rows.id(row), row);
        }
        for (int i = 0; i < recorded.size(); i++) {
            Integer row = places.get(recorded.id(i));
            if (row != null
                    && !(recorded.label(i) == rows.label(row) && Arrays.equals(recorded.row(i), rows.row(row)))) {
                throw new BadInputException(
                        manifest,
                        "is the manifest of other rows than those of run " + run.path() + ": '" + recorded.id(i)
                                + "' of " + source + " is not what the run has under this id");
            }
        }
    }
}
