package org.expunge.defense.trace;

import java.util.List;

/**
 * The rows behind a cluster of inputs.
 *
 * @param vote the ranking that counts
 * @param parts what each affinity says alone
 */
public record ClusterTrace(RowRanking vote, List<RowRanking> parts) {
    /** Copies the list. */
    public ClusterTrace {
        parts = List.copyOf(parts);
    }
}
