package org.expunge.influence.network;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;

/**
 * The flat order of a network's tensors: nodes in topological order, tensors in the order that their layer lists them,
 * each row-major. The only place that knows it; it equals DL4J's flat order without the running statistics of batch
 * normalisation (dense: W as [out, in], then b; convolution: b, then W as [out, in, kH, kW]).
 */
public final class ParameterLayout {
    /**
     * Where one tensor lies.
     *
     * @param node index of its node in the network
     * @param layer name of that node
     * @param tensor the tensor
     * @param offset index of its first number in the flat vector
     */
    public record Entry(int node, String layer, TensorSpec tensor, int offset) {
        /** Returns {@code layer.tensor}, for messages and files. */
        public String name() {
            return layer + "." + tensor.name();
        }

        /** Returns how many numbers the tensor holds. */
        public int length() {
            return tensor.length();
        }
    }

    private final List<Entry> entries;
    private final int length;

    private ParameterLayout(List<Entry> entries, int length) {
        this.entries = List.copyOf(entries);
        this.length = length;
    }

    static final class Builder {
        private final List<Entry> entries = new ArrayList<>();
        private int length;

        void add(int node, String layer, List<TensorSpec> tensors) {
            for (TensorSpec tensor : tensors) {
                entries.add(new Entry(node, layer, tensor, length));
                length = Math.addExact(length, tensor.length());
            }
        }

        ParameterLayout build() {
            return new ParameterLayout(entries, length);
        }
    }

    /** Returns all tensors in flat order. */
    public List<Entry> entries() {
        return entries;
    }

    /** Returns the length of the flat vector. */
    public int length() {
        return length;
    }

    /** Returns the index, within {@link #entries}, of a node's first tensor; its others follow. */
    public int firstEntry(int node) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).node() == node) {
                return i;
            }
        }
        throw new IllegalArgumentException("node " + node + " has no tensors");
    }

    /** Returns the tensors of one node in order; empty when it has none. */
    public List<Entry> of(int node) {
        return entries.stream().filter(e -> e.node() == node).toList();
    }

    /** Returns the entry called {@code layer.tensor}. */
    public Entry entry(String name) {
        return entries.stream()
                .filter(e -> e.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no tensor is called " + name + "; there are "
                        + entries.stream().map(Entry::name).toList()));
    }

    /** Checks that a flat vector has this layout's length. */
    public void check(double[] flat) {
        checkArgument(flat.length == length, "flat vector has %s numbers but the layout has %s", flat.length, length);
    }
}
