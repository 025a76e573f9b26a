package org.expunge.influence.data;

/** The rows of one matrix, then the rows of another. */
final class ConcatenatedFeatures implements Features {
    private final Features first;
    private final Features second;
    private final int rows;

    /** Both have the same width. */
    ConcatenatedFeatures(Features first, Features second) {
        this.first = first;
        this.second = second;
        this.rows = Rows.sum(first.rows(), second.rows());
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int width() {
        return first.width();
    }

    @Override
    public void read(int row, double[] into, int offset) {
        if (row < first.rows()) {
            first.read(row, into, offset);
        } else {
            second.read(row - first.rows(), into, offset);
        }
    }
}
