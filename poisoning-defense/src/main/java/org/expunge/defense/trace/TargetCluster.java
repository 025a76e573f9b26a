package org.expunge.defense.trace;

import java.util.ArrayList;
import java.util.List;

/**
 * Inputs that are taken for one class and may be targets of one attack.
 *
 * @param label the class that they are taken for
 * @param runnerUps the classes that come second for them, ascending; several where they rest on the same rows
 * @param inputs their indices among all inputs, strongest first
 * @param pValue of the test by which the class was suspected
 * @param trace the rows behind them
 * @param together the classes, ascending and its own among them, whose clusters were suspected together and are to be
 *     tried together, as no one of them shows anything alone; its own class alone for most
 */
public record TargetCluster(
        int label,
        List<Integer> runnerUps,
        List<Integer> inputs,
        double pValue,
        ClusterTrace trace,
        List<Integer> together) {
    /** Copies the lists. */
    public TargetCluster {
        runnerUps = List.copyOf(runnerUps);
        inputs = List.copyOf(inputs);
        together = List.copyOf(together);
    }

    /** Makes one that is suspected by itself. */
    public TargetCluster(int label, List<Integer> runnerUps, List<Integer> inputs, double pValue, ClusterTrace trace) {
        this(label, runnerUps, inputs, pValue, trace, List.of(label));
    }

    /**
     * Returns the classes whose clusters are to be tried together with this one.
     *
     * @return labels, ascending; empty for most
     */
    public List<Integer> with() {
        return others(together, label);
    }

    /**
     * Returns the classes beside one.
     *
     * @param together classes whose clusters are tried together
     * @param label one of them
     * @return the others, in their order
     */
    public static List<Integer> others(List<Integer> together, int label) {
        return together.stream().filter(other -> other != label).toList();
    }

    /**
     * Returns clusters by what is to be tried together.
     *
     * @param clusters some clusters of one look, of which at most one set is to be tried together
     * @return each alone in the order given, then that set, if there is one
     */
    public static List<List<TargetCluster>> trials(List<TargetCluster> clusters) {
        List<List<TargetCluster>> trials = new ArrayList<>(clusters.stream()
                .filter(cluster -> cluster.together().size() == 1)
                .map(List::of)
                .toList());
        List<TargetCluster> joined = clusters.stream()
                .filter(cluster -> cluster.together().size() > 1)
                .toList();
        if (!joined.isEmpty()) {
            trials.add(joined);
        }
        return trials;
    }
}
