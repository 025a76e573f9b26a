package org.expunge.defense.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class CopySetsTest {
    private static double[][] random(int rows, long seed) {
        Random random = new Random(seed);
        return IntStream.range(0, rows)
                .mapToObj(i -> random.doubles(8).toArray())
                .toArray(double[][]::new);
    }

    private static ScanSetting setting(double[][] rows) {
        return WrittenSetting.of(
                rows, IntStream.range(0, rows.length).map(i -> i % 2).toArray(), 2);
    }

    @Test
    void equalRowsFormOneSetHoweverMany() {
        double[][] rows = random(60, 1);
        for (int i = 20; i < 50; i++) {
            rows[i] = rows[3].clone();
        }

        CopySets copies = CopySets.of(setting(rows), new CopySets.Options(0, 1));

        assertThat(copies.sets())
                .containsExactly(IntStream.concat(IntStream.of(3), IntStream.range(20, 50))
                        .boxed()
                        .toList());
        assertThat(copies.setOf().get(49)).isEqualTo(3);
        assertThat(copies.setOf().get(50)).isEqualTo(50);
    }

    @Test
    void nearCopiesNeedBothDistanceAndDirection() {
        double[][] rows = random(40, 2);
        rows[30] = rows[0].clone();
        rows[30][0] += 0.01;

        assertThat(CopySets.of(setting(rows), CopySets.Options.DEFAULT).sets()).containsExactly(List.of(0, 30));
        assertThat(CopySets.of(setting(rows), new CopySets.Options(0.15, 1)).sets())
                .isEmpty();
    }

    @Test
    void differentRowsHaveNoCopies() {
        assertThat(CopySets.of(setting(random(80, 3)), CopySets.Options.DEFAULT).sets())
                .isEmpty();
    }

    @Test
    void denseRowsOfFewColumnsDoNotChainIntoOneSet() {
        Random random = new Random(6);
        double[][] rows = IntStream.range(0, 800)
                .mapToObj(i -> random.doubles(2).toArray())
                .toArray(double[][]::new);

        CopySets copies = CopySets.of(setting(rows), CopySets.Options.DEFAULT);

        assertThat(copies.sets()).allMatch(set -> set.size() <= 6);
    }

    @Test
    void jitteredCopiesOfEveryRowAreFoundAndKeptApart() {
        Random random = new Random(7);
        double[][] rows = new double[200][];
        for (int i = 0; i < rows.length; i++) {
            double[] first = i < 50 ? random.doubles(8).toArray() : rows[i % 50].clone();
            if (i >= 50) {
                first[i % 8] += 0.02 * random.nextGaussian();
            }
            rows[i] = first;
        }

        CopySets copies = CopySets.of(setting(rows), CopySets.Options.DEFAULT);

        assertThat(copies.sets()).hasSize(50).allMatch(set -> set.size() == 4);
    }

    @Test
    void aRowsScoreIsItsNumberOfCopiesAndAHalfForAConflict() {
        double[][] rows = random(10, 4);
        rows[4] = rows[0].clone(); // same label
        rows[7] = rows[2].clone(); // other label

        Detection found = new Duplicates().detect(setting(rows));

        assertThat(found.flagged()).containsExactly(0, 2, 4, 7);
        assertThat(found.ranking().scores()).containsExactly(1.0, 0.0, 1.5, 0.0, 1.0, 0.0, 0.0, 1.5, 0.0, 0.0);
        assertThat(found.notes().get(0)).isEqualTo("2 sets of copies, 1 of them under different labels");
    }

    @Test
    void nearestRowsAgreeWithASortOfAllDistances() {
        double[][] rows = random(150, 5);
        rows[100] = rows[10].clone();

        Neighbours found = new NearestRows(WrittenSetting.ENGINE).among(NearestRows.asFeatures(rows), 7);

        for (int i = 0; i < rows.length; i++) {
            int self = i;
            int[] expected = IntStream.range(0, rows.length)
                    .filter(j -> j != self)
                    .boxed()
                    .sorted(Comparator.<Integer>comparingDouble(j -> distance(rows[self], rows[j]))
                            .thenComparingInt(j -> j))
                    .limit(7)
                    .mapToInt(Integer::intValue)
                    .toArray();
            for (int k = 0; k < 7; k++) {
                assertThat(found.row(i, k)).isEqualTo(expected[k]);
            }
        }
    }

    private static double distance(double[] a, double[] b) {
        return Math.sqrt(IntStream.range(0, a.length)
                .mapToDouble(j -> (a[j] - b[j]) * (a[j] - b[j]))
                .sum());
    }
}
