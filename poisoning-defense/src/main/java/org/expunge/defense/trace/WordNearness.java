package org.expunge.defense.trace;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.expunge.influence.data.Dataset;

/**
 * How much alike sentences are in the words that they hold, whatever their order and however often: the cosine of the
 * vectors of their {@link WordWeights}. What a sentence shares with few others weighs most; distances between token
 * numbers mean nothing.
 *
 * <p><b>Cost.</b> O(words) for each row and input, and for each word that a row and an input share.
 */
final class WordNearness {
    private final WordWeights weights;
    private final Map<Integer, List<Integer>> rowsOf = new HashMap<>();
    private final double[] lengths;

    /**
     * Reads the rows.
     *
     * @param weights of words
     * @param rows token numbers
     */
    WordNearness(WordWeights weights, Dataset rows) {
        this.weights = weights;
        this.lengths = new double[rows.size()];
        for (int i = 0; i < lengths.length; i++) {
            int[] words = WordWeights.words(rows.row(i));
            lengths[i] = weights.length(words);
            for (int word : words) {
                rowsOf.computeIfAbsent(word, w -> new ArrayList<>()).add(i);
            }
        }
    }

    /**
     * Compares a sentence with every row.
     *
     * @param sentence token numbers
     * @return a cosine for each row, in [0, 1]; 0 where they share no word of any weight
     */
    double[] of(double[] sentence) {
        int[] words = WordWeights.words(sentence);
        double[] cosines = new double[lengths.length];
        for (int word : words) {
            double square = weights.square(word);
            for (int i : rowsOf.getOrDefault(word, List.of())) {
                cosines[i] += square;
            }
        }
        double length = weights.length(words);
        for (int i = 0; i < cosines.length; i++) {
            cosines[i] = cosines[i] > 0 ? cosines[i] / (length * lengths[i]) : 0;
        }
        return cosines;
    }
}
