package org.expunge.influence.curvature;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;

/** How λ of a layer follows from the eigenvalues of its curvature. */
@FunctionalInterface
public interface DampingRule {
    /**
     * Returns λ.
     *
     * @param layer the layer's name
     * @param eigenvalues of the layer's curvature of the mean loss, each at least 0
     * @return above 0, in loss per squared parameter of the mean loss, as the eigenvalues
     */
    double of(String layer, double[] eigenvalues);

    /**
     * The same λ for every layer.
     *
     * @param damping λ, above 0 and finite
     */
    static DampingRule fixed(double damping) {
        checkArgument(damping > 0 && Double.isFinite(damping), "damping must be above 0, got %s", damping);
        return (layer, eigenvalues) -> damping;
    }

    /**
     * A share of the layer's mean eigenvalue. A layer without curvature, whose mean is 0, gets {@link Float#MIN_NORMAL}
     * in its place.
     *
     * <p><b>Source.</b> R. Grosse et al., "Studying Large Language Model Generalization with Influence Functions",
     * arXiv:2308.03296, 2023, where the share is 0.1.
     *
     * @param share above 0 and finite
     */
    static DampingRule relativeToMean(double share) {
        checkArgument(share > 0 && Double.isFinite(share), "share must be above 0, got %s", share);
        return (layer, eigenvalues) -> Math.max(
                Float.MIN_NORMAL, share * Arrays.stream(eigenvalues).average().orElse(0));
    }
}
