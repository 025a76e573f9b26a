package org.expunge.influence.retraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnnShapleyTest {
    @ParameterizedTest(name = "n = {0}, K = {1}")
    @CsvSource({"7,3", "7,1", "9,5", "3,5", "1,1", "1,4", "8,8"})
    void equalsTheEnumerationOfAllCoalitions(int n, int neighbours) {
        Random random = new Random(31L * n + neighbours);
        double[][] train = points(n, random);
        int[] labels = random.ints(n, 0, 2).toArray();
        double[][] query = points(1, random);

        double[][] values = new KnnShapley(neighbours).values(train, labels, query, new int[] {1});

        double[] expected = Games.shapley(n, rows -> worth(rows, train, labels, query[0], neighbours));
        assertThat(values[0]).containsExactly(expected, within(1e-12));
        int[] all = Games.members((1 << n) - 1);
        assertThat(Arrays.stream(values[0]).sum())
                .isCloseTo(worth(all, train, labels, query[0], neighbours), within(1e-12));
    }

    @Test
    void equalDistancesAreTakenInRowOrder() {
        double[][] train = {{1}, {1}, {1}};

        double[][] values = new KnnShapley(1).values(train, new int[] {0, 1, 1}, new double[][] {{0}}, new int[] {1});

        assertThat(values[0])
                .containsExactly(
                        Games.shapley(3, rows -> worth(rows, train, new int[] {0, 1, 1}, new double[] {0}, 1)),
                        within(1e-12));
        assertThat(values[0][0]).isLessThan(values[0][1]);
    }

    @Test
    void refusesWhatDoesNotFit() {
        KnnShapley shapley = new KnnShapley(1);
        assertThatThrownBy(() -> shapley.values(new double[2][1], new int[1], new double[1][1], new int[1]))
                .hasMessage("2 rows do not match 1 classes");
        assertThatThrownBy(() -> shapley.values(new double[1][1], new int[1], new double[1][2], new int[1]))
                .hasMessage("a row has 1 features but a query has 2");
        assertThatThrownBy(() -> new KnnShapley(0)).hasMessage("neighbours must be at least 1, got 0");
    }

    /** {@code (1/K) Σ} over the nearest min(K, |S|) of whether they have class 1. */
    private static double worth(int[] rows, double[][] train, int[] labels, double[] query, int neighbours) {
        return Arrays.stream(rows)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> distance(train[i], query)))
                .limit(neighbours)
                .mapToDouble(i -> labels[i] == 1 ? 1.0 / neighbours : 0)
                .sum();
    }

    private static double distance(double[] a, double[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += Math.pow(a[j] - b[j], 2);
        }
        return sum;
    }

    private static double[][] points(int n, Random random) {
        double[][] points = new double[n][2];
        for (double[] point : points) {
            Arrays.setAll(point, j -> random.nextGaussian());
        }
        return points;
    }
}
