package org.expunge.influence.network.layer;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Slot;
import org.expunge.influence.network.SparseLayer;
import org.expunge.influence.network.TensorSpec;

/**
 * A vector for each token, as DL4J's EmbeddingSequenceLayer: takes {@code 1 × 1 × T} token numbers in {@code [0,
 * tokens)} and puts out {@code outputs × 1 × T}. The tensor {@code W [outputs, tokens]} holds the vectors as columns.
 *
 * <p>Token numbers have no derivative. An example's gradient touches the columns of its own tokens alone; a token that
 * is repeated sums its positions before anything is squared.
 *
 * <p><b>Cost.</b> outputs·T numbers moved an example forward, and as many for the gradient sum, dots and norms; only
 * per-example gradients write all of outputs·tokens.
 *
 * @param tokens how many tokens there are, at least 2
 * @param outputs length of a token's vector, at least 1
 * @param masksPadding whether token 0 is padding, which puts out zeros and learns nothing: what DL4J computes where it
 *     is given the mask "token is not 0"
 */
public record Embedding(int tokens, int outputs, boolean masksPadding) implements SparseLayer {
    private static final int INDICES = 0;

    private static final int TEMPORARY = 0;
    private static final int TEMPORARY_INDICES = 1;
    private static final int TEMPORARY_DELTA = 2;

    /** Checks the sizes. */
    public Embedding {
        checkArgument(tokens >= 2, "tokens must be at least 2, got %s", tokens);
        checkArgument(outputs >= 1, "outputs must be at least 1, got %s", outputs);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
        checkArgument(inputs.size() == 1, "an embedding takes 1 input, got %s", inputs.size());
        Shape input = inputs.get(0);
        checkArgument(
                input.channels() == 1 && input.height() == 1,
                "an embedding takes token numbers of shape 1 × 1 × length, got %s",
                input);
        return new Shape(outputs, 1, input.width());
    }

    @Override
    public List<TensorSpec> parameters(List<Shape> inputs) {
        return List.of(new TensorSpec("W", List.of(outputs, tokens), TensorSpec.Role.WEIGHT));
    }

    @Override
    public void forward(Slot slot) {
        int count = positions(slot);
        slot.compute().write(tokenNumbers(slot), 0, indices(slot), 0, count);
        pick(slot, slot.parameter(0), slot.output());
    }

    @Override
    public boolean isReplayable() {
        return false; // token numbers are read on the host
    }

    @Override
    public void backward(Slot slot) {
        if (slot.needsInputDelta(0)) {
            slot.compute().fill(slot.inputDelta(0), 0, positions(slot), 0);
        }
    }

    @Override
    public void tangent(Slot slot) {
        pick(slot, slot.parameterTangent(0), slot.tangent());
    }

    @Override
    public void addGradientSum(Slot slot, List<Buffer> sums) {
        Matrix delta = Matrix.of(slot.delta(), outputs, positions(slot));
        slot.compute().lookups().scatterAdd(delta, indices(slot), 0, Matrix.of(sums.get(0), outputs, tokens));
    }

    /** Adds nothing: token numbers do not change along a direction. */
    @Override
    public void addInputTangentSum(Slot slot, List<Buffer> sums) {}

    @Override
    public void addGradientDots(Slot slot, List<Buffer> v, Sums dots, int offset) {
        int perExample = slot.outputShape().length();
        Buffer product = slot.temporary(TEMPORARY, perExample);
        pick(slot, v.get(0), product);
        slot.compute().reductions().columnDots(perExample, slot.batch(), product, slot.delta(), dots, offset);
    }

    @Override
    public void addSquaredNorms(Slot slot, Sums norms, int offset) {
        Buffer merged = merged(slot, firstPlaces(slot));
        int perExample = slot.outputShape().length();
        slot.compute().reductions().columnDots(perExample, slot.batch(), merged, merged, norms, offset);
    }

    @Override
    public int width() {
        return outputs;
    }

