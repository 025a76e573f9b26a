package org.expunge.influence.curvature.kronecker;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.network.KroneckerLayer;
import org.expunge.influence.network.Slot;

/**
 * {@code Σ (Q_Sᵀ G Q_A)²} of a dense layer, whose gradients are {@code δ āᵀ}: the rotated factors are squared and
 * multiplied, once for some hundred rows whatever the number of labels.
 */
final class FactoredEigenvalueSums implements TileSums {
    private final KroneckerShape shape;
    private final Compute compute;
    private final EigenvectorBuffers vectors;
    private final ColumnWindow inputs;
    private final ColumnWindow squares;
    private final Buffer rotatedInputs;
    private final Buffer rotated;
    private final Buffer deltas;
    private final Buffer product;
    private final Sums sums;
    private int batch;

    FactoredEigenvalueSums(Compute compute, KroneckerBasis basis, int tile) {
        this.shape = basis.shape();
        this.compute = compute;
        this.vectors = new EigenvectorBuffers(compute, basis);
        this.inputs = new ColumnWindow(compute, shape.columns(), shape.hasBias(), tile);
        this.squares = new ColumnWindow(compute, shape.outputs(), false, tile);
        this.rotatedInputs = compute.allocate(Math.multiplyExact(shape.columns(), inputs.capacity()));
        this.rotated = compute.allocate(Math.multiplyExact(shape.outputs(), tile));
        this.deltas = compute.allocate(Math.multiplyExact(shape.outputs(), tile));
        this.product = compute.allocate(shape.length());
        this.sums = compute.sums(shape.length());
    }

    @Override
    public void onInputs(KroneckerLayer layer, Slot slot) {
        batch = slot.batch();
        if (!inputs.takes(batch)) {
            flush();
        }
        inputs.add(layer.inputColumns(slot).buffer(), shape.inputs(), batch);
        compute.fill(deltas, 0, shape.outputs() * batch, 0);
    }

    @Override
    public void onDelta(KroneckerLayer layer, Slot slot) {
        int length = shape.outputs() * batch;
        compute.linear()
                .multiply(
                        1, vectors.outputs(), layer.deltaColumns(slot), 0, Matrix.of(rotated, shape.outputs(), batch));
        compute.elements().multiply(length, rotated, rotated, rotated);
        compute.elements().add(length, deltas, rotated, deltas);
    }

    @Override
    public void onEnd() {
        squares.add(deltas, shape.outputs(), batch);
    }

    private void flush() {
        Matrix a = inputs.matrix();
        int columns = shape.columns();
        int count = a.columns();
        Matrix rotatedA = Matrix.of(rotatedInputs, columns, count);
        compute.linear().multiply(1, vectors.all(), a, 0, rotatedA);
        compute.elements().multiply(columns * count, rotatedInputs, rotatedInputs, rotatedInputs);
        compute.linear()
                .multiply(1, squares.matrix(), rotatedA.transposed(), 0, Matrix.of(product, shape.outputs(), columns));
        compute.reductions().addMatrix(1, product.length(), product, sums, 0, product.length());
        inputs.clear();
        squares.clear();
    }

    @Override
    public double[] sums() {
        if (!inputs.isEmpty()) {
            flush();
        }
        return sums.toArray();
    }

    @Override
    public void close() {
        vectors.close();
        inputs.close();
        squares.close();
        rotatedInputs.close();
        rotated.close();
        deltas.close();
        product.close();
        sums.close();
    }
}
