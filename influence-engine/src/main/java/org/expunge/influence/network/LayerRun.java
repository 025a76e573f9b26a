package org.expunge.influence.network;

import java.util.List;

/** Runs the layers of a pass, forward and backward, on whatever its slots hold. */
final class LayerRun {
    private final List<Network.Node> nodes;
    private final List<Slot> slots;
    private final BackwardPlan plan;
    /** Whether a layer leaves its bias to the activation behind it. */
    private final boolean[] leavesBias;

    LayerRun(Network network, List<Slot> slots, BackwardPlan plan) {
        this.nodes = network.nodes();
        this.slots = slots;
        this.plan = plan;
        this.leavesBias = new boolean[nodes.size()];
        for (int i = 0; i + 1 < leavesBias.length; i++) {
            leavesBias[i] = layer(i) instanceof BiasedLayer biased
                    && biased.hasBias()
                    && layer(i + 1) instanceof ActivationAfterBias
                    && nodes.get(i + 1).inputs().equals(List.of(i));
        }
    }

    Layer layer(int node) {
        return nodes.get(node).layer();
    }

    /** Runs layers {@code from … to − 1}; a bias is added together with the activation behind it. */
    void forward(int from, int to) {
        for (int i = from; i < to; i++) {
            Slot slot = slots.get(i);
            if (i + 1 < to
                    && leavesBias[i]
                    && layer(i) instanceof BiasedLayer biased
                    && layer(i + 1) instanceof ActivationAfterBias activation) {
                biased.forwardWithoutBias(slot);
                activation.forwardWithBias(slots.get(i + 1), biased.bias(slot));
                i++;
            } else {
                layer(i).forward(slot);
            }
        }
    }

    /** Runs layers {@code from − 1 … to} backward, each after a consumer has seen it. */
    void backward(int from, int to, LayerConsumer consumer) {
        for (int i = from - 1; i >= to; i--) {
            consume(i, consumer);
            passOn(i);
        }
    }

    /** Runs layers {@code from − 1 … to} backward, without any consumer. */
    void backward(int from, int to) {
        for (int i = from - 1; i >= to; i--) {
            passOn(i);
        }
    }

    /** Hands a layer to a consumer if it is one that consumers see. */
    void consume(int node, LayerConsumer consumer) {
        if (plan.isConsumed(node)) {
            consumer.onLayer(node, (ParametricLayer) layer(node), slots.get(node));
        }
    }

    private void passOn(int node) {
        if (plan.continues(node)) {
            layer(node).backward(slots.get(node));
            slots.get(node).settleInputDeltas();
        }
    }
}
