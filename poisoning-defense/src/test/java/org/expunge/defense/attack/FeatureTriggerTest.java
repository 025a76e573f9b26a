package org.expunge.defense.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.junit.jupiter.api.Test;

class FeatureTriggerTest {
    private final Dataset table = Dataset.of(
            "table",
            Shape.flat(2),
            Features.of(new double[] {4, 10, 1, 20, 3, 30, 2, 40, 5, 90}, 2),
            Targets.classes(new int[] {0, 1, 0, 1, 0}, 2));

    @Test
    void takesValuesWithinTheBoundsFromQuantiles() {
        assertThat(FeatureTrigger.inBounds(table, List.of(1, 0), 0.5).values()).containsExactly(30.0, 3.0);
        assertThat(FeatureTrigger.inBounds(table, List.of(1), 1).values()).containsExactly(90.0);
    }

    @Test
    void takesValuesOutOfBoundsFromTheRange() {
        assertThat(FeatureTrigger.outOfBounds(table, List.of(0, 1)).values()).containsExactly(7.0, 130.0);
    }

    @Test
    void setsItsFeaturesAndNoOther() {
        double[] row = {1, 2, 3};

        new FeatureTrigger(List.of(2, 0), List.of(8.0, 9.0))
                .apply(Trigger.Use.INPUT, Shape.flat(3), row, new SplittableRandom(1));

        assertThat(row).containsExactly(9, 2, 8);
    }

    @Test
    void refusesFeaturesThatDoNotExist() {
        assertThatThrownBy(() -> FeatureTrigger.outOfBounds(table, List.of(2))).hasMessageContaining("there are 2");
        assertThatThrownBy(() -> new FeatureTrigger(List.of(1, 1), List.of(0.0, 0.0)))
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> new FeatureTrigger(List.of(5), List.of(0.0))
                        .apply(Trigger.Use.INPUT, Shape.flat(2), new double[2], new SplittableRandom(1)))
                .hasMessageContaining("feature 5 does not exist");
    }
}
