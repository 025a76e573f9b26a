package org.expunge.defense.sanitize;

import java.util.Map;

/**
 * A training row that was removed, and why.
 *
 * @param id the row
 * @param label the class that it carried
 * @param round the round that removed it
 * @param vote how far it stood above the usual row of its class, in standard deviations
 * @param parts the same by each affinity alone
 */
public record RemovedRow(String id, int label, int round, double vote, Map<String, Double> parts) {
    /** Copies the map. */
    public RemovedRow {
        parts = Map.copyOf(parts);
    }
}
