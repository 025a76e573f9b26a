package org.expunge.influence.gradient;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Sums;

/** Any directions of a dense layer, kept as they are: {@code out (in + 1)} numbers each. */
final class StackedDirections extends DenseDirections {
    private final Compute compute;
    private final LayerSize size;
    private final Sums scales;
    private final List<Buffer> stacks = new ArrayList<>();

    StackedDirections(Compute compute, int count, LayerSize size) {
        super(compute, count, size.outputs(), size.columns(), RowRotation.NONE);
        this.compute = compute;
        this.size = size;
        this.scales = compute.sums(count);
        int step = directionsPerProduct();
        for (int from = 0; from < count; from += step) {
            stacks.add(compute.allocate(Math.multiplyExact(Math.min(step, count - from), size.parameters())));
        }
    }

    /** Writes direction {@code q}, which is {@code scale} times the numbers given, in the layer's flat order. */
    void write(int q, double scale, double[] numbers) {
        scales.write(q, new double[] {scale}, 0, 1);
        int step = directionsPerProduct();
        double[] matrix = numbers;
        if (size.hasBias()) {
            matrix = new double[numbers.length];
            int inputs = size.inputs();
            for (int o = 0; o < size.outputs(); o++) {
                System.arraycopy(numbers, o * inputs, matrix, o * size.columns(), inputs);
                matrix[o * size.columns() + inputs] = numbers[size.outputs() * inputs + o];
            }
        }
        compute.write(matrix, 0, stacks.get(q / step), q % step * size.parameters(), matrix.length);
    }

    @Override
    Buffer stack(int from, int count, Scratch scratch) {
        return stacks.get(from / directionsPerProduct());
    }

    @Override
    Sums scales() {
        return scales;
    }

    @Override
    public void close() {
        stacks.forEach(Buffer::close);
        scales.close();
    }
}
