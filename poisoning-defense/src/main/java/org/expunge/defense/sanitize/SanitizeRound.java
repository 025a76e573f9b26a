package org.expunge.defense.sanitize;

import java.util.List;

/**
 * What one round did for one cluster of inputs.
 *
 * @param round counted from 1
 * @param label the class that the inputs are taken for
 * @param runnerUps the classes that come second for them
 * @param inputs ids of the inputs that were tried, strongest first
 * @param clusterSize how many inputs the cluster has; of large ones a part is tried
 * @param pValue of the test by which the class was suspected
 * @param confirmation what came of removing the rows behind them
 * @param removed the rows that were removed, most suspicious first; empty if not confirmed
 */
public record SanitizeRound(
        int round,
        int label,
        List<Integer> runnerUps,
        List<String> inputs,
        int clusterSize,
        double pValue,
        Confirmation confirmation,
        List<RemovedRow> removed) {
    /** Copies the lists. */
    public SanitizeRound {
        runnerUps = List.copyOf(runnerUps);
        inputs = List.copyOf(inputs);
        removed = List.copyOf(removed);
    }
}
