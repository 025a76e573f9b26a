package org.expunge.influence.gradient;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.Slot;

/**
 * The gradient of a single example, one buffer a tensor. A tile's products are one more forward-like product: no
 * example's weight gradient is written. Has no norms.
 */
final class SummedGradient implements LayerGradients {
    private final List<Buffer> tensors = new ArrayList<>();

    SummedGradient(Compute compute, List<ParameterLayout.Entry> entries) {
        entries.forEach(entry -> tensors.add(compute.allocate(entry.length())));
    }

    @Override
    public void store(ParametricLayer layer, Slot slot, Scratch scratch, int from) {
        layer.addGradientSum(slot, tensors);
    }

    @Override
    public void contract(ParametricLayer layer, Slot slot, Scratch scratch, double[] dots, double[] norms) {
        layer.addGradientDots(slot, tensors, dots, 0);
    }

    @Override
    public double[] squaredNorms() {
        return new double[1];
    }

    @Override
    public void close() {
        tensors.forEach(Buffer::close);
    }
}
