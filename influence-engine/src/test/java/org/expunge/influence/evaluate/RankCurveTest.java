package org.expunge.influence.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.expunge.influence.evaluate.RankCurve.Point;
import org.junit.jupiter.api.Test;

final class RankCurveTest {
    @Test
    void pointsAreThoseOfEachDistinctScore() {
        double[] scores = {0.9, 0.8, 0.8, 0.1};
        boolean[] isPositive = {true, true, false, false};

        RankCurve curve = RankCurve.of(scores, isPositive, 100);

        assertThat(curve.points())
                .isEqualTo(List.of(new Point(0, 0.5, 1), new Point(0.5, 1, 2 / 3.0), new Point(1, 1, 0.5)));
        assertThat(curve.averagePrecision()).isEqualTo(0.5 + 0.5 * 2 / 3.0);
        assertThat(curve.auroc()).isEqualTo(0.875);
    }

    @Test
    void areasUnderThePointsAreTheMetricsAndThinnedOnesAreNear() {
        Random random = new Random(4);
        int n = 3000;
        double[] scores = new double[n];
        boolean[] isPositive = new boolean[n];
        for (int i = 0; i < n; i++) {
            isPositive[i] = random.nextInt(20) == 0;
            scores[i] = Math.rint(8 * (random.nextGaussian() + (isPositive[i] ? 1.5 : 0))) / 8;
        }

        RankCurve whole = RankCurve.of(scores, isPositive, 4 * n);
        RankCurve thin = RankCurve.of(scores, isPositive, 40);

        assertThat(area(whole)).isCloseTo(whole.auroc(), within(1e-12));
        assertThat(precisionArea(whole)).isCloseTo(whole.averagePrecision(), within(1e-12));
        assertThat(thin.points())
                .hasSizeLessThanOrEqualTo(42)
                .endsWith(new Point(1, 1, RankMetrics.baseRate(isPositive)));
        assertThat(area(thin)).isCloseTo(whole.auroc(), within(0.01));
    }

    private static double area(RankCurve curve) {
        double area = 0;
        Point before = new Point(0, 0, 1);
        for (Point point : curve.points()) {
            area += (point.falsePositiveRate() - before.falsePositiveRate()) * (point.recall() + before.recall()) / 2;
            before = point;
        }
        return area;
    }

    private static double precisionArea(RankCurve curve) {
        double area = 0;
        double before = 0;
        for (Point point : curve.points()) {
            area += (point.recall() - before) * point.precision();
            before = point.recall();
        }
        return area;
    }

    @Test
    void oneKindAloneHasNoCurve() {
        assertThatThrownBy(() -> RankCurve.of(new double[] {1, 2}, new boolean[] {true, true}, 10))
                .hasMessageContaining("both kinds");
        assertThatThrownBy(() -> RankCurve.of(new double[] {1, 2}, new boolean[] {true, false}, 1))
                .hasMessage("most must be at least 2, got 1");
    }
}
