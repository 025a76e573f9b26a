package org.expunge.influence.gradient;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.network.LayerConsumer;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.Pass;

/**
 * Which part of the gradients is looked at, and how.
 *
 * @param nodes the layers that take part: indices of nodes with parameters, ascending
 * @param isUnit whether δ at the logits is scaled to norm 1 before it is sent back, so that gradients of saturated
 *     examples keep their direction where their size would underflow
 * @param wantsNorms whether norms are needed beside dots
 */
public record GradientView(List<Integer> nodes, boolean isUnit, boolean wantsNorms) {
    /** Copies the list. */
    public GradientView {
        checkArgument(!nodes.isEmpty(), "a network without parameters has no gradients");
        nodes = List.copyOf(nodes);
    }

    /** Looks at all layers, without norms. */
    public static GradientView of(Network network) {
        return new GradientView(network.parametricNodes(), false, false);
    }

    /** Looks at the last layer with parameters only, without norms. */
    public static GradientView ofLastLayer(Network network) {
        List<Integer> nodes = network.parametricNodes();
        return new GradientView(nodes.subList(Math.max(0, nodes.size() - 1), nodes.size()), false, false);
    }

    /** Looks at the same layers through unit deltas, with norms: what a cosine needs. */
    public GradientView forCosine() {
        return new GradientView(nodes, true, true);
    }

    /** Returns the share of the network's parameters that take part, in percent. */
    public double coveragePercent(Network network) {
        long covered = nodes.stream()
                .flatMap(node -> network.layout().of(node).stream())
                .mapToLong(entry -> entry.length())
                .sum();
        return 100.0 * covered / network.layout().length();
    }

    /**
     * Sends a forwarded tile back and hands the layers of this view to a consumer. Where the view holds nothing but the
     * network's last node, no layer below it is visited. Nothing waits for the device.
     *
     * @param pass the pass, forwarded
     * @param deltaNorms receives {@code ‖δ_b‖} at the logits if {@link #isUnit}; else left alone
     * @param offset index of the tile's first example in {@code deltaNorms}
     * @param consumer sees each layer of the view
     */
    public void backward(Pass pass, Sums deltaNorms, int offset, LayerConsumer consumer) {
        if (isUnit) {
            pass.unitLossDelta(deltaNorms, offset);
        } else {
            pass.lossDelta();
        }
        backwardFromDelta(pass, consumer);
    }

    /** As the other, for those who do not ask for {@code ‖δ_b‖}. */
    public void backward(Pass pass, LayerConsumer consumer) {
        if (isUnit) {
            pass.unitLossDelta();
        } else {
            pass.lossDelta();
        }
        backwardFromDelta(pass, consumer);
    }

    private void backwardFromDelta(Pass pass, LayerConsumer consumer) {
        int last = pass.network().nodes().size() - 1;
        if (nodes.equals(List.of(last))
                && pass.network().nodes().get(last).layer() instanceof ParametricLayer parametric) {
            consumer.onLayer(last, parametric, pass.slot(last));
            return;
        }
        pass.backward((node, layer, slot) -> {
            if (nodes.contains(node)) {
                consumer.onLayer(node, layer, slot);
            }
        });
    }
}
