package org.expunge.influence.curvature;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.GradientSum;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Pass;
import org.expunge.influence.network.Tensors;

/**
 * The generalised Gauss-Newton matrix {@code C = (1/n) Σ J_iᵀ Λ_i J_i} of the mean loss. Positive semi-definite for
 * every loss of this project, and equal to the Hessian where the network is linear in its parameters.
 *
 * <p><b>Shapes, units, accuracy.</b> As {@link LossOperator}.
 *
 * <p><b>Cost.</b> A product is one forward, one tangent and one backward pass over the rows; of several at once, all
 * but the first are spared the forward pass. Measured on float32 networks, in units of a forward and a backward pass:
 * 1.3 (784-512-256-10) to 1.4 (LeNet) alone, 0.8 to 1.1 each of 16 at once.
 *
 * <p><b>Source.</b> N. N. Schraudolph, "Fast Curvature Matrix-Vector Products for Second-Order Gradient Descent",
 * Neural Computation 14(7), 2002, section 3; the loss Hessian is taken with respect to the pre-activations, so that
 * softmax and sigmoid belong to the loss.
 */
public final class GaussNewton extends LossOperator {
    /**
     * Opens the operator of the mean loss without weight decay.
     *
     * @param engine where products run
     * @param model the network and its parameters
     * @param data the rows, at least 1
     */
    public GaussNewton(Engine engine, Model model, Dataset data) {
        this(engine, model, data, WeightDecay.NONE);
    }

    /**
     * Opens the operator of the mean loss plus a penalty.
     *
     * @param engine where products run
     * @param model the network and its parameters
     * @param data the rows, at least 1
     * @param decay adds {@code l2} to the diagonal of decayed parameters
     * @throws IllegalArgumentException if there are no rows
     */
    public GaussNewton(Engine engine, Model model, Dataset data, WeightDecay decay) {
        super(engine, model, data, decay);
    }

    @Override
    public String method() {
        return "gauss-newton";
    }

    @Override
    void addTile(Pass pass, Tensors direction, GradientSum sums) {
        pass.tangent(direction);
        lossCurvature(pass, pass.outputDelta());
        pass.backward(sums);
    }
}
