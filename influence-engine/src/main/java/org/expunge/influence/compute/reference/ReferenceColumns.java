package org.expunge.influence.compute.reference;

import org.expunge.influence.compute.Buffer;

/** Columns of tiles of doubles. */
final class ReferenceColumns implements ColumnLosses.Columns {
    @Override
    public void load(Buffer tile, int batch, int b, double[] column) {
        double[] values = ReferenceBuffer.valuesOf(tile);
        for (int k = 0; k < column.length; k++) {
            column[k] = values[k * batch + b];
        }
    }

    @Override
    public void store(double[] column, Buffer tile, int batch, int b) {
        double[] values = ReferenceBuffer.valuesOf(tile);
        for (int k = 0; k < column.length; k++) {
            values[k * batch + b] = column[k];
        }
    }
}
