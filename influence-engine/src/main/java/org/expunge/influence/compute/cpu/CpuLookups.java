package org.expunge.influence.compute.cpu;

import static org.expunge.influence.compute.KernelChecks.checkHolds;
import static org.expunge.influence.compute.KernelChecks.checkIndex;
import static org.expunge.influence.compute.KernelChecks.checkScatter;
import static org.expunge.influence.compute.KernelChecks.checkTop;
import static org.expunge.influence.compute.cpu.CpuBuffer.overwrite;
import static org.expunge.influence.compute.cpu.CpuBuffer.read;
import static org.expunge.influence.compute.cpu.CpuBuffer.update;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.LargestNumbers;
import org.expunge.influence.compute.LookupKernels;
import org.expunge.influence.compute.Matrix;

/** Lookups on the heap sides, row by row: a row of a table of tens of thousands of columns stays in cache. */
final class CpuLookups implements LookupKernels {
    @Override
    public void gather(int rows, int columns, Buffer table, int count, Buffer indices, Buffer to) {
        checkHolds("the table", table, (long) rows * columns);
        checkHolds("the indices", indices, count);
        checkHolds("the result", to, (long) rows * count);
        int[] picked = columnsOf(indices, 0, count, columns);
        float[] from = read(table);
        float[] out = overwrite(to, rows * count);
        for (int r = 0; r < rows; r++) {
            int row = r * columns;
            for (int j = 0; j < count; j++) {
                out[r * count + j] = picked[j] < 0 ? 0 : from[row + picked[j]];
            }
        }
    }

    @Override
    public void scatterAdd(Matrix from, Buffer indices, int first, Matrix table) {
        checkScatter(from, indices, first, table);
        int[] picked = columnsOf(indices, first, from.columns(), table.columns());
        float[] values = read(from.buffer());
        float[] sums = update(table.buffer());
        for (int r = 0; r < from.rows(); r++) {
            int row = table.offset() + r * table.stride();
            int at = from.offset() + r * from.stride();
            for (int j = 0; j < picked.length; j++) {
                if (picked[j] >= 0) {
                    sums[row + picked[j]] += values[at + j];
                }
            }
        }
    }

    @Override
    public void top(int rows, int columns, Buffer table, int count, Buffer values, Buffer indices) {
        checkTop(rows, columns, table, count, values, indices);
        float[] from = read(table);
        float[] out = overwrite(values, rows * count);
        float[] found = overwrite(indices, rows * count);
        LargestNumbers largest = new LargestNumbers(count);
        for (int r = 0; r < rows; r++) {
            largest.clear();
            offer(from, r * columns, columns, largest);
            for (int k = 0; k < count; k++) {
                out[r * count + k] = (float) largest.value(k);
                found[r * count + k] = largest.index(k);
            }
        }
    }

    private static void offer(float[] from, int offset, int count, LargestNumbers to) {
        float least = (float) to.least();
        for (int i = 0; i < count; i++) {
            if (!(from[offset + i] < least)) {
                to.offer(from[offset + i], i);
                least = (float) to.least();
            }
        }
    }

    private static int[] columnsOf(Buffer indices, int first, int count, int columns) {
        float[] numbers = read(indices);
        int[] picked = new int[count];
        for (int j = 0; j < count; j++) {
            picked[j] = checkIndex(numbers[first + j], columns);
        }
        return picked;
    }
}
