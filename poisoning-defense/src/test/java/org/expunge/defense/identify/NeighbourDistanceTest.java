package org.expunge.defense.identify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.junit.jupiter.api.Test;

class NeighbourDistanceTest {
    /** Class 0 at 0, 1, 2, 3, 4 and class 1 at 100, 110, 120. */
    private final Dataset train = points(new double[] {0, 1, 2, 3, 4, 100, 110, 120}, 0, 0, 0, 0, 0, 1, 1, 1);

    private final TargetStatistic second = new NeighbourDistance("near", 2, NeighbourDistance.raw());

    @Test
    void isTheDistanceToTheKthRowOfTheClassInUnitsOfTheClass() {
        Dataset inputs = points(new double[] {10, 10, 2}, 0, 0, 0);

        double[] distances =
                second.measure(train, inputs, new int[] {0, 1, 0}).get(0).values(0);

        // second neighbours of class 0's own rows: 2 1 1 1 2, median 1; of class 1's: 20 10 20, median 20
        assertThat(distances).containsExactly(new double[] {7, 5, 1}, within(1e-12));
    }

    @Test
    void takesTheLastRowWhereAClassHasFewerAndZeroWhereItHasNone() {
        TargetStatistic tenth = new NeighbourDistance("near", 10, NeighbourDistance.raw());
        Dataset inputs = points(new double[] {140, 140}, 0, 0);

        double[] distances =
                tenth.measure(train, inputs, new int[] {1, 2}).get(0).values(0);

        // last neighbours of class 1's own rows: 20 10 20
        assertThat(distances).containsExactly(new double[] {2, 0}, within(1e-12));
    }

    private static Dataset points(double[] values, int... labels) {
        int[] classes = Arrays.copyOf(labels, labels.length);
        return Dataset.of("points", Shape.flat(1), Features.of(values, 1), Targets.classes(classes, 3));
    }
}
