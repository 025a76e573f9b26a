package org.expunge.influence.curvature.lowrank;

import static com.google.common.base.Preconditions.checkArgument;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.VectorMath;
import org.expunge.influence.curvature.WholeInverse;
import org.expunge.influence.io.Digests;
import org.expunge.influence.network.Network;

/**
 * {@code C ≈ Σ θ_i e_i e_iᵀ} over k orthonormal vectors. Immutable: arrays are copied on the way in and out.
 *
 * <p><b>Cost.</b> {@code 8 k p} bytes; a product of an inverse costs {@code 4 k p} FLOP.
 */
public final class LowRank {
    /** What becomes of directions outside the vectors. */
    public enum Complement {
        /** They are divided by λ, as {@code (C + λI)⁻¹} says. */
        KEPT,
        /**
         * They count nothing: what A. Schioppa et al., "Scaling Up Influence Functions", AAAI 2022, score with. On a
         * digits network this costs .13 of linear datamodeling score at rank 20.
         */
        DROPPED
    }

    private final String method;
    private final Network network;
    private final SortedMap<String, String> settings;
    private final double[] eigenvalues;
    private final double[][] vectors;
    private final double[] residuals;

    /**
     * Copies pairs.
     *
     * @param method that found them, as in tables and files
     * @param network whose parameters they belong to
     * @param settings what they depend on beside the model, by name
     * @param eigenvalues θ, finite, of either sign; at least 1
     * @param vectors one orthonormal vector of p numbers for each
     * @param residuals {@code ‖C e_i − θ_i e_i‖} of each, or a bound on it
     * @throws IllegalArgumentException if there are no pairs, or lengths do not fit
     */
    public LowRank(
            String method,
            Network network,
            Map<String, String> settings,
            double[] eigenvalues,
            double[][] vectors,
            double[] residuals) {
        checkArgument(eigenvalues.length >= 1, "a curvature of low rank needs at least 1 eigenvalue");
        checkArgument(
                vectors.length == eigenvalues.length && residuals.length == eigenvalues.length,
                "there are %s eigenvalues, %s vectors and %s residuals",
                eigenvalues.length,
                vectors.length,
                residuals.length);
        for (double[] vector : vectors) {
            network.layout().check(vector);
        }
        this.method = method;
        this.network = network;
        this.settings = new TreeMap<>(settings);
        this.eigenvalues = eigenvalues.clone();
        this.vectors = Arrays.stream(vectors).map(double[]::clone).toArray(double[][]::new);
        this.residuals = residuals.clone();
    }

    /** Returns the name of the method. */
    public String method() {
        return method;
    }

    /** Returns k. */
    public int rank() {
        return eigenvalues.length;
    }

    /** Returns θ; a copy. */
    public double[] eigenvalues() {
        return eigenvalues.clone();
    }

    /** Returns {@code e_i}; a copy. */
    public double[] vector(int i) {
        return vectors[i].clone();
    }

    /** Returns how far each pair is from an eigenpair, {@code ‖C e_i − θ_i e_i‖}; a copy. */
    public double[] residuals() {
        return residuals.clone();
    }

    /** Returns what the pairs depend on beside the model, by name; a copy. */
    public SortedMap<String, String> settings() {
        return new TreeMap<>(settings);
    }

    /** Returns {@code E v}, k numbers. */
    public double[] project(double[] v) {
        network.layout().check(v);
        return Arrays.stream(vectors)
                .mapToDouble(vector -> VectorMath.dot(vector, v))
                .toArray();
    }

    /**
     * Returns {@code (C + λI)⁻¹}, with {@code λ⁻¹} outside the vectors.
     *
     * @param damping decides λ from all p eigenvalues, under the name {@link WholeInverse#ALL_LAYERS}
     */
    public InverseCurvature inverse(DampingRule damping) {
        return inverse(
                WholeInverse.damping(damping, eigenvalues, network.layout().length()), Complement.KEPT);
    }

    /**
     * Returns {@code (C + λI)⁻¹}.
     *
     * @param damping λ, above 0 and finite, and not within a rounding of a negative θ
     * @param complement what becomes of directions outside the vectors
     * @throws IllegalArgumentException if some {@code θ_i + λ} is 0
     */
    public InverseCurvature inverse(double damping, Complement complement) {
        SortedMap<String, String> inputs = new TreeMap<>(settings);
        StringBuilder digests = new StringBuilder(Digests.sha256(eigenvalues));
        for (double[] vector : vectors) {
            digests.append(Digests.sha256(vector));
        }
        inputs.put("curvature-pairs", Digests.sha256(digests.toString().getBytes(UTF_8)));
        inputs.put("curvature-complement", complement.toString());
        return new LowRankInverse(this, network, damping, complement, inputs);
    }

    /** Adds {@code Σ weights_i (e_iᵀ v) e_i} to {@code to}, for each of several v. */
    void addWeighted(double[] weights, double[][] v, double[][] to) {
        for (int i = 0; i < vectors.length; i++) {
            for (int k = 0; k < v.length; k++) {
                VectorMath.addScaled(weights[i] * VectorMath.dot(vectors[i], v[k]), vectors[i], to[k]);
            }
        }
    }
}
