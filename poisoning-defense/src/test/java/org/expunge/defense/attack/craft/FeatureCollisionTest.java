package org.expunge.defense.attack.craft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.Doubles;
import org.expunge.influence.data.Dataset;
import org.junit.jupiter.api.Test;

class FeatureCollisionTest {
    private final Surrogate surrogate = SmallWorld.surrogate();
    private final Dataset bases = SmallWorld.rows(6);

    @Test
    void bringsTheFeaturesOfEveryRowNearer() {
        Dataset crafted = crafted(new FeatureCollision.Options(SmallWorld.bound(0.3), 60, 1, 0.01, 0));

        for (int i = 0; i < 6; i++) {
            assertThat(distance(crafted, i)).isLessThan(0.5 * distance(bases, i));
        }
        assertThat(SmallWorld.farthest(bases, crafted)).isLessThanOrEqualTo(0.3 + 1e-12);
    }

    @Test
    void similarityHoldsRowsBack() {
        Dataset free = crafted(new FeatureCollision.Options(SmallWorld.bound(1), 60, 1, 0, 0));
        Dataset held = crafted(new FeatureCollision.Options(SmallWorld.bound(1), 60, 1, 10, 0));

        assertThat(distance(free, 0)).isLessThan(distance(held, 0));
        assertThat(SmallWorld.farthest(bases, held)).isLessThan(SmallWorld.farthest(bases, free));
    }

    @Test
    void aWatermarkAloneMixesTheVictimIn() {
        Dataset crafted = crafted(new FeatureCollision.Options(SmallWorld.bound(1), 1, 1e-30, 0, 0.25));

        double expected = 0.75 * bases.row(0)[0] + 0.25 * SmallWorld.victim().get(0);
        assertThat(crafted.row(0)[0]).isCloseTo(expected, within(1e-9));
    }

    @Test
    void refusesOptionsOutOfRange() {
        assertThatThrownBy(() -> new FeatureCollision.Options(SmallWorld.bound(1), 1, 1, -1, 0))
                .hasMessageContaining("similarity must be 0 or more");
        assertThatThrownBy(() -> new FeatureCollision.Options(SmallWorld.bound(1), 1, 1, 0, 1))
                .hasMessageContaining("watermark must be in");
    }

    private Dataset crafted(FeatureCollision.Options options) {
        return new FeatureCollision(surrogate, SmallWorld.victim(), options).craft(bases);
    }

    private double distance(Dataset raw, int row) {
        Dataset victim = Bound.with(bases.select(new int[] {0}), new double[][] {Doubles.toArray(SmallWorld.victim())});
        return Vectors.squaredDistance(surrogate.features(raw)[row], surrogate.features(victim)[0]);
    }
}
