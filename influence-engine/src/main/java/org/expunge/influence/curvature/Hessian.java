package org.expunge.influence.curvature;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.GradientSum;
import org.expunge.influence.network.LayerConsumer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Pass;
import org.expunge.influence.network.Tensors;

/**
 * The Hessian {@code C = (1/n) Σ ∇²ℓ_i} of the mean loss, exactly. Indefinite in general: a solver says so when it
 * meets a direction of negative curvature. At kinks (ReLU, maximum pooling) it is that of the active piece.
 *
 * <p><b>Shapes, units, accuracy.</b> As {@link LossOperator}.
 *
 * <p><b>Cost.</b> A product is one forward and one tangent pass, and a backward pass with its tangent, over the rows;
 * of several at once, all but the first are spared the forward and the backward pass. Measured on float32 networks, in
 * units of a forward and a backward pass: 1.5 (784-512-256-10) to 2.1 (LeNet) alone, 1.0 to 1.5 each of 16 at once.
 *
 * <p><b>Source.</b> B. A. Pearlmutter, "Fast Exact Multiplication by the Hessian", Neural Computation 6(1), 1994.
 */
public final class Hessian extends LossOperator {
    /**
     * Opens the operator of the mean loss without weight decay.
     *
     * @param engine where products run
     * @param model the network and its parameters
     * @param data the rows, at least 1
     */
    public Hessian(Engine engine, Model model, Dataset data) {
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
    public Hessian(Engine engine, Model model, Dataset data, WeightDecay decay) {
        super(engine, model, data, decay);
    }

    @Override
    public String method() {
        return "hessian";
    }

    @Override
    void prepareTile(Pass pass) {
        pass.lossDelta();
        pass.backward(LayerConsumer.NONE);
    }

    @Override
    void addTile(Pass pass, Tensors direction, GradientSum sums) {
        pass.tangent(direction);
        lossCurvature(pass, pass.outputDeltaTangent());
        pass.backwardTangent(sums.sums());
    }
}
