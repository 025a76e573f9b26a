package org.expunge.influence.curvature;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.network.Network;

/** {@code (C + λI)⁻¹} of a C that joins all parameters, with one λ: what its kinds share. Covers every parameter. */
public abstract class WholeInverse implements InverseCurvature {
    /** What a {@link DampingRule} is told for the name of the layer: it decides one λ for all. */
    public static final String ALL_LAYERS = "all layers";

    /** Vectors multiplied together: a few MiB for some ten thousand parameters, which a cache holds. */
    private static final int GROUP = 16;

    private final String method;
    private final Network network;
    private final double damping;
    private final SortedMap<String, String> inputs;

    /**
     * Checks λ.
     *
     * @param damping λ, above 0 and finite
     * @param inputs what C depends on beside the model, by name
     */
    protected WholeInverse(String method, Network network, double damping, Map<String, String> inputs) {
        checkArgument(damping > 0 && Double.isFinite(damping), "damping must be above 0, got %s", damping);
        this.method = method;
        this.network = network;
        this.damping = damping;
        this.inputs = new TreeMap<>(inputs);
        this.inputs.put("damping", Double.toString(damping));
    }

    /**
     * Asks a rule for the λ of all parameters.
     *
     * @param rule decides by eigenvalues
     * @param eigenvalues those that may differ from 0; what is below 0 counts as 0
     * @param dimension p; all other eigenvalues are 0
     */
    public static double damping(DampingRule rule, double[] eigenvalues, int dimension) {
        double[] all = Arrays.stream(eigenvalues).sorted().toArray();
        double[] padded = new double[dimension];
        int kept = Math.min(all.length, dimension);
        for (int i = 0; i < kept; i++) {
            padded[dimension - 1 - i] = Math.max(0, all[all.length - 1 - i]);
        }
        return rule.of(ALL_LAYERS, padded);
    }

    /** Returns λ. */
    protected final double damping() {
        return damping;
    }

    @Override
    public final String method() {
        return method;
    }

    @Override
    public final int dimension() {
        return network.layout().length();
    }

    @Override
    public final double coveragePercent() {
        return 100;
    }

    @Override
    public final SortedMap<String, Double> dampings() {
        SortedMap<String, Double> dampings = new TreeMap<>();
        for (int node : network.parametricNodes()) {
            dampings.put(network.nodes().get(node).name(), damping);
        }
        return dampings;
    }

    @Override
    public final SortedMap<String, String> inputs() {
        return new TreeMap<>(inputs);
    }

    @Override
    public final void apply(double[] v, double[] to) {
        applyAll(new double[][] {v}, new double[][] {to});
    }

    @Override
    public final void applyAll(double[][] v, double[][] to) {
        checkArgument(v.length == to.length, "there are %s vectors but room for %s products", v.length, to.length);
        for (int k = 0; k < v.length; k++) {
            network.layout().check(v[k]);
            network.layout().check(to[k]);
        }
        for (int from = 0; from < v.length; from += GROUP) {
            int end = Math.min(v.length, from + GROUP);
            multiply(Arrays.copyOfRange(v, from, end), Arrays.copyOfRange(to, from, end));
        }
    }

    /** As {@link #apply}, which is positive definite unless a kind says otherwise. */
    @Override
    public void precondition(double[] v, double[] to) {
        apply(v, to);
    }

    /**
     * Writes the product of each of a few vectors, so that what is stored is read once for all; lengths are checked.
     */
    protected abstract void multiply(double[][] v, double[][] to);
}
