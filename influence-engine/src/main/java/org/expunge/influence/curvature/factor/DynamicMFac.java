package org.expunge.influence.curvature.factor;

import static com.google.common.base.Preconditions.checkState;

import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.compute.CholeskyKernels;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.io.Digests;
import org.expunge.influence.network.Network;

/**
 * M-FAC over a window that slides: the last m gradients given, such as those of a training's steps.
 *
 * <p>As long as the window is not full, the mean is over the gradients that are there: the paper's code divides by m
 * from the start, which damps the first steps too much.
 *
 * <p><b>Shapes, units, accuracy.</b> As {@link MFac}.
 *
 * <p><b>Cost.</b> 2 m p FLOP for a new gradient; m³/3 for an inverse and 4 m p a product. Memory is 8 m p bytes.
 *
 * <p><b>Source.</b> E. Frantar, E. Kurtic and D. Alistarh, "M-FAC: Efficient Matrix-Free Approximations of Second-Order
 * Information", NeurIPS 2021, section 3.2, with a Cholesky factor in place of the LU factor.
 */
public final class DynamicMFac {
    private final Network network;
    private final CholeskyKernels cholesky;
    private final GradientGram gram;

    /**
     * Starts empty.
     *
     * @param network whose parameters the gradients belong to
     * @param cholesky factors the m × m matrix
     * @param window m, at least 1
     */
    public DynamicMFac(Network network, CholeskyKernels cholesky, int window) {
        this.network = network;
        this.cholesky = cholesky;
        this.gram = new GradientGram(network.layout().length(), window);
    }

    /**
     * Adds a gradient; it takes the place of the oldest if the window is full.
     *
     * @param gradient p finite numbers, copied
     * @throws IllegalArgumentException if it has another length or is not finite
     */
    public void add(double[] gradient) {
        gram.add(gradient.clone());
    }

    /** Returns how many gradients the window holds now. */
    public int size() {
        return gram.size();
    }

    /**
     * Returns {@code (C + λI)⁻¹} with C of the gradients that the window holds now; later ones do not change it.
     *
     * @param damping λ, above 0 and finite
     * @throws IllegalStateException if the window is empty
     */
    public InverseCurvature inverse(double damping) {
        checkState(gram.size() > 0, "there is no gradient yet");
        SortedMap<String, String> inputs = new TreeMap<>();
        int k = 0;
        for (double[] gradient : gram.gradients()) {
            inputs.put("curvature-gradient-" + k++, Digests.sha256(gradient));
        }
        return new GramInverse("m-fac", network, cholesky, gram, damping, inputs);
    }
}
