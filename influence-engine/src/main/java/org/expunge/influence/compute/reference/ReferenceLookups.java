package org.expunge.influence.compute.reference;

import static org.expunge.influence.compute.KernelChecks.checkHolds;
import static org.expunge.influence.compute.KernelChecks.checkIndex;
import static org.expunge.influence.compute.KernelChecks.checkScatter;
import static org.expunge.influence.compute.KernelChecks.checkTop;
import static org.expunge.influence.compute.reference.ReferenceBuffer.valuesOf;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.LargestNumbers;
import org.expunge.influence.compute.LookupKernels;
import org.expunge.influence.compute.Matrix;

/** Lookups, number by number. */
final class ReferenceLookups implements LookupKernels {
    @Override
    public void gather(int rows, int columns, Buffer table, int count, Buffer indices, Buffer to) {
        checkHolds("the table", table, (long) rows * columns);
        checkHolds("the indices", indices, count);
        checkHolds("the result", to, (long) rows * count);
        double[] from = valuesOf(table);
        double[] out = valuesOf(to);
        for (int j = 0; j < count; j++) {
            int column = checkIndex(valuesOf(indices)[j], columns);
            for (int r = 0; r < rows; r++) {
                out[r * count + j] = column < 0 ? 0 : from[r * columns + column];
            }
        }
    }

    @Override
    public void scatterAdd(Matrix from, Buffer indices, int first, Matrix table) {
        checkScatter(from, indices, first, table);
        double[] values = valuesOf(from.buffer());
        double[] sums = valuesOf(table.buffer());
        for (int j = 0; j < from.columns(); j++) {
            int column = checkIndex(valuesOf(indices)[first + j], table.columns());
            for (int r = 0; r < from.rows() && column >= 0; r++) {
                sums[table.offset() + r * table.stride() + column] += values[from.offset() + r * from.stride() + j];
            }
        }
    }

    @Override
    public void top(int rows, int columns, Buffer table, int count, Buffer values, Buffer indices) {
        checkTop(rows, columns, table, count, values, indices);
        double[] from = valuesOf(table);
        double[] out = valuesOf(values);
        double[] found = valuesOf(indices);
        LargestNumbers largest = new LargestNumbers(count);
        for (int r = 0; r < rows; r++) {
            largest.clear();
            for (int c = 0; c < columns; c++) {
                largest.offer(from[r * columns + c], c);
            }
            for (int k = 0; k < count; k++) {
                out[r * count + k] = largest.value(k);
                found[r * count + k] = largest.index(k);
            }
        }
    }
}
