package org.expunge.influence.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ResampledSpearmanTest {
    @Test
    void equalsTheCorrelationOfTheSampleWrittenOut() {
        Random random = new Random(5);
        for (int t = 0; t < 50; t++) {
            double[] x = random.ints(12, 0, 6).asDoubleStream().toArray(); // with ties
            double[] y = random.ints(12, 0, 9).asDoubleStream().toArray();
            int[] drawn = random.ints(12, 0, 12).toArray();
            int[] counts = new int[12];
            Arrays.stream(drawn).forEach(i -> counts[i]++);

            assertThat(new ResampledSpearman(x, y).of(counts))
                    .isCloseTo(RankMetrics.spearman(picked(x, drawn), picked(y, drawn)), within(1e-12));
        }
    }

    @Test
    void aSampleOfOnePairHasNoCorrelation() {
        assertThat(new ResampledSpearman(new double[] {1, 2}, new double[] {3, 4}).of(new int[] {2, 0}))
                .isNaN();
    }

    private static double[] picked(double[] values, int[] drawn) {
        return IntStream.of(drawn).mapToDouble(i -> values[i]).toArray();
    }
}
