package org.expunge.defense.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.data.Words;
import org.junit.jupiter.api.Test;

class WordNearnessTest {
    private static final int TOKENS = 30;

    private static Dataset sentences(int width, double... tokens) {
        int rows = tokens.length / width;
        return Dataset.of("text", new Shape(1, 1, width), Features.of(tokens, width), Targets.classes(new int[rows], 2))
                .withEncoding(new Words(TOKENS, 1));
    }

    @Test
    void sharedWordsCountByTheSquaresOfTheirWeights() {
        Dataset rows = sentences(3, 2, 3, 0, 2, 4, 0, 5, 0, 0);
        double common = Math.log(4 / 3.0);
        double rare = Math.log(4 / 2.0);

        double[] cosines = new WordNearness(new WordWeights(rows), rows).of(new double[] {3, 3, 2});

        assertThat(cosines[0]).isCloseTo(1, within(1e-15));
        assertThat(cosines[1]).isCloseTo(common * common / (common * common + rare * rare), within(1e-15));
        assertThat(cosines[2]).isZero();
    }

    /** The twin writes out vectors of all words. */
    @Test
    void agreesWithCosinesOfVectorsWrittenOut() {
        Random random = new Random(3);
        Dataset train =
                sentences(6, random.ints(240, 0, TOKENS).asDoubleStream().toArray());
        Dataset rows = train.select(IntStream.range(10, 30).toArray());
        double[] input = random.ints(6, 0, TOKENS).asDoubleStream().toArray();

        double[] cosines = new WordNearness(new WordWeights(train), rows).of(input);

        double[] query = written(train, input);
        for (int i = 0; i < rows.size(); i++) {
            double[] row = written(train, rows.row(i));
            assertThat(cosines[i])
                    .isCloseTo(dot(query, row) / Math.sqrt(dot(query, query) * dot(row, row)), within(1e-12));
        }
    }

    @Test
    void paddingUnknownWordsAndWordsOfEverySentenceAreNothing() {
        Dataset rows = sentences(3, 0, 1, 2, 0, 1, 2);
        WordNearness nearness = new WordNearness(new WordWeights(rows), rows);

        assertThat(nearness.of(new double[] {0, 1, 2})).containsOnly(0);
        assertThat(nearness.of(new double[3])).containsOnly(0);
    }

    private static double[] written(Dataset train, double[] tokens) {
        double[] vector = new double[TOKENS];
        for (int word = 2; word < TOKENS; word++) {
            int w = word;
            long holding = IntStream.range(0, train.size())
                    .filter(i -> Arrays.stream(train.row(i)).anyMatch(t -> t == w))
                    .count();
            boolean isThere = Arrays.stream(tokens).anyMatch(t -> t == w);
            vector[word] = isThere ? Math.log((train.size() + 1.0) / (holding + 1.0)) : 0;
        }
        return vector;
    }

    private static double dot(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(j -> a[j] * b[j]).sum();
    }
}
