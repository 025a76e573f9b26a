package org.expunge.influence.network;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.data.Shape;
import org.jspecify.annotations.Nullable;

/**
 * What one layer sees of one tile: its inputs, output, derivatives, tensors and scratch. Buffers hold at least
 * {@code shape.length() · batch()} numbers, feature-major with the batch innermost, and are packed at the current
 * batch.
 */
public final class Slot implements AutoCloseable {
    private final Pass pass;
    private final int node;
    private final List<Integer> inputs;
    private final Shape shape;
    private final Map<Integer, Buffer> scratch = new HashMap<>();
    private final Lazy output = new Lazy();
    private final Lazy tangent = new Lazy();
    private final Derivative derivative = new Derivative();
    private final Derivative derivativeTangent = new Derivative();

    Slot(Pass pass, int node, List<Integer> inputs, Shape shape) {
        this.pass = pass;
        this.node = node;
        this.inputs = inputs;
        this.shape = shape;
    }

    /** Returns the compute. */
    public Compute compute() {
        return pass.compute();
    }

    /** Returns how many examples the tile holds now. */
    public int batch() {
        return pass.batch();
    }

    /** Returns the training step's settings, or nothing in inference. */
    public @Nullable TrainingStep training() {
        return pass.training();
    }

    /** Returns the index of this layer's node in the network. */
    public int node() {
        return node;
    }

    /** Returns the number of inputs. */
    public int inputCount() {
        return inputs.size();
    }

    /** Returns input {@code i}. */
    public Buffer input(int i) {
        return pass.slot(inputs.get(i)).output();
    }

    /** Returns the shape of input {@code i}. */
    public Shape inputShape(int i) {
        return pass.slot(inputs.get(i)).shape;
    }

    /** Returns the output, which forward writes. */
    public Buffer output() {
        return output.get();
    }

    /** Returns the shape of the output. */
    public Shape outputShape() {
        return shape;
    }

    /** Returns the number of output numbers of the whole tile. */
    public int outputLength() {
        return shape.length() * batch();
    }

    /**
     * Returns {@code δ}: the derivative of each example's loss with respect to the output. While the backward pass is
     * itself differentiated, this is its tangent {@code δ̇}, and {@link #plainDelta} is δ.
     */
    public Buffer delta() {
        return derivative(pass.isTangentPhase()).first.get();
    }

    /** Returns {@code δ} itself, also while the backward pass is differentiated. */
    public Buffer plainDelta() {
        return derivative.first.get();
    }

    /** Returns whether backward must write the derivative for input {@code i}. */
    public boolean needsInputDelta(int i) {
        return pass.plan().needsDelta(inputs.get(i));
    }

    /** Returns where backward writes (never adds) the derivative for input {@code i}. */
    public Buffer inputDelta(int i) {
        int input = inputs.get(i);
        return pass.slot(input)
                .derivative(pass.isTangentPhase())
                .from(pass.plan().isFirst(node, input));
    }

    /** Returns the tangent of input {@code i}; zeros for the network's input. */
    public Buffer inputTangent(int i) {
        return pass.slot(inputs.get(i)).tangent();
    }

    /** Returns whether input {@code i} can have a tangent other than 0. */
    public boolean hasInputTangent(int i) {
        return inputs.get(i) != Network.INPUT;
    }

    /** Returns the tangent of the output. */
    public Buffer tangent() {
        return tangent.get();
    }

    /** Returns tensor {@code i} of this layer. */
    public Buffer parameter(int i) {
        return pass.parameter(node, i);
    }

    /** Returns the direction of tensor {@code i} along which {@link Layer#tangent} differentiates. */
    public Buffer parameterTangent(int i) {
        return pass.parameterTangent(node, i);
    }

    /** Returns running statistic {@code i} of this layer. */
    public Buffer statistic(int i) {
        return pass.statistic(node, i);
    }

    /**
     * Returns this layer's own scratch, kept from forward to backward.
     *
     * @param key tells a layer's scratch buffers apart
     * @param perExample numbers for each example of the tile
     */
    public Buffer scratch(int key, int perExample) {
        return scratch.computeIfAbsent(key, k -> compute().allocate(Math.multiplyExact(perExample, pass.capacity())));
    }

    /**
     * Returns scratch that all layers of the pass share: whatever it holds is lost when another layer runs.
     *
     * @param key tells buffers that one layer uses at the same time apart
     * @param perExample numbers for each example of the tile
     */
    public Buffer temporary(int key, int perExample) {
        return pass.scratch().buffer(key, perExample);
    }

    /**
     * Returns sums that all layers of the pass share, all 0: whatever they hold is lost when sums of this size are
     * asked for again.
     *
     * @param perExample numbers for each example of the tile
     */
    public Sums sums(int perExample) {
        Sums sums = pass.scratch().sums(perExample);
        sums.clear();
        return sums;
    }

    /** Returns scratch of a fixed length, whatever the batch; kept like {@link #scratch}, and under the same keys. */
    public Buffer fixedScratch(int key, int length) {
        return scratch.computeIfAbsent(key, k -> compute().allocate(length));
    }

    /** Adds what backward wrote for inputs that others had written the derivative of before. */
    void settleInputDeltas() {
        for (int input : inputs) {
            if (pass.plan().needsDelta(input) && !pass.plan().isFirst(node, input)) {
                pass.slot(input).derivative(pass.isTangentPhase()).addFurther();
            }
        }
    }

    private Derivative derivative(boolean ofTangent) {
        return ofTangent ? derivativeTangent : derivative;
    }

    @Override
    public void close() {
        scratch.values().forEach(Buffer::close);
        scratch.clear();
        output.close();
        tangent.close();
        derivative.close();
        derivativeTangent.close();
    }

    /** What consumers of this output say of it: the first writes, each further one writes beside it and is added. */
    private final class Derivative {
        private final Lazy first = new Lazy();
        private final Lazy further = new Lazy();

        Buffer from(boolean isFirst) {
            return isFirst ? first.get() : further.get();
        }

        void addFurther() {
            compute().elements().add(outputLength(), first.get(), further.get(), first.get());
        }

        void close() {
            first.close();
            further.close();
        }
    }

    /** A buffer of this slot's output shape, allocated on first use. */
    private final class Lazy {
        private @Nullable Buffer buffer;

        Buffer get() {
            Buffer existing = buffer;
            if (existing == null) {
                existing = compute().allocate(Math.multiplyExact(shape.length(), pass.capacity()));
                buffer = existing;
            }
            return existing;
        }

        void close() {
            if (buffer != null) {
                buffer.close();
            }
        }
    }
}
