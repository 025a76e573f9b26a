package org.expunge.influence.compute;

/** Moves numbers of matrices in arrays of the host. */
final class HostMatrices {
    /** Rows that are taken at a time: their numbers of one column fill whole lines of the cache. */
    private static final int ROWS = 16;

    private HostMatrices() {}

    /** Returns the transpose of a row-major matrix at the start of an array. */
    static double[] transposed(double[] from, int rows, int columns) {
        double[] to = new double[rows * columns];
        for (int first = 0; first < rows; first += ROWS) {
            int end = Math.min(rows, first + ROWS);
            for (int c = 0; c < columns; c++) {
                for (int r = first; r < end; r++) {
                    to[c * rows + r] = from[r * columns + c];
                }
            }
        }
        return to;
    }
}
