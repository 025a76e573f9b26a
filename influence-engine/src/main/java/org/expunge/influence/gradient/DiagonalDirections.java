package org.expunge.influence.gradient;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;

/**
 * Gradients {@code δ_q ā_qᵀ} of a dense layer multiplied by a matrix that is diagonal in an {@link EigenBasis}. In that
 * basis a direction is {@code (δ′_q ā′_qᵀ) ∘ w}, so only its factors are kept; it is written out for each window, whose
 * rows are rotated instead of it.
 */
final class DiagonalDirections extends DenseDirections {
    private final Compute compute;
    private final LayerSize size;
    private final EigenBasis basis;
    private final Sums scales;
    private final Buffer inputs;
    private final Buffer deltas;

    /**
     * Rotates factors.
     *
     * @param basis stays the caller's, and is used as long as the directions are
     * @param queries the factors; those of the first {@code scales.length} rows are taken
     * @param scales what each direction is multiplied by
     */
    DiagonalDirections(Compute compute, LayerSize size, EigenBasis basis, FactorRows queries, double[] scales) {
        super(compute, scales.length, size.outputs(), size.columns(), new RowRotation.Into(compute, basis));
        this.compute = compute;
        this.size = size;
        this.basis = basis;
        this.scales = compute.sumsOf(scales);
        this.inputs = rotated(queries.inputs(), basis.columns());
        this.deltas = rotated(queries.deltas(), basis.outputs());
    }

    private Buffer rotated(Matrix factors, Matrix rotation) {
        int capacity = factors.columns();
        int length = rotation.rows();
        Buffer rows = compute.allocate(Math.multiplyExact(capacity, length));
        compute.linear().multiply(1, factors.transposed(), rotation.transposed(), 0, Matrix.of(rows, capacity, length));
        return rows;
    }

    @Override
    Buffer stack(int from, int count, Scratch scratch) {
        int outputs = size.outputs();
        int columns = size.columns();
        int length = outputs * columns;
        Buffer stack = scratch.buffer(Scratch.STACK, count * length);
        compute.linear()
                .multiplyBatch(
                        count,
                        1,
                        Matrix.at(deltas, from * outputs, outputs, 1),
                        outputs,
                        Matrix.at(inputs, from * columns, 1, columns),
                        columns,
                        0,
                        Matrix.of(stack, outputs, columns),
                        length);
        compute.elements().multiplyRows(count, length, stack, basis.weights(), stack);
        return stack;
    }

    @Override
    Sums scales() {
        return scales;
    }

    @Override
    public void close() {
        inputs.close();
        deltas.close();
        scales.close();
    }
}
