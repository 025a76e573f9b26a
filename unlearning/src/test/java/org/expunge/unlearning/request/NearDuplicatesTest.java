package org.expunge.unlearning.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.junit.jupiter.api.Test;

class NearDuplicatesTest {
    private static final int ROWS = 60;
    private static final int WIDTH = 19;

    /** Gaussian rows; row 7 is row 3 again, row 8 is near it, and row 9 is a little farther. */
    private static double[][] values() {
        Random random = new Random(3);
        double[][] rows = new double[ROWS][];
        for (int i = 0; i < ROWS; i++) {
            rows[i] = random.doubles(WIDTH, -1, 1).toArray();
        }
        rows[7] = rows[3].clone();
        rows[8] = moved(rows[3], 0.05);
        rows[9] = moved(rows[3], -0.2);
        return rows;
    }

    private static double[] moved(double[] row, double by) {
        return Arrays.stream(row).map(v -> v + by).toArray();
    }

    private static Dataset data(double[][] rows) {
        double[] flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
        return Dataset.of(
                "rows", Shape.flat(WIDTH), Features.of(flat, WIDTH), Targets.classes(new int[rows.length], 2));
    }

    private static List<NearDuplicates.Near> near(double threshold, double[][] rows, String... requested) {
        return new NearDuplicates(NearDuplicates.Options.DEFAULT.withThreshold(threshold))
                .find(List.of(data(rows)), Set.of(requested));
    }

    @Test
    void aCopyHasDistanceZeroAndNearerRowsComeFirst() {
        List<NearDuplicates.Near> near = near(0.3, values(), "row-3");

        assertThat(near).extracting(NearDuplicates.Near::id).startsWith("row-7", "row-8");
        assertThat(near.get(0).distance()).isZero();
        assertThat(near).allSatisfy(row -> assertThat(row.of()).isEqualTo("row-3"));
        assertThat(near(0, values(), "row-3"))
                .extracting(NearDuplicates.Near::id)
                .containsExactly("row-7");
    }

    @Test
    void everyRowWithinTheThresholdIsFoundAndNoOther() {
        double[][] rows = values();
        List<NearDuplicates.Near> all = near(0.999, rows, "row-3", "row-20");

        double unit = 0; // from one row whose distance is known
        for (NearDuplicates.Near one : all) {
            if (one.id().equals("row-8")) {
                unit = distance(rows[8], rows[3]) / one.distance();
            }
        }
        double bound = 0.999 * unit;
        long expected = IntStream.range(0, ROWS)
                .filter(i -> i != 3 && i != 20)
                .filter(i -> Math.min(distance(rows[i], rows[3]), distance(rows[i], rows[20])) <= bound)
                .count();
        assertThat(all).hasSize((int) expected);
        for (NearDuplicates.Near one : all) {
            int row = Integer.parseInt(one.id().substring(4));
            double nearest = Math.min(distance(rows[row], rows[3]), distance(rows[row], rows[20]));
            assertThat(one.distance()).isCloseTo(nearest / unit, within(1e-12));
        }
    }

    @Test
    void unitsDoNotDependOnTheScaleOfFeatures() {
        double[][] scaled = Arrays.stream(values())
                .map(row -> Arrays.stream(row).map(v -> 1e3 * v).toArray())
                .toArray(double[][]::new);

        assertThat(near(0.3, scaled, "row-3"))
                .extracting(NearDuplicates.Near::id)
                .containsExactlyElementsOf(near(0.3, values(), "row-3").stream()
                        .map(NearDuplicates.Near::id)
                        .toList());
    }

    @Test
    void nothingIsNearNothing() {
        assertThat(near(0.3, values())).isEmpty();
    }

    private static double distance(double[] a, double[] b) {
        return Math.sqrt(IntStream.range(0, a.length)
                .mapToDouble(j -> (a[j] - b[j]) * (a[j] - b[j]))
                .sum());
    }
}
