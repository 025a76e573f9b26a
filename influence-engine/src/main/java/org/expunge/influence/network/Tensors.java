package org.expunge.influence.network;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;

/**
 * One buffer for each entry of a {@link ParameterLayout}: parameters, a gradient sum, a direction or a target gradient
 * on its compute.
 */
public final class Tensors implements AutoCloseable {
    private final Compute compute;
    private final ParameterLayout layout;
    private final List<Buffer> buffers = new ArrayList<>();

    /** Allocates zeroed tensors. */
    public Tensors(Compute compute, ParameterLayout layout) {
        this.compute = compute;
        this.layout = layout;
        for (ParameterLayout.Entry entry : layout.entries()) {
            buffers.add(compute.allocate(entry.length()));
        }
    }

    /** Allocates tensors that hold a flat vector. */
    public static Tensors of(Compute compute, ParameterLayout layout, double[] flat) {
        Tensors tensors = new Tensors(compute, layout);
        tensors.write(flat);
        return tensors;
    }

    /** Returns the layout. */
    public ParameterLayout layout() {
        return layout;
    }

    /** Returns the buffer of entry {@code index} of the layout. */
    public Buffer get(int index) {
        return buffers.get(index);
    }

    /** Returns the buffers of one node's tensors, in order. */
    public List<Buffer> of(int node) {
        int first = layout.firstEntry(node);
        return buffers.subList(first, first + layout.of(node).size());
    }

    /** Copies a flat vector in. */
    public void write(double[] flat) {
        layout.check(flat);
        for (int i = 0; i < buffers.size(); i++) {
            ParameterLayout.Entry entry = layout.entries().get(i);
            compute.write(flat, entry.offset(), buffers.get(i), 0, entry.length());
        }
    }

    /** Copies the flat vector out. */
    public double[] read() {
        double[] flat = new double[layout.length()];
        for (int i = 0; i < buffers.size(); i++) {
            ParameterLayout.Entry entry = layout.entries().get(i);
            compute.read(buffers.get(i), 0, flat, entry.offset(), entry.length());
        }
        return flat;
    }

    /** Sets everything to 0. */
    public void clear() {
        buffers.forEach(b -> compute.fill(b, 0, b.length(), 0));
    }

    /** Adds {@code alpha} times {@code other}, which has the same layout. */
    public void addScaled(double alpha, Tensors other) {
        for (int i = 0; i < buffers.size(); i++) {
            compute.linear().addScaled(buffers.get(i).length(), alpha, other.get(i), buffers.get(i));
        }
    }

    @Override
    public void close() {
        buffers.forEach(Buffer::close);
    }
}
