package org.expunge.defense.attack.craft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.List;
import org.expunge.influence.data.Dataset;
import org.junit.jupiter.api.Test;

class BullseyePolytopeTest {
    private final Surrogate surrogate = SmallWorld.surrogate();
    private final Dataset bases = SmallWorld.rows(6);

    @Test
    void bringsTheMeanOfTheFeaturesToTheVictim() {
        BullseyePolytope crafter = new BullseyePolytope(
                List.of(surrogate), SmallWorld.victim(), BullseyePolytope.Options.of(SmallWorld.bound(0.2), 80));

        Dataset crafted = crafter.craft(bases);

        assertThat(gap(crafted)).isLessThan(0.1 * gap(bases));
        assertThat(SmallWorld.farthest(bases, crafted)).isLessThanOrEqualTo(0.2 + 1e-12);
        for (int i = 0; i < 6; i++) {
            assertThat(crafted.row(i)).isNotEqualTo(bases.row(i));
        }
    }

    @Test
    void needsASurrogate() {
        assertThatThrownBy(() -> new BullseyePolytope(
                        List.of(), SmallWorld.victim(), BullseyePolytope.Options.of(SmallWorld.bound(0.2), 8)))
                .hasMessageContaining("at least one surrogate");
    }

    private double gap(Dataset raw) {
        Dataset victim = Bound.with(bases.select(new int[] {0}), new double[][] {Doubles.toArray(SmallWorld.victim())});
        double[] mean = new double[4];
        for (double[] row : surrogate.features(raw)) {
            Arrays.setAll(mean, k -> mean[k] + row[k] / raw.size());
        }
        return Vectors.squaredDistance(mean, surrogate.features(victim)[0]);
    }
}
