package org.expunge.cli.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.expunge.defense.attack.Attack;
import org.expunge.defense.attack.AttackGate;
import org.expunge.defense.attack.AttackRequest;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.io.Json;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;

/**
 * An attack that was planted to see whether the defense finds it: which rows were changed, and what the attacker would
 * send. Written as {@code manifest.json} beside the changed rows, and kept in the notes of a run trained on them.
 *
 * @param kind the attack's name
 * @param description the attack and its settings in one line
 * @param request what was asked for
 * @param base the clean data
 * @param data the poisoned data, to be trained on
 * @param copy the poisoned data once more, in the format that they came in; null where there is no such copy
 * @param noCopy why there is none; else null
 * @param inputs the attacked test inputs with their true labels
 * @param targetClass the class that they are to be taken for, or {@link Attack#VARIES}
 * @param targets where it varies, that class by true class; else null
 * @param validation fraction of the rows that was kept back to decide by
 * @param test fraction of the rows that was kept back to report on
 * @param seed root seed of the split and of the choice of rows
 * @param adversarialIds the changed rows that do the harm
 * @param coverIds changed rows that kept their label and hide the others
 * @param copyIds ids that differ in the copy, by id here
 * @param baseRate share of adversarial rows among the training rows
 * @param targetRate their share among the training rows of the target class; null where it varies
 * @param gate whether the attack works; null where nobody asked
 * @param files SHA-256 of every other file of the folder, by its path below
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Drill(
        String kind,
        String description,
        AttackRequest request,
        String base,
        String data,
        @Nullable String copy,
        @Nullable String noCopy,
        String inputs,
        int targetClass,
        @Nullable List<Integer> targets,
        double validation,
        double test,
        long seed,
        List<String> adversarialIds,
        List<String> coverIds,
        Map<String, String> copyIds,
        double baseRate,
        @Nullable Double targetRate,
        @Nullable Gate gate,
        Map<String, String> files) {
    static final String MANIFEST = "manifest.json";
    static final String OVERLAY = "overlay";
    private static final String NOTE = "attack";

    /** Copies the lists. */
    public Drill {
        targets = targets == null ? null : List.copyOf(targets);
        adversarialIds = List.copyOf(adversarialIds);
        coverIds = List.copyOf(coverIds);
        copyIds = Map.copyOf(copyIds);
        files = new TreeMap<>(files);
    }

    /**
     * Whether the attack works.
     *
     * @param verdict in words
     * @param holds whether it does
     * @param figures what the verdict rests on; null for an attack without inputs, of which nothing can be said
     */
    public record Gate(
            String verdict, boolean holds, @Nullable AttackGate figures) {
        /** Judges. */
        static Gate of(AttackGate figures) {
            return new Gate(figures.verdict(), figures.holds(), figures);
        }

        /** The attack has no inputs to judge by. */
        static Gate none() {
            return new Gate(AttackGate.NOT_JUDGED, true, null);
        }
    }

    /**
     * Returns what a run should remember of its data.
     *
     * @param source the data to be trained on
     * @return the manifest where they are the work of an attack, else nothing
     * @throws IOException if the manifest cannot be read
     */
    static Map<String, Object> notesOf(DataSpec source) throws IOException {
        if (source.path().isEmpty()) {
            return Map.of();
        }
        Path place = Path.of(source.path()).toAbsolutePath().normalize();
        if (source.scheme().equals(OVERLAY)) {
            Path manifest = place.resolve(MANIFEST);
            return Files.exists(manifest) ? notes(Json.read(manifest, Drill.class)) : Map.of();
        }
        return notesOfCopy(place);
    }

    /** A copy is a folder beside its manifest, or a file in such a folder. */
    private static Map<String, Object> notesOfCopy(Path place) throws IOException {
        Path folder = Files.isDirectory(place) ? place : place.getParent();
        Path manifest = folder == null ? place : folder.resolveSibling(MANIFEST);
        if (!Files.isRegularFile(manifest)) {
            return Map.of();
        }
        JsonNode copy = Json.read(manifest, JsonNode.class).get("copy");
        boolean isCopy = copy != null && DataSpec.parse(copy.textValue()).path().equals(place.toString());
        return isCopy ? notes(Json.read(manifest, Drill.class).inCopy()) : Map.of();
    }

    /** Names the rows as the copy does; where there is none, as here. */
    Drill inCopy() {
        return new Drill(
                kind,
                description,
                request,
                base,
                copy == null ? data : copy,
                copy,
                noCopy,
                inputs,
                targetClass,
                targets,
                validation,
                test,
                seed,
                inCopy(adversarialIds),
                inCopy(coverIds),
                Map.of(),
                baseRate,
                targetRate,
                gate,
                files);
    }

    /** Returns what rows are called in the copy. */
    List<String> inCopy(List<String> ids) {
        return ids.stream().map(id -> copyIds.getOrDefault(id, id)).toList();
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
     * Returns the share of the attacked inputs that a model takes for the class that the attacker wants; NaN for an
     * attack without inputs.
     *
     * @param engine where to compute
     * @param model the model
     * @param normalizer of the model's run
     * @throws IOException if the inputs cannot be read
     */
    double success(Engine engine, Model model, Normalizer normalizer) throws IOException {
        return success(engine, model, normalizer.apply(attackedInputs()));
    }

    /**
     * As {@link #success(Engine, Model, Normalizer)}, of some inputs.
     *
     * @param attacked of {@link #attackedInputs}, normalised
     */
    double success(Engine engine, Model model, Dataset attacked) {
        if (attacked.size() == 0) {
            return Double.NaN;
        }
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
