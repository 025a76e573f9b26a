package org.expunge.influence.network;

/**
 * A layer whose only tensor is a table {@code width × columns}, and of which an example's gradient touches few columns:
 * at most one at each of P positions. A pair of examples then costs {@code width} multiplications for each column that
 * both touch.
 */
public interface SparseLayer extends ParametricLayer {
    /** Returns the length of a column. */
    int width();

    /**
     * Reads each example's gradient.
     *
     * @param slot the slot after backward reached it
     * @param columns receives the column touched at position p of example b, at {@code b·P + p}; −1 for none. No column
     *     is named twice in an example
     * @param values receives the gradient of that column, {@code width} numbers from {@code (b·P + p)·width} on
     */
    void touched(Slot slot, int[] columns, double[] values);
}
