package org.expunge.defense.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.curvature.VectorMath;
import org.expunge.influence.evaluate.RankMetrics;
import org.junit.jupiter.api.Test;

final class SpectreTest {
    private static final int ROWS = 300;
    private static final int POISON = 20;
    private static final double[] DEVIATIONS = {8, 5, 3, 1, 0.5};

    private final Compute compute = WrittenSetting.ENGINE.compute();
    private final Spectre spectre = new Spectre(new Spectre.Options(5, 4, 0.75));

    /** Normal rows of which the first stand apart where the others vary little. */
    private static double[][] rows(double shift, long seed) {
        Random random = new Random(seed);
        double[][] rows = new double[ROWS][DEVIATIONS.length];
        for (int i = 0; i < ROWS; i++) {
            for (int j = 0; j < DEVIATIONS.length; j++) {
                rows[i][j] = DEVIATIONS[j] * random.nextGaussian() + (j == 3 && i < POISON ? shift : 0);
            }
        }
        return rows;
    }

    private static boolean[] isPoison() {
        boolean[] isPoison = new boolean[ROWS];
        Arrays.fill(isPoison, 0, POISON, true);
        return isPoison;
    }

    @Test
    void findsAShiftInAQuietDirectionThatSpectralSignaturesCannotSee() {
        double[][] rows = rows(5, 1);

        assertThat(RankMetrics.averagePrecision(spectre.scores(compute, rows), isPoison()))
                .isGreaterThan(0.95);
        assertThat(RankMetrics.averagePrecision(SpectralSignatures.scores(compute, rows, true), isPoison()))
                .isLessThan(0.2);
    }

    @Test
    void theCoreIsWhitenedWhateverTheOutliers() {
        double[][] white = new RobustWhitening(compute, 0.75).whitened(rows(40, 2));

        double[][] core = Arrays.copyOfRange(white, POISON, ROWS);
        double[][] covariance = RowMoments.second(RowMoments.less(core, RowMoments.mean(core)));
        for (int i = 0; i < covariance.length; i++) {
            for (int j = 0; j < covariance.length; j++) {
                assertThat(covariance[i][j]).isCloseTo(i == j ? 1 : 0, within(0.45));
            }
        }
    }

    @Test
    void withAlphaZeroTheScoreIsTheMeanSquaredRobustDistance() {
        double[][] rows = rows(5, 3);
        double[][] white = new RobustWhitening(compute, 0.75)
                .whitened(RowMoments.principal(compute, RowMoments.less(rows, RowMoments.mean(rows)), 5));

        double[] scores = new Spectre(new Spectre.Options(5, 0, 0.75)).scores(compute, rows);

        for (int i = 0; i < ROWS; i++) {
            assertThat(scores[i]).isCloseTo(VectorMath.dot(white[i], white[i]) / 5, within(1e-9));
        }
    }

    @Test
    void aSmallClassAndOneOfEqualRowsGetNothing() {
        assertThat(spectre.scores(compute, new double[][] {{1, 2}, {3, 4}})).containsOnly(0);
        assertThat(spectre.scores(compute, new double[40][3])).containsOnly(0);
    }
}
