package org.expunge.influence.network;

import java.util.Arrays;
import java.util.List;

/**
 * What every backward pass of a network does, known before the first: which layers it visits, which of these pass a
 * derivative on, and who is the first to write one.
 */
final class BackwardPlan {
    private static final int NOBODY = -1;

    private final Network network;
    private final List<Network.Node> nodes;
    private final boolean wantsInputDelta;
    private final boolean[] needsDelta;
    /** By node + 1, so that the network's input has a place. */
    private final int[] firstWriters;

    /**
     * Makes the plan.
     *
     * @param wantsInputDelta whether the derivative with respect to the network's input is asked for
     */
    BackwardPlan(Network network, boolean wantsInputDelta) {
        this.network = network;
        this.nodes = network.nodes();
        this.wantsInputDelta = wantsInputDelta;
        int n = nodes.size();
        this.needsDelta = new boolean[n];
        for (int i = 0; i < n; i++) {
            needsDelta[i] = hasParameters(i) || nodes.get(i).inputs().stream().anyMatch(this::needsDelta);
        }
        this.firstWriters = new int[n + 1];
        Arrays.fill(firstWriters, NOBODY);
        for (int i = n - 1; i >= 0; i--) {
            if (continues(i)) {
                for (int input : nodes.get(i).inputs()) {
                    if (needsDelta(input) && firstWriters[input + 1] == NOBODY) {
                        firstWriters[input + 1] = i;
                    }
                }
            }
        }
    }

    private boolean hasParameters(int node) {
        return !network.layout().of(node).isEmpty();
    }

    /** Returns whether the derivative at a node's output is of use. */
    boolean needsDelta(int node) {
        return node == Network.INPUT ? wantsInputDelta : needsDelta[node];
    }

    /** Returns whether a derivative arrives at a node that is of use there. */
    boolean isVisited(int node) {
        return needsDelta[node] && (node == nodes.size() - 1 || firstWriters[node + 1] != NOBODY);
    }

    /** Returns whether a node is visited and has parameters, so that consumers see it. */
    boolean isConsumed(int node) {
        return isVisited(node) && hasParameters(node) && nodes.get(node).layer() instanceof ParametricLayer;
    }

    /** Returns whether a node is visited and passes a derivative on. */
    boolean continues(int node) {
        return isVisited(node) && nodes.get(node).inputs().stream().anyMatch(this::needsDelta);
    }

    /** Returns whether a node is the first to write the derivative at one of its inputs; others add theirs. */
    boolean isFirst(int node, int input) {
        return firstWriters[input + 1] == node;
    }
}
