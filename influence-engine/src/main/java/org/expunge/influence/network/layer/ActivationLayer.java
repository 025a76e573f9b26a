package org.expunge.influence.network.layer;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.ActivationAfterBias;
import org.expunge.influence.network.Slot;

/**
 * {@code φ(z)}, element by element.
 *
 * @param activation φ
 * @param parameter its α (leaky ReLU, ELU); ignored by the others
 */
public record ActivationLayer(Activation activation, double parameter) implements ActivationAfterBias {
    private static final int TERM = 0;

    /** DL4J's slope of a leaky ReLU below 0. */
    public static final double LEAKY_SLOPE = 0.01;

    /** Checks the parameter. */
    public ActivationLayer {
        checkArgument(Double.isFinite(parameter), "parameter of %s must be finite, got %s", activation, parameter);
    }

    /** An activation with DL4J's default parameter. */
    public ActivationLayer(Activation activation) {
        this(activation, activation == Activation.LEAKY_RELU ? LEAKY_SLOPE : 1);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
        checkArgument(inputs.size() == 1, "an activation takes 1 input, got %s", inputs.size());
        return inputs.get(0);
    }

    @Override
    public void forward(Slot slot) {
        slot.compute().elements().activate(activation, parameter, slot.outputLength(), slot.input(0), slot.output());
    }

    @Override
    public void forwardWithBias(Slot slot, Buffer bias) {
        int channels = slot.outputShape().channels();
        slot.compute()
                .elements()
                .addBiasAndActivate(
                        activation,
                        parameter,
                        channels,
                        slot.outputLength() / channels,
                        bias,
                        slot.input(0),
                        slot.output());
    }

    @Override
    public void backward(Slot slot) {
        slot.compute()
                .elements()
                .activateDerivative(
                        activation, parameter, slot.outputLength(), slot.input(0), slot.delta(), slot.inputDelta(0));
    }

    @Override
    public void tangent(Slot slot) {
        slot.compute()
                .elements()
                .activateDerivative(
                        activation,
                        parameter,
                        slot.outputLength(),
                        slot.input(0),
                        slot.inputTangent(0),
                        slot.tangent());
    }

    @Override
    public void addBackwardTangent(Slot slot) {
        if (slot.needsInputDelta(0)) {
            Buffer term = slot.temporary(TERM, slot.outputShape().length());
            slot.compute()
                    .elements()
                    .activateSecondDerivative(
                            activation,
                            parameter,
                            slot.outputLength(),
                            slot.input(0),
                            slot.inputTangent(0),
                            slot.plainDelta(),
                            term);
            slot.compute().elements().add(slot.outputLength(), slot.inputDelta(0), term, slot.inputDelta(0));
        }
    }
}
