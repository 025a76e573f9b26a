package org.expunge.influence.network.layer;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.network.Slot;

/** Puts small per-example gradients, stored with the batch innermost, into rows of one example each. */
final class GradientRows {
    private static final int TRANSPOSED = 3;

    private GradientRows() {}

    /**
     * Writes column b of {@code gradients} to row b of {@code rows}.
     *
     * @param length numbers an example
     * @param gradients {@code length × B}
     * @param rows {@code B ×} any, written from column {@code column} on
     * @param column first column
     */
    static void write(Slot slot, int length, Buffer gradients, Matrix rows, int column) {
        Compute compute = slot.compute();
        Buffer byExample = slot.temporary(TRANSPOSED, length);
        compute.linear().transpose(length, slot.batch(), gradients, byExample);
        compute.copy(
                Matrix.of(byExample, slot.batch(), length),
                new Matrix(rows.buffer(), rows.offset() + column, slot.batch(), length, rows.stride(), false));
    }
}
