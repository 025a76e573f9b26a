package org.expunge.influence.gradient;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;

/** Turns the factors of rows into the basis that a dense layer's directions are in. */
sealed interface RowRotation {
    /** The basis of the parameters. */
    RowRotation NONE = new None();

    /** Returns {@code ā} of a window's rows, as it is in the basis. */
    Matrix inputs(FactorRows rows, Scratch scratch);

    /** Returns {@code δ}, as it is in the basis; dense and from the start of its buffer. */
    Matrix deltas(FactorRows rows, Scratch scratch);

    /** Leaves factors as they are. */
    record None() implements RowRotation {
        @Override
        public Matrix inputs(FactorRows rows, Scratch scratch) {
            return rows.inputs();
        }

        @Override
        public Matrix deltas(FactorRows rows, Scratch scratch) {
            return rows.deltas();
        }
    }

    /** Rotates factors. */
    record Into(Compute compute, EigenBasis basis) implements RowRotation {
        @Override
        public Matrix inputs(FactorRows rows, Scratch scratch) {
            return rotate(basis.columns(), rows.inputs(), scratch, Scratch.INPUT_PRODUCTS);
        }

        @Override
        public Matrix deltas(FactorRows rows, Scratch scratch) {
            return rotate(basis.outputs(), rows.deltas(), scratch, Scratch.DELTA_PRODUCTS);
        }

        private Matrix rotate(Matrix rotation, Matrix factors, Scratch scratch, int key) {
            Buffer buffer = scratch.buffer(key, factors.rows() * factors.columns());
            Matrix rotated = Matrix.of(buffer, factors.rows(), factors.columns());
            compute.linear().multiply(1, rotation, factors, 0, rotated);
            return rotated;
        }
    }
}
