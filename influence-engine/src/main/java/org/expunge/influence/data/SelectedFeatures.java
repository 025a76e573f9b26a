package org.expunge.influence.data;

/** Some rows of other features; a selection of a selection looks through to the first. */
final class SelectedFeatures implements Features {
    private final Features source;
    private final int[] selection;

    private SelectedFeatures(Features source, int[] selection) {
        this.source = source;
        this.selection = selection;
    }

    static SelectedFeatures of(Features features, int[] rows) {
        if (features instanceof SelectedFeatures selected) {
            return new SelectedFeatures(selected.source, Rows.compose(selected.selection, rows));
        }
        Rows.checkWithin(rows, features.rows());
        return new SelectedFeatures(features, rows.clone());
    }

    @Override
    public int rows() {
        return selection.length;
    }

    @Override
    public int width() {
        return source.width();
    }

    @Override
    public Features origin() {
        return source.origin();
    }

    @Override
    public int originRow(int row) {
        return source.originRow(selection[row]);
    }

    @Override
    public void read(int row, double[] into, int offset) {
        source.read(selection[row], into, offset);
    }
}
