package org.expunge.unlearning.request;

import java.nio.file.Path;
import java.util.List;

/**
 * What the ledger keeps of a purge before it is begun, so that a killed process's work can be ended even where the run
 * before is gone.
 *
 * @param batch its name
 * @param home the folder that the run before lies in, absolute
 * @param successor name of the directory of the run that came out
 * @param artefacts what else knows the rows, and what is to be done with it
 */
public record PurgePlan(String batch, String home, String successor, List<Artefact> artefacts) {
    /** Copies the list. */
    public PurgePlan {
        artefacts = List.copyOf(artefacts);
    }

    /** Returns whether it deletes the run at a place. */
    boolean deletes(Path run) {
        return Purge.deletes(Path.of(home), artefacts, run);
    }
}
