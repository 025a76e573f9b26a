package org.expunge.defense.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.evaluate.RankMetrics;
import org.junit.jupiter.api.Test;

final class ContaminationAnalysisTest {
    private static final int CLASSES = 7;
    private static final int ROWS = 120;
    private static final int DIMENSIONS = 5;

    private final Compute compute = WrittenSetting.ENGINE.compute();
    private final ContaminationAnalysis analysis = new ContaminationAnalysis(ContaminationAnalysis.Options.DEFAULT);

    /** Normal classes of one covariance; in class 3 the first {@code shifted} rows stand apart in a quiet direction. */
    private static double[][] classes(int shifted, long seed) {
        Random random = new Random(seed);
        double[][] rows = new double[CLASSES * ROWS][DIMENSIONS];
        double[][] means = new double[CLASSES][DIMENSIONS];
        for (double[] mean : means) {
            for (int j = 0; j < DIMENSIONS; j++) {
                mean[j] = 6 * random.nextGaussian();
            }
        }
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < DIMENSIONS; j++) {
                rows[i][j] = means[i / ROWS][j] + (j == 0 ? 5 : 1) * random.nextGaussian();
            }
            rows[i][1] += i / ROWS == 3 && i % ROWS < shifted ? 5 : 0;
        }
        return rows;
    }

    private static int[] labels() {
        return IntStream.range(0, CLASSES * ROWS).map(i -> i / ROWS).toArray();
    }

    @Test
    void findsTheClassOfTwoGroupsAndTheSmallerOfThem() {
        Detection found = analysis.detect(compute, classes(24, 1), labels(), CLASSES);

        boolean[] isShifted = new boolean[CLASSES * ROWS];
        IntStream.range(0, 24).forEach(i -> isShifted[3 * ROWS + i] = true);
        assertThat(found.flagged()).hasSizeBetween(22, 26).allMatch(row -> row / ROWS == 3);
        assertThat(RankMetrics.averagePrecision(found.ranking().toArray(), isShifted))
                .isGreaterThan(0.98);
        assertThat(found.notes()).singleElement().asString().contains("class 3 has index");
    }

    @Test
    void cleanClassesAreSilent() {
        for (long seed = 0; seed < 5; seed++) {
            Detection found = analysis.detect(compute, classes(0, seed), labels(), CLASSES);

            assertThat(found.flagged()).isEmpty();
            assertThat(found.notes()).containsExactly("no class stands out");
        }
    }

    @Test
    void theGainOfTwoDistantGroupsIsThatOfTheClosedForm() {
        // shares ¼ and ¾ at distance Δ along a unit-variance axis: E gain = π(1−π)Δ²/2 − H(π) as Δ grows
        Random random = new Random(2);
        double[][] rows = new double[4000][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = new double[] {random.nextGaussian() + (i % 4 == 0 ? 12 : 0), random.nextGaussian()};
        }

        GroupSplit split = GroupSplit.of(compute, rows, new double[][] {{1, 0}, {0, 1}});

        double entropy = -(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75));
        assertThat(split.gain()).isCloseTo(0.25 * 0.75 * 144 / 2 - entropy, within(0.15));
        assertThat(split.posteriors().get(0)).isGreaterThan(0.999);
        assertThat(split.posteriors().get(1)).isLessThan(0.001);
    }

    @Test
    void theTwoCovariancesComeOutApart() {
        double[][] rows = classes(0, 9);
        double[][] precision = new TwoCovariances(compute)
                .withinPrecision(RowMoments.less(rows, RowMoments.mean(rows)), labels(), CLASSES);

        assertThat(precision[0][0]).isCloseTo(1 / 25.0, within(0.006));
        assertThat(precision[1][1]).isCloseTo(1, within(0.12));
        assertThat(precision[0][1]).isCloseTo(0, within(0.02));
    }

    @Test
    void twoClassesHaveNoIndex() {
        double[][] rows = {{0, 1}, {1, 0}, {0, 0}, {5, 5}, {6, 5}, {5, 6}};

        Detection found = analysis.detect(compute, rows, new int[] {0, 0, 0, 1, 1, 1}, 2);

        assertThat(found.flagged()).isEmpty();
        assertThat(found.notes()).singleElement().asString().contains("fewer than 3 classes");
    }

    @Test
    void equalRowsHaveNothingToSplit() {
        Detection found = analysis.detect(compute, new double[][] {{1, 1}, {1, 1}, {1, 1}}, new int[] {0, 1, 2}, 3);

        assertThat(found.ranking().toArray()).containsOnly(0);
    }
}
