package org.expunge.unlearning.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ForgettingScoreTest {
    @Test
    void aRowIsWorthWhatTheBestRuleShows() {
        double[] unlearned = {0, 1, 2, 3};
        double[] retrained = {0.5, 1.5, 2.5, 9};

        // A threshold between 1 and 1.5 errs on half of the one and a quarter of the other; no window does better.
        double expected = Math.log((1 - 1e-5 - 0.5) / 0.25);
        assertThat(ForgettingScore.epsilon(unlearned, retrained)).isCloseTo(expected, within(1e-12));
        assertThat(ForgettingScore.epsilon(retrained, unlearned)).isCloseTo(expected, within(1e-12));

        ForgettingScore score = ForgettingScore.of(columns(unlearned), columns(retrained));
        assertThat(score.points()).isEqualTo(0.5); // 0.69 lies in the second bucket
        assertThat(score.forgotten()).isZero();
    }

    @Test
    void aPeakedLawInsideAWideOneIsFoundByTheWindow() {
        double[] wide = {-9, -8, -7, 0.1, 7, 8, 9, 10};
        double[] peaked = {0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 7};

        // One in eight on each side: the rule that calls all between 0 and 0.3 the peaked law's.
        assertThat(ForgettingScore.epsilon(peaked, wide))
                .isCloseTo(Math.log((1 - 1e-5 - 0.125) / 0.125), within(1e-12));
    }

    @Test
    void rowsThatAreToldWithoutErrorGetNothing() {
        ForgettingScore score = ForgettingScore.of(columns(5, 6, 7, 8), columns(0, 1, 2, 3));

        assertThat(score.points()).isZero();
        assertThat(score.medianEpsilon()).isEqualTo(50);
    }

    @Test
    void collapsedModelsGetNothing() {
        assertThat(ForgettingScore.epsilon(new double[] {1, 1, 1}, new double[] {0, 1, 2}))
                .isEqualTo(50);
        assertThat(ForgettingScore.epsilon(new double[] {1, 1, 1}, new double[] {1, 1, 1}))
                .isEqualTo(50);
    }

    @Test
    void fewModelsBiasTheFloorDownwards() {
        double few = ForgettingScore.of(normals(16, 1), normals(16, 2)).points();
        double many = ForgettingScore.of(normals(64, 1), normals(64, 2)).points();

        assertThat(few).isLessThan(many).isLessThan(0.6);
    }

    @Test
    void refusesUnequalNumbersOfModels() {
        assertThatThrownBy(() -> ForgettingScore.of(columns(1, 2, 3), columns(1, 2, 3, 4)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static double[][] columns(double... values) {
        double[][] columns = new double[values.length][1];
        for (int i = 0; i < values.length; i++) {
            columns[i][0] = values[i];
        }
        return columns;
    }

    private static double[][] normals(int models, long seed) {
        Random random = new Random(seed);
        double[][] normals = new double[models][5];
        for (double[] model : normals) {
            java.util.Arrays.setAll(model, c -> random.nextGaussian());
        }
        return normals;
    }
}
