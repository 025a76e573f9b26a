package org.expunge.influence.network.dl4j;

import java.util.List;
import java.util.Optional;
import org.expunge.influence.network.Model;

/**
 * What a model zip held.
 *
 * @param model the network with its parameters and running statistics
 * @param updater how DL4J was to train it, when that can be said in these terms and is the same for every layer
 * @param warnings what the file holds beyond that, in sentences for the user: each names a layer and a setting, or an
 *     entry of the zip
 */
public record ImportedModel(Model model, Optional<Dl4jUpdater> updater, List<String> warnings) {
    /** Copies the list. */
    public ImportedModel {
        warnings = List.copyOf(warnings);
    }
}
