package org.expunge.influence.score;

import static com.google.common.base.Preconditions.checkElementIndex;

/** Scores held in memory, in double: 8 m n bytes. */
final class DenseScores implements Scores {
    private final double[][] values;
    private final int rows;
    private final Provenance provenance;

    DenseScores(double[][] values, int rows, Provenance provenance) {
        this.values = values;
        this.rows = rows;
        this.provenance = provenance;
    }

    /** Collects blocks into {@code values}, one array of n for each query. */
    static ScoreSink collector(double[][] values) {
        return block -> {
            BlockRange range = block.range();
            for (int q = 0; q < range.queries(); q++) {
                System.arraycopy(block.row(q), 0, values[range.queryFrom() + q], range.rowFrom(), range.rows());
            }
        };
    }

    @Override
    public int queries() {
        return values.length;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public double score(int query, int row) {
        checkElementIndex(query, values.length, "query");
        return values[query][checkElementIndex(row, rows, "row")];
    }

    @Override
    public double[] row(int query) {
        return values[checkElementIndex(query, values.length, "query")].clone();
    }

    @Override
    public Provenance provenance() {
        return provenance;
    }
}
