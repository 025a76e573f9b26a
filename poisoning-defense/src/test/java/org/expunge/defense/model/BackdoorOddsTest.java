package org.expunge.defense.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.expunge.influence.compute.CholeskyKernels;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.junit.jupiter.api.Test;

class BackdoorOddsTest {
    private final CholeskyKernels kernels = new ReferenceCompute().cholesky();

    @Test
    void theWeightsAreWhereTheLogPosteriorIsFlat() {
        double[][] features = new double[30][2];
        boolean[] answers = new boolean[30];
        draw(features, answers);
        BackdoorOdds odds = BackdoorOdds.fit(kernels, features, answers);

        for (int j = 0; j < 3; j++) {
            double slope =
                    (posterior(odds, features, answers, j, 1e-4) - posterior(odds, features, answers, j, -1e-4)) / 2e-4;
            double curvature = (posterior(odds, features, answers, j, 1e-3)
                            - 2 * posterior(odds, features, answers, j, 0)
                            + posterior(odds, features, answers, j, -1e-3))
                    / 1e-6;
            assertThat(slope).isCloseTo(0, within(1e-6));
            assertThat(curvature).isNegative();
            // a weight's own variance is at least that with the others held fixed
            assertThat(odds.covariance().get(4 * j)).isGreaterThanOrEqualTo(-1 / curvature - 1e-6);
        }
    }

    @Test
    void separatedAnswersGiveFiniteWeightsAndAnIntervalAroundTheProbability() {
        double[][] features = {{0}, {1}, {2}, {10}, {11}, {12}};
        boolean[] answers = {false, false, false, true, true, true};
        BackdoorOdds odds = BackdoorOdds.fit(kernels, features, answers);

        BackdoorOdds.Probability far = odds.probability(new double[] {12}, 0.5);
        BackdoorOdds.Probability middle = odds.probability(new double[] {6}, 0.5);

        assertThat(far.value()).isBetween(0.9, 0.9999);
        assertThat(far.low()).isLessThan(far.value());
        assertThat(far.high()).isGreaterThan(far.value());
        assertThat(middle.value()).isCloseTo(0.5, within(1e-9));
    }

    @Test
    void anotherPriorMovesTheLogOdds() {
        double[] features = {0.5, 0.1};
        double even = BackdoorOdds.MEASURED.probability(features, 0.5).value();

        double rare = BackdoorOdds.MEASURED.probability(features, 0.01).value();

        assertThat(Math.log(rare / (1 - rare)) - Math.log(even / (1 - even)))
                .isCloseTo(Math.log(0.01 / 0.99), within(1e-9));
        assertThatThrownBy(() -> BackdoorOdds.MEASURED.probability(features, 0)).hasMessageContaining("prior");
    }

    private static double posterior(BackdoorOdds odds, double[][] features, boolean[] answers, int moved, double by) {
        double sum = 0;
        double[] w = odds.weights().stream().mapToDouble(v -> v).toArray();
        w[moved] += by;
        for (double v : w) {
            sum -= v * v / (2 * 9);
        }
        for (int i = 0; i < features.length; i++) {
            double z = w[2];
            for (int j = 0; j < 2; j++) {
                z += w[j]
                        * (features[i][j] - odds.means().get(j))
                        / odds.deviations().get(j);
            }
            sum -= Math.log1p(Math.exp(answers[i] ? -z : z));
        }
        return sum;
    }

    private static void draw(double[][] features, boolean[] answers) {
        Random random = new Random(2);
        for (int i = 0; i < answers.length; i++) {
            features[i][0] = random.nextGaussian();
            features[i][1] = 3 + 2 * random.nextGaussian();
            answers[i] = features[i][0] + 0.8 * random.nextGaussian() > 0;
        }
    }
}
