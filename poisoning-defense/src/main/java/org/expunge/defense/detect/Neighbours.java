package org.expunge.defense.detect;

/** The nearest other rows of each row, nearest first, with their distances. Immutable. */
final class Neighbours {
    private final int[][] rows;
    private final double[][] distances;

    /** Keeps the arrays. */
    Neighbours(int[][] rows, double[][] distances) {
        this.rows = rows;
        this.distances = distances;
    }

    /** Returns how many rows there are. */
    int size() {
        return rows.length;
    }

    /** Returns how many neighbours a row has. */
    int count() {
        return rows.length == 0 ? 0 : rows[0].length;
    }

    /** Returns the k-th nearest row, from 0. */
    int row(int of, int k) {
        return rows[of][k];
    }

    /** Returns the Euclidean distance to the k-th nearest row. */
    double distance(int of, int k) {
        return distances[of][k];
    }
}
