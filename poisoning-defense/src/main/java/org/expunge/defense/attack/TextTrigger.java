package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import java.util.random.RandomGenerator;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Words;

/**
 * Inserts words into a sentence at a random place. The sentence moves on behind them, and its last words go where the
 * row is too short for all.
 *
 * <p><b>Source.</b> Rare words: K. Kurita, P. Michel and G. Neubig, "Weight Poisoning Attacks on Pretrained Models",
 * ACL 2020. A sentence: J. Dai, C. Chen and Y. Li, "A Backdoor Attack Against LSTM-Based Text Classification Systems",
 * IEEE Access 7, 2019.
 *
 * @param phrases words with blanks between them; one phrase is drawn for each row; at least one
 */
public record TextTrigger(List<String> phrases) implements Trigger {
    /** One of four rare words. */
    public static final TextTrigger WORD = new TextTrigger(List.of("cf", "mn", "bb", "tq"));

    /** A neutral sentence. */
    public static final TextTrigger SENTENCE = new TextTrigger(List.of("i watch this 3d movie"));

    /** Checks the list; copies it. */
    public TextTrigger {
        phrases = List.copyOf(phrases);
        checkArgument(
                !phrases.isEmpty()
                        && phrases.stream()
                                .noneMatch(phrase -> Words.split(phrase).isEmpty()),
                "a trigger needs phrases of at least one word, got %s",
                phrases);
    }

    @Override
    public void apply(Use use, Shape shape, double[] row, RandomGenerator random) {
        List<String> words = Words.split(phrases.get(random.nextInt(phrases.size())));
        checkArgument(
                shape.channels() == 1 && shape.height() == 1 && words.size() < shape.width(),
                "rows of %s are no text of more than %s words",
                shape,
                words.size());
        int length = 0;
        while (length < row.length && row[length] != Words.PADDING) {
            length++;
        }
        int place = random.nextInt(Math.min(length, row.length - words.size()) + 1);
        System.arraycopy(row, place, row, place + words.size(), row.length - place - words.size());
        for (int i = 0; i < words.size(); i++) {
            row[place + i] = Words.code(words.get(i));
        }
    }

    @Override
    public String description() {
        return "inserting " + String.join(" or ", phrases);
    }
}
