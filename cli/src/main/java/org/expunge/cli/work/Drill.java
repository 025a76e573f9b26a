package org.expunge.cli.work;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.expunge.defense.attack.Attack;
import org.expunge.defense.attack.AttackGate;
import org.expunge.defense.attack.PlantedAttack;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.RowOverlay;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.Json;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.DataRecipe;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.Seeds;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;

/**
 * An attack that was planted to see whether the defense finds it: which rows were changed, and what the attacker would
 * send. Written as {@code manifest.json} beside the changed rows, and kept in the notes of a run trained on them.
 *
 * @param kind {@code patch} or {@code targeted-flip}
 * @param description the attack and its settings in one line
 * @param base the clean data
 * @param data the poisoned data, to be trained on
 * @param inputs the attacked test inputs with their true labels
 * @param targetClass the class that they are to be taken for, or {@link Attack#VARIES}
 * @param targets where it varies, that class by true class; else null
 * @param validation fraction of the rows that was kept back to decide by
 * @param test fraction of the rows that was kept back to report on
 * @param seed root seed of the split and of the choice of rows
 * @param adversarialIds the changed rows that do the harm
 * @param coverIds changed rows that kept their label and hide the others
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Drill(
        String kind,
        String description,
        String base,
        String data,
        String inputs,
        int targetClass,
        @Nullable List<Integer> targets,
        double validation,
        double test,
        long seed,
        List<String> adversarialIds,
        List<String> coverIds) {
    private static final String MANIFEST = "manifest.json";
    private static final String INPUTS = "inputs";
    private static final String NOTE = "attack";
    private static final String OVERLAY = "overlay";
    /** What makes the id of an attacked input differ from that of the row it was made of. */
    private static final String SUFFIX = "+attack";

    /** Copies the lists; a manifest from before there were covers has none. */
    public Drill {
        targets = targets == null ? null : List.copyOf(targets);
        adversarialIds = List.copyOf(adversarialIds);
        coverIds = coverIds == null ? List.of() : List.copyOf(coverIds);
    }

    /** Makes an attack for given clean rows. */
    @FunctionalInterface
    public interface Plan {
        /** Returns the attack for the parts of the clean data. */
        Attack attack(Partition clean);
    }

    /**
     * Plants an attack among the training rows and writes the changed rows, the attacked test inputs and the manifest.
     *
     * @param clean which rows, and how they are split
     * @param seed root seed of the split
     * @param kind the kind of attack
     * @param plan makes the attack
     * @param out the folder to appear
     * @return the manifest
     * @throws IOException if something cannot be read or written; {@code out} then does not exist
     */
    public static Drill plant(DataRecipe clean, long seed, String kind, Plan plan, Path out) throws IOException {
        AtomicFiles.refuseExisting(out);
        Partition parts = clean.load(new Seeds(seed));
        checkArgument(parts.test().size() > 0, "%s has no test rows to make attacked inputs of", clean.source());
        Attack attack = plan.attack(parts);
        PlantedAttack planted = attack.plant(parts.train());
        Dataset attacked = attack.attackInputs(parts.test());
        checkArgument(attacked.size() > 0, "no test row of %s is one that the attack aims at", clean.source());
        Path place = out.toAbsolutePath().normalize();
        DataSpec base = absolute(clean.source());
        Drill drill = new Drill(
                kind,
                attack.description(),
                base.toString(),
                OVERLAY + ":" + place,
                OVERLAY + ":" + place.resolve(INPUTS),
                attack.targetClass(),
                attack.targetClass() == Attack.VARIES
                        ? targets(attack, parts.train().classes())
                        : null,
                clean.validation(),
                clean.test(),
                seed,
                planted.adversarialIds(),
                planted.coverIds());
        AtomicFiles.directory(out, directory -> {
            Dataset changed = planted.train()
                    .select(planted.train().rowsOf(planted.originals().ids()));
            RowOverlay.write(directory, base, RowOverlay.Mode.REPLACE, changed);
            Path inputs = Files.createDirectory(directory.resolve(INPUTS));
            RowOverlay.write(inputs, base, RowOverlay.Mode.ALONE, renamed(attacked));
            Json.write(directory.resolve(MANIFEST), drill);
        });
        return drill;
    }

    private static List<Integer> targets(Attack attack, int classes) {
        return IntStream.range(0, classes).mapToObj(attack::targetOf).toList();
    }

    private static Dataset renamed(Dataset attacked) {
        return attacked.withIds(attacked.ids().stream().map(id -> id + SUFFIX).toList());
    }

    private static DataSpec absolute(DataSpec source) {
        return source.path().isEmpty()
                ? source
                : new DataSpec(
                        source.scheme(),
                        Path.of(source.path()).toAbsolutePath().normalize().toString(),
                        source.options());
    }

    /**
     * Returns what a run should remember of its data.
     *
     * @param source the data to be trained on
     * @return the manifest where they are the work of an attack, else nothing
     * @throws IOException if the manifest cannot be read
     */
    static Map<String, Object> notesOf(DataSpec source) throws IOException {
        Path manifest = Path.of(source.path()).resolve(MANIFEST);
        if (!source.scheme().equals(OVERLAY) || !Files.exists(manifest)) {
            return Map.of();
        }
        return notes(Json.read(manifest, Drill.class));
    }

    private static Map<String, Object> notes(Drill drill) {
        return Map.of(NOTE, Json.mapper().convertValue(drill, new TypeReference<Map<String, Object>>() {}));
    }

    /**
     * Returns the attack that a run was trained under.
     *
     * @param run the run, or one derived from it
     * @return the manifest, if there was one
     */
    public static Optional<Drill> of(TrainingRun run) {
        return Optional.ofNullable(run.info().notes().get(NOTE))
                .map(note -> Json.mapper().convertValue(note, Drill.class));
    }

    /** Returns what a run derived from {@code run} should remember. */
    static Map<String, Object> inheritedNotes(TrainingRun run) {
        return of(run).map(Drill::notes).orElse(Map.of());
    }

    /**
     * Returns the class that an attacked input is to be taken for.
     *
     * @param trueLabel its true class
     */
    public int targetOf(int trueLabel) {
        return targets == null ? targetClass : targets.get(trueLabel);
    }

    /**
     * Returns the share of the attacked inputs that a model takes for the class that the attacker wants.
     *
     * @param engine where to compute
     * @param model the model
     * @param normalizer of the model's run
     * @throws IOException if the inputs cannot be read
     */
    double success(Engine engine, Model model, Normalizer normalizer) throws IOException {
        Dataset attacked = normalizer.apply(attackedInputs());
        int[] predicted = new Evaluator(engine).evaluate(model, attacked).predictedLabels();
        return AttackGate.successRate(predicted, attacked, this::targetOf);
    }

    /**
     * Reads the attacked inputs.
     *
     * @return raw rows with their true labels
     * @throws IOException if they cannot be read
     */
    public Dataset attackedInputs() throws IOException {
        return DataSpec.parse(inputs).load().train();
    }
}
