package org.expunge.influence.compute.cpu;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.reference.ColumnLosses;

/** Columns of tiles of floats. */
final class CpuColumns implements ColumnLosses.Columns {
    @Override
    public void load(Buffer tile, int batch, int b, double[] column) {
        float[] values = CpuBuffer.read(tile);
        for (int k = 0; k < column.length; k++) {
            column[k] = values[k * batch + b];
        }
    }

    @Override
    public void store(double[] column, Buffer tile, int batch, int b) {
        float[] values = CpuBuffer.update(tile);
        for (int k = 0; k < column.length; k++) {
            values[k * batch + b] = (float) column[k];
        }
    }
}
