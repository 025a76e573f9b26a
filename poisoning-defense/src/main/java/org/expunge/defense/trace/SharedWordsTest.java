package org.expunge.defense.trace;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;

/**
 * Tests whether inputs that are taken for a class hold words that tell that class more often than held-out rows of it
 * do.
 *
 * <p>Words that tell the class are those that its training rows hold more often than the others do, by
 * {@value #TELLING} standard deviations; they are named without the inputs. The excess of inputs among those that hold
 * a word is its log likelihood ratio, less the logarithm of how many words there are to choose from; the statistic is
 * the sum of what is left of all words, judged by {@link ExchangeTest}. So a trigger of one word is seen as well as one
 * of several, of which each input holds one.
 *
 * <p><b>Cost.</b> O(words of all sentences) for each of {@code draws}, fewer where nothing is found.
 *
 * <p><b>Source.</b> Words that tell a label: M. Gardner and others, "Competency problems: on finding and removing
 * artifacts in language data", EMNLP 2021; X. He and others, "Mitigating backdoor poisoning attacks through the lens of
 * spurious correlation", EMNLP 2023, who remove all rows that hold one. Asking inputs beside held-out rows is ours.
 */
final class SharedWordsTest {
    /** Standard deviations by which a word is more frequent in the class. */
    private static final double TELLING = 3;

    private final int inputs;
    private final int leastMembers;
    private final int words;
    private final int[][] held;

    /**
     * Makes the test.
     *
     * @param train token numbers, with labels
     * @param label the class
     * @param inputs those that the model takes for it
     * @param reference held-out rows that the model takes for it
     * @param leastMembers inputs or held-out rows below which nothing is tested, and rows of the class in which a word
     *     must be
     */
    SharedWordsTest(Dataset train, int label, Dataset inputs, Dataset reference, int leastMembers) {
        this.inputs = inputs.size();
        this.leastMembers = leastMembers;
        Map<Integer, Integer> places = new HashMap<>();
        telling(train, label, leastMembers).forEach(word -> places.put(word, places.size()));
        this.words = places.size();
        this.held = IntStream.range(0, inputs.size() + reference.size())
                .mapToObj(q -> q < inputs.size() ? inputs.row(q) : reference.row(q - inputs.size()))
                .map(sentence -> Arrays.stream(WordWeights.words(sentence))
                        .filter(places::containsKey)
                        .map(places::get)
                        .toArray())
                .toArray(int[][]::new);
    }

    private static List<Integer> telling(Dataset train, int label, int leastRows) {
        Map<Integer, Integer> all = new HashMap<>();
        Map<Integer, Integer> ofLabel = new HashMap<>();
        int rowsOfLabel = 0;
        for (int i = 0; i < train.size(); i++) {
            boolean isOfLabel = train.label(i) == label;
            rowsOfLabel += isOfLabel ? 1 : 0;
            for (int word : WordWeights.words(train.row(i))) {
                all.merge(word, 1, Integer::sum);
                ofLabel.merge(word, isOfLabel ? 1 : 0, Integer::sum);
            }
        }
        double share = rowsOfLabel / (double) train.size();
        return ofLabel.entrySet().stream()
                .filter(word -> word.getValue() >= leastRows)
                .filter(word -> {
                    int rows = all.getOrDefault(word.getKey(), 0);
                    return word.getValue() - rows * share >= TELLING * Math.sqrt(rows * share * (1 - share));
                })
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /**
     * Tests.
     *
     * @param draws most random exchanges, at least 1
     * @param seed decides them
     * @return the p-value; 1 where nothing is tested
     */
    double pValue(int draws, long seed) {
        return isTested()
                ? ExchangeTest.pValue(
                        held.length, order -> Arrays.stream(excess(order)).sum(), draws, seed)
                : 1;
    }

    private boolean isTested() {
        return words > 0 && inputs >= leastMembers && held.length - inputs >= leastMembers;
    }

    /** Returns the excess of each word beyond its price, 0 where there is none. */
    private double[] excess(int[] order) {
        int[] all = new int[words];
        int[] found = new int[words];
        for (int place = 0; place < order.length; place++) {
            for (int word : held[order[place]]) {
                all[word]++;
                found[word] += place < inputs ? 1 : 0;
            }
        }
        double share = inputs / (double) held.length;
        return IntStream.range(0, words)
                .mapToDouble(word -> all[word] == 0
                        ? 0
                        : Math.max(0, Excess.Measure.LIKELIHOOD.of(found[word], all[word], share) - Math.log(words)))
                .toArray();
    }

    /**
     * Returns the inputs that hold most of the words of which there is an excess; all that hold any, where these are
     * more than half of all.
     *
     * @return positions among the inputs, those with most of it first, ties by position; empty where they are too few
     */
    List<Integer> members() {
        if (!isTested()) {
            return List.of();
        }
        double[] excess = excess(IntStream.range(0, held.length).toArray());
        double[] ofSentence = Arrays.stream(held)
                .mapToDouble(sentence -> Arrays.stream(sentence)
                        .mapToDouble(word -> excess[word])
                        .sum())
                .toArray();
        List<Integer> holding = IntStream.range(0, inputs)
                .filter(q -> ofSentence[q] > 0)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(q -> -ofSentence[q]).thenComparingInt(q -> q))
                .toList();
        List<Integer> most = Excess.largest(
                        ofSentence,
                        IntStream.range(0, inputs).toArray(),
                        IntStream.range(inputs, held.length).toArray(),
                        leastMembers,
                        Excess.Measure.STANDARDISED)
                .among();
        List<Integer> members = most.isEmpty() ? holding : most;
        return members.size() < leastMembers ? List.of() : members;
    }
}
