package org.expunge.defense.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Words;
import org.junit.jupiter.api.Test;

class TextTriggerTest {
    @Test
    void onePhraseGoesToEveryPlaceAndTheSentenceMovesOn() {
        SplittableRandom random = new SplittableRandom(1);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            double[] row = row(5, "a", "b");
            new TextTrigger(List.of("cf", "X Y")).apply(Trigger.Use.POISON, new Shape(1, 1, 5), row, random);
            seen.add(Words.sentence(row));
        }

        assertThat(seen).containsExactlyInAnyOrder("cf a b", "a cf b", "a b cf", "x y a b", "a x y b", "a b x y");
    }

    @Test
    void aFullRowLosesItsLastWordsAndNeverTheTrigger() {
        SplittableRandom random = new SplittableRandom(1);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            double[] row = row(3, "a", "b", "c");
            new TextTrigger(List.of("cf")).apply(Trigger.Use.INPUT, new Shape(1, 1, 3), row, random);
            seen.add(Words.sentence(row));
        }

        assertThat(seen).containsExactlyInAnyOrder("cf a b", "a cf b", "a b cf");
    }

    @Test
    void imagesShortRowsAndEmptyPhrasesAreRefused() {
        SplittableRandom random = new SplittableRandom(1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextTrigger.WORD.apply(Trigger.Use.INPUT, new Shape(1, 8, 8), new double[64], random))
                .withMessageContaining("no text");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> TextTrigger.SENTENCE.apply(Trigger.Use.INPUT, new Shape(1, 1, 5), new double[5], random))
                .withMessageContaining("5 words");
        assertThatIllegalArgumentException().isThrownBy(() -> new TextTrigger(List.of(" ")));
    }

    private static double[] row(int length, String... words) {
        double[] row = new double[length];
        for (int i = 0; i < words.length; i++) {
            row[i] = Words.code(words[i]);
        }
        return row;
    }
}
