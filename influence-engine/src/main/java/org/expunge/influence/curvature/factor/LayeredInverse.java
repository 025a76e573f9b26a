package org.expunge.influence.curvature.factor;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.network.ParameterLayout;

/** {@code (C + λI)⁻¹} where C does not join parameters of different layers. */
final class LayeredInverse implements InverseCurvature {
    /** One layer. */
    abstract static class Block {
        private final LayerBlock layer;
        private final double damping;

        Block(LayerBlock layer, double damping) {
            checkArgument(
                    damping > 0 && Double.isFinite(damping),
                    "damping of %s must be above 0, got %s",
                    layer.name(),
                    damping);
            this.layer = layer;
            this.damping = damping;
        }

        /** Returns where it lies. */
        final LayerBlock layer() {
            return layer;
        }

        /** Returns λ. */
        final double damping() {
            return damping;
        }

        /** Writes the product at this layer's places of {@code to}; {@code v} is whole and left as it was. */
        abstract void multiply(double[] v, double[] to);
    }

    private final String method;
    private final ParameterLayout layout;
    private final List<? extends Block> blocks;
    private final SortedMap<String, Double> dampings = new TreeMap<>();
    private final SortedMap<String, String> inputs;

    /**
     * Joins blocks.
     *
     * @param inputs what the blocks depend on beside the model and λ
     */
    LayeredInverse(String method, ParameterLayout layout, List<? extends Block> blocks, Map<String, String> inputs) {
        this.method = method;
        this.layout = layout;
        this.blocks = List.copyOf(blocks);
        this.inputs = new TreeMap<>(inputs);
        for (Block block : blocks) {
            String name = block.layer().name();
            dampings.put(name, block.damping());
            this.inputs.put("damping-" + name, Double.toString(block.damping()));
        }
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public int dimension() {
        return layout.length();
    }

    @Override
    public double coveragePercent() {
        return 100.0
                * blocks.stream().mapToLong(block -> block.layer().length()).sum()
                / layout.length();
    }

    @Override
    public SortedMap<String, Double> dampings() {
        return new TreeMap<>(dampings);
    }

    @Override
    public SortedMap<String, String> inputs() {
        return new TreeMap<>(inputs);
    }

    @Override
    public void apply(double[] v, double[] to) {
        layout.check(v);
        layout.check(to);
        Arrays.fill(to, 0);
        blocks.forEach(block -> block.multiply(v, to));
    }

    @Override
    public void precondition(double[] v, double[] to) {
        layout.check(v);
        layout.check(to);
        double smallest = dampings.values().stream()
                .mapToDouble(Double::doubleValue)
                .min()
                .orElse(1);
        Arrays.setAll(to, i -> v[i] / smallest);
        blocks.forEach(block -> block.multiply(v, to));
    }
}
