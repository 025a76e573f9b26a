package org.expunge.benchmarks.defense;

import java.util.Random;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;

/** Generated texts of two classes, as counts of words: a Zipf vocabulary of which some words lean to a class. */
final class BagOfWords {
    static final int WORDS = 300;
    private static final int TRAIN = 1500;
    private static final int VALIDATION = 400;
    private static final int TEST = 600;
    private static final int LENGTH = 40;
    private static final int LEANING = 60;
    private static final double LEAN = 4;

    private BagOfWords() {}

    /** Draws texts; which words lean to which class is the same for all seeds. */
    static Partition draw(long seed) {
        Random random = new Random(seed);
        return new Partition(
                rows("train", TRAIN, random), rows("validation", VALIDATION, random), rows("test", TEST, random));
    }

    private static Dataset rows(String name, int count, Random random) {
        double[] features = new double[count * WORDS];
        int[] labels = new int[count];
        double[][] upTo = {cumulative(0), cumulative(1)};
        for (int row = 0; row < count; row++) {
            labels[row] = row % 2;
            for (int i = 0; i < LENGTH; i++) {
                features[row * WORDS + word(upTo[labels[row]], random)]++;
            }
        }
        return Dataset.of(
                        "bag-of-words-" + name,
                        new Shape(1, 1, WORDS),
                        Features.of(features, WORDS),
                        Targets.classes(labels, 2))
                .withIds(java.util.stream.IntStream.range(0, count)
                        .mapToObj(i -> name + "-" + i)
                        .toList());
    }

    /** The last word, of which the tail of the vocabulary is the rarest, is the trigger's. */
    private static double[] cumulative(int label) {
        double[] sums = new double[WORDS];
        double sum = 0;
        for (int word = 0; word < WORDS; word++) {
            boolean leans = word % (WORDS / LEANING) == 0 && (word / (WORDS / LEANING)) % 2 == label;
            sum += (leans ? LEAN : 1) / (word + 3.0);
            sums[word] = sum;
        }
        return sums;
    }

    private static int word(double[] upTo, Random random) {
        double at = random.nextDouble() * upTo[WORDS - 1];
        int word = java.util.Arrays.binarySearch(upTo, at);
        return Math.min(WORDS - 1, word >= 0 ? word : -word - 1);
    }
}
