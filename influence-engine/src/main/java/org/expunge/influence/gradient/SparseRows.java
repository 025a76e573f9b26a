package org.expunge.influence.gradient;

import java.util.Arrays;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.Slot;
import org.expunge.influence.network.SparseLayer;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of a layer that touches few columns of a table, on the host in double: for each of P positions of a row
 * the column's number and its {@code width} numbers.
 */
final class SparseRows implements LayerRows {
    private final int positions;
    private final int width;
    private final int[] columns;
    private final double[] values;
    private volatile @Nullable Index index;

    SparseRows(int capacity, LayerSize size) {
        this.positions = size.inputs();
        this.width = size.outputs() / size.inputs();
        this.columns = new int[Math.multiplyExact(capacity, positions)];
        this.values = new double[Math.multiplyExact(columns.length, width)];
        Arrays.fill(columns, -1);
    }

    @Override
    public void store(ParametricLayer layer, Slot slot, Scratch scratch, int from, @Nullable Sums norms, int offset) {
        int count = slot.batch() * positions;
        int[] tileColumns = new int[count];
        double[] tileValues = new double[count * width];
        ((SparseLayer) layer).touched(slot, tileColumns, tileValues);
        System.arraycopy(tileColumns, 0, columns, from * positions, count);
        System.arraycopy(tileValues, 0, values, from * positions * width, count * width);
        index = null;
        if (norms != null) {
            layer.addSquaredNorms(slot, norms, offset);
        }
    }

    /** Adds {@code ⟨g_b, g_q⟩} for each row b of {@code others} and q of these to {@code dots[q · capacity + b]}. */
    void addDots(SparseRows others, double[] dots) {
        Index places = index();
        int capacity = others.columns.length / positions;
        for (int j = 0; j < others.columns.length; j++) {
            int column = others.columns[j];
            if (column >= 0 && column + 1 < places.starts.length) {
                for (int at = places.starts[column]; at < places.starts[column + 1]; at++) {
                    int mine = places.places[at];
                    dots[mine / positions * capacity + j / positions] += dot(mine, others, j);
                }
            }
        }
    }

    private double dot(int mine, SparseRows others, int theirs) {
        double sum = 0;
        for (int d = 0; d < width; d++) {
            sum += values[mine * width + d] * others.values[theirs * width + d];
        }
        return sum;
    }

    private Index index() {
        Index existing = index;
        if (existing == null) {
            existing = new Index(columns);
            index = existing;
        }
        return existing;
    }

    /** Where each column is touched. */
    private static final class Index {
        private final int[] starts;
        private final int[] places;

        Index(int[] columns) {
            int most = Arrays.stream(columns).max().orElse(-1);
            starts = new int[most + 2];
            for (int column : columns) {
                if (column >= 0) {
                    starts[column + 1]++;
                }
            }
            Arrays.parallelPrefix(starts, Integer::sum);
            places = new int[starts[most + 1]];
            int[] next = starts.clone();
            for (int j = 0; j < columns.length; j++) {
                if (columns[j] >= 0) {
                    places[next[columns[j]]++] = j;
                }
            }
        }
    }

    @Override
    public void close() {
        // arrays of the host need no closing
    }
}
