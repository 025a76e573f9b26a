package org.expunge.influence.curvature.lowrank;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Map;
import org.expunge.influence.curvature.VectorMath;
import org.expunge.influence.curvature.WholeInverse;
import org.expunge.influence.network.Network;

/**
 * {@code λ⁻¹ x + Σ (1/(θ_i + λ) − 1/λ) (e_iᵀ x) e_i}, or without the terms in {@code λ⁻¹}. A preconditioner keeps them,
 * and takes {@code |θ|}, so that it is positive definite.
 */
final class LowRankInverse extends WholeInverse {
    private final LowRank pairs;
    private final double outside;
    private final double[] weights;
    private final double[] definiteWeights;

    LowRankInverse(
            LowRank pairs, Network network, double damping, LowRank.Complement complement, Map<String, String> inputs) {
        super(pairs.method(), network, damping, inputs);
        this.pairs = pairs;
        this.outside = complement == LowRank.Complement.KEPT ? 1 / damping : 0;
        double[] values = pairs.eigenvalues();
        for (double value : values) {
            checkArgument(
                    Math.abs(value + damping) > 0x1p-40 * Math.abs(value),
                    "the eigenvalue %s and the damping %s cancel; choose another damping",
                    value,
                    damping);
        }
        this.weights = Arrays.stream(values)
                .map(value -> 1 / (value + damping) - outside)
                .toArray();
        this.definiteWeights = Arrays.stream(values)
                .map(value -> 1 / (Math.abs(value) + damping) - 1 / damping)
                .toArray();
    }

    @Override
    protected void multiply(double[][] v, double[][] to) {
        for (int i = 0; i < v.length; i++) {
            Arrays.fill(to[i], 0);
            VectorMath.addScaled(outside, v[i], to[i]);
        }
        pairs.addWeighted(weights, v, to);
    }

    @Override
    public void precondition(double[] v, double[] to) {
        Arrays.setAll(to, i -> v[i] / damping());
        pairs.addWeighted(definiteWeights, new double[][] {v}, new double[][] {to});
    }
}
