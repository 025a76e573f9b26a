package org.expunge.defense.attack.craft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.junit.jupiter.api.Test;

/** Three columns with the ranges 0 to 2, 0 to 4 and 3 to 3. */
class BoundTest {
    private static final double CLOSE = 1e-12;
    private final FeatureRanges ranges = FeatureRanges.of(Dataset.of(
            "rows",
            Shape.flat(3),
            Features.of(new double[] {0, 0, 3, 2, 4, 3}, 3),
            Targets.classes(new int[] {0, 1}, 2)));
    private final double[] base = {1, 2, 3};

    @Test
    void theMaximumNormCutsEveryFeatureByItself() {
        double[] x = {1.1, 3.9, 5};

        Bound.maximum(0.25, ranges).project(x, base);

        assertThat(x).containsExactly(new double[] {1.1, 3, 3}, within(CLOSE));
    }

    @Test
    void theEuclideanNormPullsARowStraightTowardsWhereItWas() {
        double[] x = {1 + 2 * 0.3, 2 + 4 * 0.4, 5}; // half a unit away, as the third column has no range

        Bound.euclidean(0.25, ranges).project(x, base);

        assertThat(x).containsExactly(new double[] {1.3, 2.8, 3}, within(CLOSE));
    }

    @Test
    void rowsWithinTheBoundStay() {
        double[] x = {1.3, 2.8, 3};

        Bound.euclidean(0.26, ranges).project(x, base);
        Bound.maximum(0.2, ranges).project(x, base);

        assertThat(x).containsExactly(new double[] {1.3, 2.8, 3}, within(CLOSE));
    }

    @Test
    void rowsStayInTheRangeOfTheirFeaturesUnlessTheyWereOutOfIt() {
        double[] x = {9, 9, 3};
        double[] outside = {-1, 2, 3};
        double[] stays = outside.clone();

        Bound.euclidean(50, ranges).project(x, base);
        Bound.euclidean(50, ranges).project(stays, outside);

        assertThat(x).containsExactly(2, 4, 3);
        assertThat(stays).containsExactly(outside);
    }

    @Test
    void aStepIsAsLongAsAskedInItsNorm() {
        double[][] slopes = {{3, -2, 7}}; // times the ranges: 6, −8, 0
        double[][] byMaximum = {base.clone()};
        double[][] byLength = {base.clone()};

        Bound.maximum(1, ranges).descend(byMaximum, new double[][] {base}, slopes, 0.1);
        Bound.euclidean(1, ranges).descend(byLength, new double[][] {base}, slopes, -0.1);

        assertThat(byMaximum[0]).containsExactly(new double[] {0.8, 2.4, 3}, within(CLOSE));
        assertThat(byLength[0]).containsExactly(new double[] {1 + 2 * 0.06, 2 - 4 * 0.08, 3}, within(CLOSE));
    }

    @Test
    void rowsWithoutASlopeStay() {
        double[][] x = {base.clone()};

        Bound.euclidean(1, ranges).descend(x, new double[][] {base}, new double[1][3], 0.1);

        assertThat(x[0]).containsExactly(base);
    }

    @Test
    void randomPlacesAreWithinTheBoundAndFillIt() {
        for (Bound bound : new Bound[] {Bound.maximum(0.3, ranges), Bound.euclidean(0.3, ranges)}) {
            SplittableRandom random = new SplittableRandom(1);
            double farthest = 0;
            for (int k = 0; k < 200; k++) {
                double[] x = base.clone();
                bound.scatter(x, base, random);
                farthest = Math.max(farthest, bound.distance(x, base));
            }
            assertThat(farthest).isBetween(0.25, 0.3 + CLOSE);
        }
    }

    @Test
    void distancesOutOfRangeAreRefused() {
        assertThatThrownBy(() -> Bound.maximum(1.5, ranges))
                .hasMessage("epsilon must be above 0 and at most 1 in the maximum norm, got 1.5");
        assertThatThrownBy(() -> Bound.euclidean(0, ranges))
                .hasMessage("epsilon must be above 0 and finite in the Euclidean norm, got 0.0");
        assertThatThrownBy(() -> Bound.euclidean(Double.POSITIVE_INFINITY, ranges))
                .hasMessageContaining("got Infinity");
    }
}
