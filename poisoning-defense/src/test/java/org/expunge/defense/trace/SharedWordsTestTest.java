package org.expunge.defense.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.data.Words;
import org.junit.jupiter.api.Test;

class SharedWordsTestTest {
    private static final int LEAST = 5;
    private static final int LENGTH = 8;
    private static final int USUAL_WORDS = 60;

    /** 400 sentences of two classes, and 36 of class 0 that hold one of three words that no other holds. */
    private final Dataset train = train();

    private final Dataset heldOut = sentences("held", 2, 120, 0, i -> List.of());

    private interface Added {
        List<Integer> to(int sentence);
    }

    private static Dataset train() {
        List<double[]> rows = new ArrayList<>(rows(1, 200, 0, i -> List.of()));
        rows.addAll(rows(11, 200, 1, i -> List.of()));
        rows.addAll(rows(12, 36, 0, i -> List.of(trigger(i))));
        int[] labels = IntStream.range(0, rows.size())
                .map(i -> i >= 200 && i < 400 ? 1 : 0)
                .toArray();
        return sentences("train", rows, labels);
    }

    private static int trigger(int i) {
        return 2 + USUAL_WORDS + i % 3;
    }

    /** Words of a class are drawn more often: of 60 the first half in class 0, the second in class 1. */
    private static List<double[]> rows(long seed, int count, int label, Added added) {
        Random random = new Random(seed);
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    double[] row = new double[LENGTH];
                    for (int j = 0; j < LENGTH; j++) {
                        int half = random.nextInt(3) == 0 ? 1 - label : label;
                        row[j] = 2 + half * USUAL_WORDS / 2 + random.nextInt(USUAL_WORDS / 2);
                    }
                    for (int word : added.to(i)) {
                        row[random.nextInt(LENGTH)] = word;
                    }
                    return row;
                })
                .toList();
    }

    private static Dataset sentences(String name, List<double[]> rows, int[] labels) {
        double[] tokens = rows.stream().flatMapToDouble(Arrays::stream).toArray();
        return Dataset.of(name, new Shape(1, 1, LENGTH), Features.of(tokens, LENGTH), Targets.classes(labels, 2))
                .withEncoding(new Words(2 + USUAL_WORDS + 3, 1));
    }

    private static Dataset sentences(String name, long seed, int count, int label, Added added) {
        return sentences(name, rows(seed, count, label, added), new int[count]);
    }

    @Test
    void inputsThatHoldOneOfSeveralTriggersAreFoundAndNoOthers() {
        Dataset inputs = sentences("inputs", 3, 60, 0, i -> i < 18 ? List.of(trigger(i)) : List.of());
        SharedWordsTest test = new SharedWordsTest(train, 0, inputs, heldOut, LEAST);

        assertThat(test.pValue(999, 1)).isLessThanOrEqualTo(0.002);
        assertThat(test.members()).hasSize(18).allMatch(q -> q < 18);
    }

    @Test
    void inputsThatAreAttackedForTheMostPartAreFoundToo() {
        Dataset inputs = sentences("inputs", 3, 60, 0, i -> i < 55 ? List.of(trigger(0)) : List.of());
        int[] few = IntStream.range(0, 40).toArray();
        SharedWordsTest test = new SharedWordsTest(train, 0, inputs, heldOut.select(few), LEAST);

        assertThat(test.pValue(999, 1)).isLessThanOrEqualTo(0.002);
        assertThat(test.members()).hasSize(55).allMatch(q -> q < 55);
    }

    @Test
    void wordsThatTellAnotherClassOrNoneSayNothing() {
        Dataset ofAnother = sentences("inputs", 3, 60, 0, i -> i < 18 ? List.of(2 + USUAL_WORDS - 1) : List.of());
        Dataset planted = sentences("inputs", 3, 60, 0, i -> i < 18 ? List.of(trigger(i)) : List.of());

        assertThat(new SharedWordsTest(train, 0, ofAnother, heldOut, LEAST).pValue(999, 1))
                .isGreaterThan(0.05);
        assertThat(new SharedWordsTest(train, 1, planted, heldOut, LEAST).pValue(999, 1))
                .isGreaterThan(0.05);
    }

    /** The only affinity is noise, so that words alone can make a cluster. */
    @Test
    void theSearchForClustersAsksTextForWords() {
        Affinity noise = Affinity.named("noise", (rows, queries) -> {
            Random random = new Random(9);
            return IntStream.range(0, queries.size())
                    .mapToObj(q -> random.doubles(rows.size()).toArray())
                    .toArray(double[][]::new);
        });
        Dataset inputs = sentences("inputs", 3, 60, 0, i -> i < 18 ? List.of(trigger(i)) : List.of());
        double[][] probabilities = new double[60][];
        Arrays.fill(probabilities, new double[] {0.9, 0.1});

        List<TargetCluster> clusters = new TargetClusters(List.of(noise), train, TargetClusters.Options.DEFAULT)
                .find(TargetClustersTest.quiet(new int[60], 2), inputs, probabilities, heldOut, new int[120]);

        assertThat(clusters).hasSize(1);
        assertThat(clusters.get(0).inputs()).hasSize(18).allMatch(q -> q < 18);
        assertThat(clusters.get(0).pValue()).isLessThan(0.005);
    }

    @Test
    void inputsLikeHeldOutRowsAreSeldomSuspected() {
        long significant = IntStream.range(0, 60)
                .filter(world -> new SharedWordsTest(
                                        train,
                                        0,
                                        sentences("inputs", 100 + world, 60, 0, i -> List.of()),
                                        heldOut,
                                        LEAST)
                                .pValue(99, world)
                        <= 0.05)
                .count();

        // 3 expected, standard deviation 1.7, and the held-out rows are the same in all
        assertThat(significant).isLessThanOrEqualTo(8);
    }

    @Test
    void fewerThanTheLeastAreNotTested() {
        Dataset four = sentences("inputs", 3, 4, 0, i -> List.of(trigger(i)));
        Dataset many = sentences("inputs", 3, 40, 0, i -> List.of(trigger(i)));

        assertThat(new SharedWordsTest(train, 0, four, heldOut, LEAST).pValue(99, 1))
                .isEqualTo(1);
        assertThat(new SharedWordsTest(train, 0, four, heldOut, LEAST).members())
                .isEmpty();
        assertThat(new SharedWordsTest(train, 0, many, heldOut.select(new int[] {0, 1}), LEAST).pValue(99, 1))
                .isEqualTo(1);
    }
}
