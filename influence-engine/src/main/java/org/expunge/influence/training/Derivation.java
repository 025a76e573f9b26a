package org.expunge.influence.training;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.network.Model;

/**
 * What a new run differs in from the run that it comes from.
 *
 * @param method what was done, in one word or two
 * @param removedIds rows of the parent that are taken out, beside those that were already; may be empty
 * @param model the model
 * @param checkpoints the way to the model if it was trained anew; else empty, and the model is the only checkpoint
 * @param epochs how each epoch went if the model was trained anew; else empty
 * @param normalizer the normalisation that the model was made with
 * @param notes what the method wants to be remembered: numbers, texts, lists and maps of these
 */
public record Derivation(
        String method,
        Set<String> removedIds,
        Model model,
        List<Checkpoint> checkpoints,
        List<EpochMetrics> epochs,
        Normalizer normalizer,
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
        return new Derivation(method, removedIds, model, List.of(), List.of(), normalizer, notes);
    }

    /** A model that was trained anew. */
    public static Derivation of(
            String method,
            Set<String> removedIds,
            TrainingResult result,
            Normalizer normalizer,
            Map<String, Object> notes) {
        return new Derivation(
                method, removedIds, result.model(), result.checkpoints(), result.metrics(), normalizer, notes);
    }

    /** Returns the same with other notes. */
    public Derivation withNotes(Map<String, Object> value) {
        return new Derivation(method, removedIds, model, checkpoints, epochs, normalizer, value);
    }
}
