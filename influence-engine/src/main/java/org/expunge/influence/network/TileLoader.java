package org.expunge.influence.network;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.data.Dataset;

/** Brings rows of data to where a network reads them: features and targets, an example in each column. */
final class TileLoader {
    private final Compute compute;
    private final Network network;
    private final int capacity;
    private final double[] staging;

    TileLoader(Compute compute, Network network, int capacity) {
        this.compute = compute;
        this.network = network;
        this.capacity = capacity;
        this.staging = new double[Math.max(network.input().length(), network.outputs()) * capacity];
    }

    /**
     * Loads examples {@code rows[from … to)} of {@code data}.
     *
     * @throws IllegalArgumentException if they do not fit the network or the capacity
     */
    void load(Dataset data, int[] rows, int from, int to, Buffer features, Buffer targets) {
        checkArgument(to - from <= capacity, "%s examples exceed the capacity of %s", to - from, capacity);
        checkArgument(
                data.shape().equals(network.input()),
                "data %s has shape %s but the network takes %s",
                data.name(),
                data.shape(),
                network.input());
        checkArgument(
                data.targets().width() == network.outputs(),
                "data %s has %s outputs a row but the network has %s",
                data.name(),
                data.targets().width(),
                network.outputs());
        interleave(network.input().length(), rows, from, to, data.features()::read, features);
        interleave(network.outputs(), rows, from, to, data.targets()::read, targets);
    }

    /** Copies a row to an array, from an offset on. */
    @FunctionalInterface
    private interface RowReader {
        void read(int row, double[] into, int offset);
    }

    private void interleave(int width, int[] rows, int from, int to, RowReader reader, Buffer buffer) {
        for (int i = from; i < to; i++) {
            reader.read(rows[i], staging, (i - from) * width);
        }
        compute.writeTransposed(staging, to - from, width, buffer);
    }
}
