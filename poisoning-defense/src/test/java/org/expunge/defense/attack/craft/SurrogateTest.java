package org.expunge.defense.attack.craft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Shape;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.preset.Presets;
import org.junit.jupiter.api.Test;

class SurrogateTest {
    private static final double H = 1e-5;
    private final Surrogate surrogate = SmallWorld.surrogate();
    private final Dataset rows = SmallWorld.rows(6);

    @Test
    void slopesOfTheLossPointAlongFiniteDifferencesOfRawFeatures() {
        double[][] slopes = surrogate.lossSlopes(rows);

        for (int j = 1; j < 6; j++) {
            double expected = lossDifference(4, j) / lossDifference(4, 0);
            assertThat(slopes[4][j] / slopes[4][0]).isCloseTo(expected, within(1e-4 * Math.abs(expected)));
        }
        assertThat(slopes[4][0] * lossDifference(4, 0)).isPositive();
    }

    @Test
    void slopesOfFeatureDistancesAreFiniteDifferences() {
        double[][] wanted = surrogate.features(SmallWorld.rows(12).select(new int[] {6, 7, 8, 9, 10, 11}));

        double[][] slopes = surrogate.featureSlopes(rows, wanted);

        for (int j = 0; j < 6; j++) {
            double up = distance(SmallWorld.nudged(rows, 2, j, H), wanted[2], 2);
            double down = distance(SmallWorld.nudged(rows, 2, j, -H), wanted[2], 2);
            assertThat(slopes[2][j]).isCloseTo((up - down) / (2 * H), within(1e-8));
        }
    }

    @Test
    void featuresAreWhatTheLastLayerIsGiven() {
        double[][] features = surrogate.features(rows);

        assertThat(features).hasDimensions(6, 4);
        assertThat(Arrays.stream(features[0]).boxed())
                .allMatch(x -> x > 0 && x < 1); // a sigmoid comes before the last layer
        assertThat(features[0]).isNotEqualTo(features[1]);
    }

    @Test
    void aLinearModelHasNoFeatures() {
        Surrogate linear = new Surrogate(
                SmallWorld.ENGINE,
                Initializer.XAVIER.initialise(Presets.mlp(Shape.flat(6), 3, List.of()), 1),
                Normalizer.fit(rows, new Normalizer.Options(Normalizer.Kind.NONE, 1)));

        assertThatThrownBy(() -> linear.features(rows)).hasMessageContaining("take a deeper one");
    }

    private double lossDifference(int row, int feature) {
        return loss(SmallWorld.nudged(rows, row, feature, H), row)
                - loss(SmallWorld.nudged(rows, row, feature, -H), row);
    }

    private double loss(Dataset raw, int row) {
        return new PerExample(SmallWorld.ENGINE).losses(surrogate.model(), surrogate.seen(raw))[row];
    }

    private double distance(Dataset raw, double[] wanted, int row) {
        return Vectors.squaredDistance(surrogate.features(raw)[row], wanted);
    }
}
