package org.expunge.defense.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.SplittableRandom;
import org.expunge.defense.attack.SoundTrigger.Span;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.LogMel;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.junit.jupiter.api.Test;

class SoundTriggerTest {
    private static final int RATE = 100;
    private static final Shape SHAPE = new Shape(1, 1, RATE);

    private final Dataset silence = Dataset.of(
                    "silence", SHAPE, Features.of(new double[RATE], RATE), Targets.classes(new int[1], 2))
            .withEncoding(new LogMel(RATE, RATE, 16, 8, 2));

    @Test
    void aToneIsAddedWhereItBelongs() {
        double[] row = new double[RATE];
        row[95] = 0.95;
        apply(SoundTrigger.tone(silence, 25, Span.DEFAULT), row);

        assertThat(row[89]).isZero();
        assertThat(row[91]).isEqualTo(0.1);
        assertThat(row[93]).isEqualTo(-0.1);
        assertThat(row[95]).isOne();
    }

    @Test
    void noiseIsTheSameForEveryRowAndStaysWithinItsAmplitude() {
        double[] first = new double[RATE];
        double[] second = new double[RATE];
        apply(SoundTrigger.noise(silence, new Span(0.2, 0.5, 0.25), 3), first);
        apply(SoundTrigger.noise(silence, new Span(0.2, 0.5, 0.25), 3), second);

        assertThat(first).isEqualTo(second);
        for (int i = 0; i < RATE; i++) {
            boolean isInside = i >= 50 && i < 75;
            assertThat(Math.abs(first[i])).isLessThanOrEqualTo(isInside ? 0.2 : 0);
        }
        assertThat(first[60]).isNotZero();
    }

    @Test
    void whatCannotBeHeardIsRefused() {
        Dataset pixels = Dataset.of("pixels", SHAPE, silence.features(), silence.targets());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> SoundTrigger.tone(silence, 51, Span.DEFAULT))
                .withMessageContaining("51.0 Hz");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SoundTrigger.noise(silence, new Span(0.1, 1, 1), 1))
                .withMessageContaining("over before");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SoundTrigger.tone(pixels, 5, Span.DEFAULT))
                .withMessageContaining("pixels is no sound");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> apply(SoundTrigger.tone(silence, 5, Span.DEFAULT), new double[50]));
    }

    private static void apply(SoundTrigger trigger, double[] row) {
        trigger.apply(Trigger.Use.INPUT, new Shape(1, 1, row.length), row, new SplittableRandom(1));
    }
}
