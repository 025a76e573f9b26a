package org.expunge.defense.sanitize;

import java.util.List;
import org.expunge.defense.trace.TargetCluster;

/**
 * What one round did for one cluster of inputs.
 *
 * @param round counted from 1
 * @param label the class that the inputs are taken for
 * @param runnerUps the classes that come second for them
 * @param inputs ids of the inputs that were tried, strongest first
 * @param clusterSize how many inputs the cluster has; of large ones a part is tried
 * @param pValue of the test by which the class was suspected, before correction over classes
 * @param together the classes whose clusters were tried together, ascending, its own among them; its own alone for most
 * @param confirmation what came of removing the rows behind them, and behind the clusters tried together with them: one
 *     and the same for all of these
 * @param removed the rows that were removed, most suspicious first; empty if not confirmed
 */
public record SanitizeRound(
        int round,
        int label,
        List<Integer> runnerUps,
        List<String> inputs,
        int clusterSize,
        double pValue,
        List<Integer> together,
        Confirmation confirmation,
        List<RemovedRow> removed) {
    /** Copies the lists. */
    public SanitizeRound {
        runnerUps = List.copyOf(runnerUps);
        inputs = List.copyOf(inputs);
        together = List.copyOf(together);
        removed = List.copyOf(removed);
    }

    /**
     * Returns the classes whose clusters were tried together with this one.
     *
     * @return labels, ascending; empty for most
     */
    public List<Integer> with() {
        return TargetCluster.others(together, label);
    }
}
