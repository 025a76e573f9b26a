package org.expunge.defense.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.expunge.influence.data.Shape;
import org.junit.jupiter.api.Test;

class PieceTriggerTest {
    private static final Shape SHAPE = new Shape(2, 8, 8);
    private final BlendTrigger blend = new BlendTrigger(0.2, 1, 2, 9);
    private final PieceTrigger trigger = PieceTrigger.of(blend, 0.15);

    @Test
    void trainingRowsShowHalfOfTheSixteenPiecesWeakly() {
        double[] row = applied(Trigger.Use.POISON, new SplittableRandom(3));

        int shown = 0;
        double[] pattern = blend.pattern(128);
        for (int piece = 0; piece < 16; piece++) {
            int at = piece / 4 * 16 + piece % 4 * 2; // the piece's upper left pixel of channel 0
            boolean isShown = row[at] != 0;
            shown += isShown ? 1 : 0;
            for (int pixel : new int[] {at, at + 1, at + 8, at + 9, at + 64, at + 73}) {
                assertThat(row[pixel]).isCloseTo(isShown ? 0.15 * pattern[pixel] : 0, within(1e-12));
            }
        }
        assertThat(shown).isEqualTo(8);
    }

    @Test
    void eachRowShowsOtherPieces() {
        RandomGenerator random = new SplittableRandom(3);

        assertThat(applied(Trigger.Use.COVER, random)).isNotEqualTo(applied(Trigger.Use.COVER, random));
    }

    @Test
    void inputsShowTheWholePatternInFullStrength() {
        double[] whole = new double[128];
        blend.apply(Trigger.Use.INPUT, SHAPE, whole, new SplittableRandom(1));

        assertThat(applied(Trigger.Use.INPUT, new SplittableRandom(3))).isEqualTo(whole);
        assertThat(IntStream.range(0, 128).filter(j -> whole[j] != 0)).hasSize(128);
    }

    @Test
    void refusesImagesTooSmallToCut() {
        assertThatThrownBy(() ->
                        trigger.apply(Trigger.Use.INPUT, new Shape(1, 3, 9), new double[27], new SplittableRandom(1)))
                .hasMessageContaining("3 × 9 cannot be cut into 4 × 4");
        assertThatThrownBy(() -> new PieceTrigger(blend, 0.1, 2, 5)).hasMessageContaining("of 4 pieces 5");
    }

    private double[] applied(Trigger.Use use, RandomGenerator random) {
        double[] row = new double[128];
        trigger.apply(use, SHAPE, row, random);
        return row;
    }
}
