package org.expunge.influence.network;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.RowLoader;
import org.expunge.influence.compute.RowSource;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Targets;

/** Brings rows of data to where a network reads them: features and targets, an example in each column. */
final class TileLoader implements AutoCloseable {
    private final Network network;
    private final RowLoader features;
    private final RowLoader targets;

    TileLoader(Compute compute, Network network, int capacity) {
        this.network = network;
        this.features = compute.rowLoader(network.input().length(), capacity);
        this.targets = compute.rowLoader(network.outputs(), capacity);
    }

    /**
     * Loads examples {@code rows[from … to)} of {@code data}.
     *
     * @throws IllegalArgumentException if they do not fit the network or the capacity
     */
    void load(Dataset data, int[] rows, int from, int to, Buffer features, Buffer targets) {
        check(data);
        this.features.load(new FeatureRows(data.features()), rows, from, to, features);
        this.targets.load(new TargetRows(data.targets()), rows, from, to, targets);
    }

    /** Says which examples are probably loaded next. */
    void announce(Dataset data, int[] rows, int from, int to) {
        check(data);
        features.announce(new FeatureRows(data.features()), rows, from, to);
        targets.announce(new TargetRows(data.targets()), rows, from, to);
    }

    private void check(Dataset data) {
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
    }

    @Override
    public void close() {
        features.close();
        targets.close();
    }

    private record FeatureRows(Features features) implements RowSource {
        @Override
        public int width() {
            return features.width();
        }

        @Override
        public void read(int row, double[] into, int offset) {
            features.read(row, into, offset);
        }

        @Override
        public Object origin() {
            return features.origin();
        }

        @Override
        public int originRows() {
            return features.origin().rows();
        }

        @Override
        public int originRow(int row) {
            return features.originRow(row);
        }
    }

    private record TargetRows(Targets targets) implements RowSource {
        @Override
        public int width() {
            return targets.width();
        }

        @Override
        public void read(int row, double[] into, int offset) {
            targets.read(row, into, offset);
        }

        @Override
        public Object origin() {
            return targets.origin();
        }

        @Override
        public int originRows() {
            return targets.origin().rows();
        }

        @Override
        public int originRow(int row) {
            return targets.originRow(row);
        }
    }
}
