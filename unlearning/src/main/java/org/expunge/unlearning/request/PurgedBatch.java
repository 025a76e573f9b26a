package org.expunge.unlearning.request;

import java.util.List;

/**
 * What the ledger keeps of what was purged with a batch.
 *
 * @param batch its name
 * @param artefacts what else knew the rows, and what was done with it
 */
public record PurgedBatch(String batch, List<Artefact> artefacts) {
    /** Copies the list. */
    public PurgedBatch {
        artefacts = List.copyOf(artefacts);
    }
}
