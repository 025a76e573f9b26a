package org.expunge.defense.trace;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;

/**
 * Tells inputs that resemble some training row from inputs that resemble none, such as noise. A target of an attack
 * resembles the adversarial rows; whoever sends inputs that resemble nothing may only want honest rows to be blamed.
 *
 * <p><b>Cost.</b> O(n·d) for each input and for each of at most {@value #MOST_REFERENCES} held-out rows.
 */
public final class Familiarity {
    private static final int MOST_REFERENCES = 200;

    private final Nearness train;
    private final double farthest;

    /**
     * Measures what is usual.
     *
     * @param train training rows
     * @param reference held-out rows believed clean, at least 1
     */
    public Familiarity(Dataset train, Dataset reference) {
        this.train = Nearness.Space.OF_ROWS.to(train);
        int[] some =
                IntStream.range(0, Math.min(MOST_REFERENCES, reference.size())).toArray();
        this.farthest = Arrays.stream(Affinities.features(reference.select(some)))
                .mapToDouble(this::nearest)
                .min()
                .orElse(Double.NEGATIVE_INFINITY);
    }

    /**
     * Says whether an input resembles a training row.
     *
     * @param inputs inputs
     * @param input which of them
     * @return whether it is no farther from all training rows than the farthest held-out row
     */
    public boolean isFamiliar(Dataset inputs, int input) {
        return nearest(inputs.row(input)) >= farthest;
    }

    private double nearest(double[] input) {
        return Arrays.stream(train.of(input)).max().orElse(Double.NEGATIVE_INFINITY);
    }
}
