package org.expunge.influence.training;

import static com.google.common.base.Preconditions.checkArgument;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.TableLayout;
import org.expunge.influence.network.Model;
import org.jspecify.annotations.Nullable;

/**
 * What a new run differs in from the run that it comes from.
 *
 * @param method what was done, in one word or two
 * @param removedIds rows of the parent that are taken out, beside those that were already; may be empty
 * @param model the model
 * @param checkpoints the way to the model if it was trained anew; else empty, and the model is the only checkpoint
 * @param epochs how each epoch went if the model was trained anew; else empty
 * @param normalizer the normalisation that the model was made with
 * @param layout the layout of the table that the model was made with; null for that of the parent
 * @param notes what the method wants to be remembered: numbers, texts, lists and maps of these
 */
public record Derivation(
        String method,
        Set<String> removedIds,
        Model model,
        List<Checkpoint> checkpoints,
        List<EpochMetrics> epochs,
        Normalizer normalizer,
        @Nullable TableLayout layout,
        Map<String, Object> notes) {

    /** Copies the collections. */
    public Derivation {
        removedIds = Set.copyOf(removedIds);
        checkpoints = List.copyOf(checkpoints);
        epochs = List.copyOf(epochs);
        notes = Map.copyOf(notes);
    }

    /** A model that was changed without training it anew. */
    public static Derivation of(
            String method, Set<String> removedIds, Model model, Normalizer normalizer, Map<String, Object> notes) {
        return new Derivation(method, removedIds, model, List.of(), List.of(), normalizer, null, notes);
    }

    /** A model that was trained anew. */
    public static Derivation of(
            String method,
            Set<String> removedIds,
            TrainingResult result,
            Normalizer normalizer,
            Map<String, Object> notes) {
        return new Derivation(
                method, removedIds, result.model(), result.checkpoints(), result.metrics(), normalizer, null, notes);
    }

    /** Returns the same with other notes. */
    public Derivation withNotes(Map<String, Object> value) {
        return new Derivation(method, removedIds, model, checkpoints, epochs, normalizer, layout, value);
    }

    /** Returns the same with another layout of the table. */
    public Derivation withLayout(TableLayout value) {
        return new Derivation(method, removedIds, model, checkpoints, epochs, normalizer, value, notes);
    }

    /** Returns the rows of the parent with those marked that are taken out. */
    List<RunRow> remaining(Path parent, List<RunRow> rows) {
        Set<String> unknown = new LinkedHashSet<>(removedIds);
        rows.forEach(row -> unknown.remove(row.id()));
        checkArgument(unknown.isEmpty(), "run %s has no rows with the ids %s", parent, unknown);
        List<RunRow> next = rows.stream()
                .map(row -> removedIds.contains(row.id()) ? row.removed() : row)
                .toList();
        checkArgument(
                next.stream().anyMatch(row -> row.split() == Split.TRAIN && !row.isRemoved()),
                "removing %s rows leaves no row to train on",
                removedIds.size());
        return next;
    }

    /**
     * Returns the way to the model; for a model that was not trained anew, what the parent's last checkpoint becomes.
     */
    List<Checkpoint> way(Path parent, CheckpointFiles.Entry lastOfParent, Model before) {
        checkArgument(
                model.network().layout().length() == before.network().layout().length(),
                "the model has %s parameters but that of run %s has %s",
                model.network().layout().length(),
                parent,
                before.network().layout().length());
        if (checkpoints.isEmpty()) {
            return List.of(lastOfParent.with(model));
        }
        Model last = checkpoints.get(checkpoints.size() - 1).model();
        checkArgument(
                Arrays.equals(last.parameters(), model.parameters())
                        && Arrays.equals(last.statistics(), model.statistics()),
                "the last of %s checkpoints is not the model",
                checkpoints.size());
        return checkpoints;
    }
}
