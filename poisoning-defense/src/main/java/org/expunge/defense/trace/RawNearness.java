package org.expunge.defense.trace;

import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;

/** {@link Nearness} of features as an affinity. */
record RawNearness(Nearness.Space space) implements Affinity {
    /** Learns from the rows that it is asked about. */
    RawNearness() {
        this(Nearness.Space.OF_ROWS);
    }

    @Override
    public List<String> names() {
        return List.of("raw nearness");
    }

    @Override
    public Affinity fitted(Dataset train) {
        return new RawNearness(Nearness.Space.of(train));
    }

    @Override
    public List<double[][]> of(Dataset train, Dataset inputs) {
        Nearness nearness = space.to(train);
        return List.<double[][]>of(IntStream.range(0, inputs.size())
                .mapToObj(inputs::row)
                .map(nearness::of)
                .toArray(double[][]::new));
    }

    @Override
    public boolean comparesFeatures() {
        return true;
    }
}
