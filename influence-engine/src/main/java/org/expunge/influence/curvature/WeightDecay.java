package org.expunge.influence.curvature;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.TensorSpec;

/**
 * The penalty {@code ½ · l2 · ‖w‖²} that training adds to the mean loss, over tensors with the role
 * {@link TensorSpec.Role#WEIGHT}; biases and scales are not decayed.
 *
 * @param l2 its strength, finite and at least 0; loss per squared parameter
 */
public record WeightDecay(double l2) {
    /** No penalty. */
    public static final WeightDecay NONE = new WeightDecay(0);

    /** Checks the strength. */
    public WeightDecay {
        checkArgument(l2 >= 0 && Double.isFinite(l2), "l2 must be 0 or more, got %s", l2);
    }

    /**
     * Adds {@code alpha} times the penalty's gradient at {@code x}, which is also its Hessian's product with {@code x}.
     *
     * @param network tells which parameters are decayed
     * @param alpha the factor
     * @param x length {@code p}, left as it was
     * @param y length {@code p}; {@code alpha · l2 · x} is added where parameters are decayed
     */
    public void addProduct(Network network, double alpha, double[] x, double[] y) {
        if (l2 == 0) {
            return;
        }
        for (ParameterLayout.Entry entry : network.layout().entries()) {
            if (entry.tensor().role() == TensorSpec.Role.WEIGHT) {
                for (int i = entry.offset(); i < entry.offset() + entry.length(); i++) {
                    y[i] += alpha * l2 * x[i];
                }
            }
        }
    }
}