    @Override
    public void touched(Slot slot, int[] columns, double[] values) {
        int batch = slot.batch();
        int count = positions(slot);
        double[] first = firstPlaces(slot);
        double[] gradients = new double[outputs * count];
        slot.compute().read(merged(slot, first), 0, gradients, 0, gradients.length);
        double[] numbers = new double[count];
        slot.compute().read(indices(slot), 0, numbers, 0, count);
        for (int j = 0; j < count; j++) {
            int place = j % batch * (count / batch) + j / batch;
            columns[place] = first[j] == j ? (int) numbers[j] : -1;
            for (int d = 0; d < outputs; d++) {
                values[place * outputs + d] = gradients[d * count + j];
            }
        }
    }

    /** Returns {@code δ} with repeated tokens summed at their first position, and zeros at the others. */
    private Buffer merged(Slot slot, double[] firstPlaces) {
        Compute compute = slot.compute();
        Buffer merged = slot.temporary(TEMPORARY, slot.outputShape().length());
        Buffer places = slot.temporary(TEMPORARY_INDICES, slot.inputShape(0).length());
        compute.fill(merged, 0, slot.outputLength(), 0);
        compute.write(firstPlaces, 0, places, 0, firstPlaces.length);
        Matrix delta = Matrix.of(slot.delta(), outputs, positions(slot));
        compute.lookups().scatterAdd(delta, places, 0, Matrix.of(merged, outputs, positions(slot)));
        return merged;
    }

    @Override
    public void gradients(Slot slot, Matrix rows) {
        Compute compute = slot.compute();
        int length = slot.inputShape(0).length();
        Buffer delta = slot.temporary(TEMPORARY_DELTA, outputs * length);
        Buffer numbers = slot.temporary(TEMPORARY_INDICES, length);
        compute.linear().transpose(outputs * length, slot.batch(), slot.delta(), delta);
        compute.linear().transpose(length, slot.batch(), indices(slot), numbers);
        for (int b = 0; b < slot.batch(); b++) {
            int at = rows.offset() + b * rows.stride();
            compute.fill(rows.buffer(), at, outputs * tokens, 0);
            Matrix table = Matrix.at(rows.buffer(), at, outputs, tokens);
            Matrix own = Matrix.at(delta, b * outputs * length, outputs, length);
            compute.lookups().scatterAdd(own, numbers, b * length, table);
        }
    }

    @Override
    public boolean isFactored() {
        return false;
    }

    @Override
    public boolean hasBias() {
        return false;
    }

    private void pick(Slot slot, Buffer table, Buffer to) {
        slot.compute().lookups().gather(outputs, tokens, table, positions(slot), indices(slot), to);
    }

    /** Reads the token numbers, −1 in the place of padding that is masked. */
    private double[] tokenNumbers(Slot slot) {
        double[] numbers = new double[positions(slot)];
        slot.compute().read(slot.input(0), 0, numbers, 0, numbers.length);
        for (int j = 0; j < numbers.length; j++) {
            if (!(numbers[j] >= 0 && numbers[j] < tokens && numbers[j] == Math.rint(numbers[j]))) {
                throw new IllegalArgumentException("an input holds " + numbers[j]
                        + ", which is no token number from 0 to " + (tokens - 1)
                        + "; give the rows as the run's normalisation leaves them");
            }
            if (masksPadding && numbers[j] == 0) {
                numbers[j] = -1;
            }
        }
        return numbers;
    }

    /** For each position, the first one of the same example with the same token; −1 stays. */
    private static double[] firstPlaces(Slot slot) {
        double[] places = new double[positions(slot)];
        slot.compute().read(indices(slot), 0, places, 0, places.length);
        Map<Double, Integer> first = new HashMap<>();
        for (int b = 0; b < slot.batch(); b++) {
            first.clear();
            for (int j = b; j < places.length; j += slot.batch()) {
                if (places[j] >= 0) {
                    Integer earlier = first.putIfAbsent(places[j], j);
                    places[j] = earlier == null ? j : earlier;
                }
            }
        }
        return places;
    }

    private static Buffer indices(Slot slot) {
        return slot.scratch(INDICES, slot.inputShape(0).length());
    }

    private static int positions(Slot slot) {
        return slot.inputShape(0).length() * slot.batch();
    }
}
