package org.expunge.unlearning.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class GaussianScoreTest {
    @Test
    void standardNormalScoresLookForgotten() {
        GaussianScore score = GaussianScore.of(normals(5_000, 0));

        assertThat(score.mean().value()).isCloseTo(0, within(3 / Math.sqrt(5_000)));
        assertThat(score.deviation()).isCloseTo(1, within(0.04));
        assertThat(score.truePositives().interval().contains(0.01)).isTrue();
    }

    @Test
    void rememberedNoiseShowsInTheMeanAndTheTop() {
        GaussianScore score = GaussianScore.of(normals(5_000, 1));

        assertThat(score.mean().value()).isCloseTo(1, within(0.06));
        assertThat(score.mean().interval().high() - score.mean().interval().low())
                .isCloseTo(2 * 1.96 / Math.sqrt(5_000), within(1e-5));
        assertThat(score.truePositives().value()).isCloseTo(0.0924, within(0.015)); // 1 − Φ(2.326 − 1)
    }

    @Test
    void refusesASingleScore() {
        assertThatThrownBy(() -> GaussianScore.of(new double[1])).isInstanceOf(IllegalArgumentException.class);
    }

    private static double[] normals(int count, double mean) {
        Random random = new Random(4);
        return random.doubles(count).map(u -> mean + random.nextGaussian()).toArray();
    }
}
