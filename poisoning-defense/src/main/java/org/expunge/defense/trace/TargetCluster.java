package org.expunge.defense.trace;

import java.util.List;

/**
 * Inputs that are taken for one class and may be targets of one attack.
 *
 * @param label the class that they are taken for
 * @param runnerUps the classes that come second for them, ascending; several where they rest on the same rows
 * @param inputs their indices among all inputs, strongest first
 * @param pValue of the test by which the class was suspected
 * @param trace the rows behind them
 */
public record TargetCluster(
        int label, List<Integer> runnerUps, List<Integer> inputs, double pValue, ClusterTrace trace) {
    /** Copies the lists. */
    public TargetCluster {
        runnerUps = List.copyOf(runnerUps);
        inputs = List.copyOf(inputs);
    }
}
