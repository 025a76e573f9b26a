package org.expunge.influence.network.layer;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.BiasedLayer;
import org.expunge.influence.network.KroneckerLayer;
import org.expunge.influence.network.Slot;
import org.expunge.influence.network.TensorSpec;

/**
 * Cross-correlation along a sequence {@code in × 1 × T}, as DL4J's Convolution1DLayer: tensors {@code b [out]}, then
 * {@code W [out, in, 1, k]}. It is a {@link Convolution2D} of height 1, and costs what that does.
 *
 * @param outputs output channels, at least 1
 * @param kernel positions under the kernel
 * @param stride step in positions
 * @param padding zeros around the sequence; none above or below
 * @param dilation distance between kernel positions, 1 for a dense kernel
 * @param hasBias whether b is there
 */
public record Convolution1D(int outputs, int kernel, int stride, Padding padding, int dilation, boolean hasBias)
        implements KroneckerLayer, BiasedLayer {

    /** Checks the sizes. */
    public Convolution1D {
        checkArgument(
                padding.isSame() || (padding.top() == 0 && padding.bottom() == 0),
                "a sequence has nothing above or below to pad, got %s",
                padding);
        checkArgument(outputs >= 1, "outputs must be at least 1, got %s", outputs);
        checkArgument(kernel >= 1, "kernel of %s positions is empty", kernel);
        checkArgument(stride >= 1, "stride %s is not positive", stride);
        checkArgument(dilation >= 1, "dilation %s is not positive", dilation);
    }

    /** A dense kernel with a bias, stride 1, that keeps the length. */
    public Convolution1D(int outputs, int kernel) {
        this(outputs, kernel, 1, Padding.same(), 1, true);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
        checkArgument(
                inputs.size() == 1 && inputs.get(0).height() == 1,
                "a convolution of sequences takes one input C × 1 × T, got %s",
                inputs);
        return image().outputShape(inputs);
    }

    @Override
    public List<TensorSpec> parameters(List<Shape> inputs) {
        return image().parameters(inputs);
    }

    @Override
    public void forwardWithoutBias(Slot slot) {
        image().forwardWithoutBias(slot);
    }

    @Override
    public Buffer bias(Slot slot) {
        return image().bias(slot);
    }

    @Override
    public void backward(Slot slot) {
        image().backward(slot);
    }

    @Override
    public void tangent(Slot slot) {
        image().tangent(slot);
    }

    @Override
    public void addBackwardTangent(Slot slot) {
        image().addBackwardTangent(slot);
    }

    @Override
    public void addGradientSum(Slot slot, List<Buffer> sums) {
        image().addGradientSum(slot, sums);
    }

    @Override
    public void addInputTangentSum(Slot slot, List<Buffer> sums) {
        image().addInputTangentSum(slot, sums);
    }

    @Override
    public void addGradientDots(Slot slot, List<Buffer> v, Sums dots, int offset) {
        image().addGradientDots(slot, v, dots, offset);
    }

    @Override
    public void addSquaredNorms(Slot slot, Sums norms, int offset) {
        image().addSquaredNorms(slot, norms, offset);
    }

    @Override
    public void gradients(Slot slot, Matrix rows) {
        image().gradients(slot, rows);
    }

    @Override
    public boolean isFactored() {
        return false;
    }

    @Override
    public Matrix inputColumns(Slot slot) {
        return image().inputColumns(slot);
    }

    @Override
    public Matrix deltaColumns(Slot slot) {
        return image().deltaColumns(slot);
    }

    @Override
    public void weightGradients(Slot slot, Matrix d, Matrix to) {
        image().weightGradients(slot, d, to);
    }

    private Convolution2D image() {
        return new Convolution2D(outputs, 1, kernel, 1, stride, padding, 1, dilation, hasBias);
    }
}
