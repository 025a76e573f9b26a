package org.expunge.influence.gradient;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.Slot;

/**
 * The gradient of a single example in a layer that is not factored, one buffer a tensor. A tile's products are one more
 * forward-like product: no row's gradient is written.
 */
final class SummedGradient implements AutoCloseable {
    private final List<Buffer> tensors = new ArrayList<>();

    SummedGradient(Compute compute, List<ParameterLayout.Entry> entries) {
        entries.forEach(entry -> tensors.add(compute.allocate(entry.length())));
    }

    void store(ParametricLayer layer, Slot slot) {
        layer.addGradientSum(slot, tensors);
    }

    /** Adds {@code ⟨g_b, g⟩} to {@code dots[offset + b]}. */
    void addDots(ParametricLayer layer, Slot slot, Sums dots, int offset) {
        layer.addGradientDots(slot, tensors, dots, offset);
    }

    @Override
    public void close() {
        tensors.forEach(Buffer::close);
    }
}
