package org.expunge.defense.trace;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Words;

/**
 * How rare words are: {@code log((n + 1) / (n_w + 1))} for a word w that n_w of n sentences hold.
 *
 * <p><b>Source.</b> K. Spärck Jones, "A statistical interpretation of term specificity and its application in
 * retrieval", Journal of Documentation 28(1), 1972.
 */
final class WordWeights {
    private final Map<Integer, Integer> counts = new HashMap<>();
    private final int sentences;

    /**
     * Counts.
     *
     * @param train token numbers, at least 1 row
     */
    WordWeights(Dataset train) {
        this.sentences = train.size();
        for (int i = 0; i < sentences; i++) {
            for (int word : words(train.row(i))) {
                counts.merge(word, 1, Integer::sum);
            }
        }
    }

    /** Returns the square of a word's weight; 0 if every sentence holds it. */
    double square(int word) {
        double weight = Math.log((sentences + 1.0) / (counts.getOrDefault(word, 0) + 1.0));
        return weight * weight;
    }

    /** Returns the length of the vector of the weights of words. */
    double length(int[] words) {
        return Math.sqrt(Arrays.stream(words).mapToDouble(this::square).sum());
    }

    /** Returns the different words of a sentence, ascending; those that the vocabulary lacks are no word. */
    static int[] words(double[] tokens) {
        return Arrays.stream(tokens)
                .mapToInt(token -> (int) token)
                .filter(token -> token != Words.PADDING && token != Words.UNKNOWN)
                .distinct()
                .sorted()
                .toArray();
    }
}
