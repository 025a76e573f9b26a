package org.expunge.defense.attack.craft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.junit.jupiter.api.Test;

class GradientMatchingTest {
    private static final int TARGET = 1;
    private static final double H = 1e-5;
    /** Rows of the target class. */
    private final Dataset bases = SmallWorld.rows(12)
            .select(IntStream.range(0, 4).map(i -> 3 * i + TARGET).toArray());

    @Test
    void slopesAreFiniteDifferencesOfTheMatch() {
        GradientMatching crafter = crafter(1, 1);
        double[] wanted = crafter.wanted(bases);

        GradientMatching.Match match = crafter.match(bases, wanted);

        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 6; j++) {
                double up =
                        crafter.match(SmallWorld.nudged(bases, i, j, H), wanted).loss();
                double down = crafter.match(SmallWorld.nudged(bases, i, j, -H), wanted)
                        .loss();
                assertThat(match.slopes().get(i)[j]).isCloseTo((up - down) / (2 * H), within(1e-8));
            }
        }
        assertThat(Arrays.stream(match.slopes().get(0)).map(Math::abs).max().orElseThrow())
                .isGreaterThan(1e-4);
    }

    @Test
    void theMatchRisesWithinTheBound() {
        GradientMatching crafter = crafter(60, 1);
        double[] wanted = crafter.wanted(bases);

        Dataset crafted = crafter.craft(bases);

        double before = crafter.match(bases, wanted).loss();
        double after = crafter.match(crafted, wanted).loss();
        assertThat(after).isLessThan(0.7 * before);
        assertThat(SmallWorld.farthest(bases, crafted)).isLessThanOrEqualTo(0.2 + 1e-12);
        for (int i = 0; i < 4; i++) {
            assertThat(crafted.row(i)).isNotEqualTo(bases.row(i));
            assertThat(crafted.label(i)).isEqualTo(TARGET);
        }
    }

    @Test
    void moreStartsAreNoWorseAndSeeded() {
        double[] wanted = crafter(20, 1).wanted(bases);
        double one = crafter(20, 1).match(crafter(20, 1).craft(bases), wanted).loss();
        Dataset more = crafter(20, 3).craft(bases);

        assertThat(crafter(20, 3).match(more, wanted).loss()).isLessThanOrEqualTo(one);
        assertThat(crafter(20, 3).craft(bases).row(0)).isEqualTo(more.row(0));
    }

    @Test
    void refusesOptionsOutOfRange() {
        assertThatThrownBy(() -> crafter(10, 0)).hasMessageContaining("starts must be at least 1");
    }

    private static GradientMatching crafter(int steps, int starts) {
        return new GradientMatching(
                SmallWorld.surrogate(),
                SmallWorld.victim(),
                TARGET,
                GradientMatching.Options.of(SmallWorld.bound(0.2), steps, starts, 9));
    }
}
