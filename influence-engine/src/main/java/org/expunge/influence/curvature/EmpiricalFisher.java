package org.expunge.influence.curvature;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.GradientSum;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Pass;
import org.expunge.influence.network.Slot;
import org.expunge.influence.network.Tensors;

/**
 * The empirical Fisher matrix {@code C = (1/n) Σ g_i g_iᵀ}, uncentred, with the gradients at the data's own labels. It
 * is not the Fisher matrix, which takes the expectation over the model's labels and equals {@link GaussNewton} for
 * softmax and sigmoid losses.
 *
 * <p><b>Shapes, units, accuracy.</b> As {@link LossOperator}.
 *
 * <p><b>Cost.</b> A product is one forward, one tangent and one backward pass over the rows; of several at once, all
 * but the first are spared the forward pass. Measured on float32 networks, in units of a forward and a backward pass:
 * 1.1 (784-512-256-10) to 1.7 (LeNet) alone, 0.8 to 1.1 each of 16 at once.
 *
 * <p><b>Source.</b> F. Kunstner, L. Balles and P. Hennig, "Limitations of the Empirical Fisher Approximation for
 * Natural Gradient Descent", NeurIPS 2019, equation 3.
 */
public final class EmpiricalFisher extends LossOperator {
    private static final int FACTORS = 0;

    /**
     * Opens the operator of the mean loss without weight decay.
     *
     * @param engine where products run
     * @param model the network and its parameters
     * @param data the rows, at least 1
     */
    public EmpiricalFisher(Engine engine, Model model, Dataset data) {
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
    public EmpiricalFisher(Engine engine, Model model, Dataset data, WeightDecay decay) {
        super(engine, model, data, decay);
    }

    @Override
    public String method() {
        return "empirical-fisher";
    }

    @Override
    void addTile(Pass pass, Tensors direction, GradientSum sums) {
        pass.tangent(direction);
        pass.lossDelta();
        int outputs = pass.network().outputs();
        int batch = pass.batch();
        Slot last = pass.slot(pass.network().nodes().size() - 1);
        Sums slopes = last.sums(1);
        Buffer factors = last.temporary(FACTORS, 1);
        Compute compute = pass.compute();
        compute.reductions().columnDots(outputs, batch, pass.outputTangent(), pass.outputDelta(), slopes, 0);
        compute.normalization().coefficients(batch, 1, slopes, 0, factors);
        compute.elements().multiplyRows(outputs, batch, pass.outputDelta(), factors, pass.outputDelta());
        pass.backward(sums);
    }
}
