package org.expunge.unlearning.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.expunge.influence.training.Metrics;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UtilityGuardTest {
    private final UtilityGuard guard = new UtilityGuard(0.01, 0.1, 0.2, 1);

    @Test
    void aDropOfAccuracyThatEqualsTheLimitIsAllowed() {
        assertThat(guard.keepsUtility(figures(0, 0.97, 0, 0.95, 1), figures(0, 0.96, 0, 0.94, 1)))
                .isTrue();
        assertThat(guard.keepsUtility(figures(0, 0.97, 0, 0.95, 1), figures(0, 0.959, 0, 0.95, 1)))
                .isFalse();
        assertThat(guard.keepsUtility(figures(0, 0.97, 0, 0.95, 1), figures(0, 0.97, 0, 0.939, 1)))
                .isFalse();
    }

    @Test
    void aRiseOfTheValidationLossBeyondTheLimitIsRefused() {
        assertThat(guard.keepsUtility(figures(0, 1.0, 0, 1.0, 2), figures(0, 1.0, 0, 1.0, 2.19)))
                .isTrue();
        assertThat(guard.keepsUtility(figures(0, 1.0, 0, 1.0, 2), figures(0, 1.0, 0, 1.0, 2.21)))
                .isFalse();
        assertThat(guard.keepsUtility(figures(0, 1.0, 0, 1.0, 2), figures(0, 1.0, 0, 1.0, Double.NaN)))
                .isFalse();
    }

    @Test
    void regressionIsJudgedByLossAlone() {
        assertThat(guard.keepsUtility(figures(0, null, 0, null, 2), figures(0, null, 0, null, 2.1)))
                .isTrue();
    }

    @Test
    void remainingRowsMayBeHitByAFifthOfTheEffect() {
        CandidateFigures before = figures(1, 1.0, 1, 1.0, 1);

        assertThat(guard.isSelective(before, figures(2, 1.0, 1.19, 1.0, 1))).isTrue();
        assertThat(guard.isSelective(before, figures(2, 1.0, 1.21, 1.0, 1))).isFalse();
        assertThat(guard.isSelective(before, figures(0.5, 1.0, 0.9, 1.0, 1))).isTrue();
        assertThat(guard.isSelective(before, figures(0.5, 1.0, 1.1, 1.0, 1))).isFalse();
    }

    @Test
    void refusesLimitsOutOfRange() {
        assertThatThrownBy(() -> new UtilityGuard(2, 0, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new UtilityGuard(0, Double.NaN, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new UtilityGuard(0, 0, -1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new UtilityGuard(0, 0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static CandidateFigures figures(
            double forgetLoss,
            @Nullable Double retainAccuracy,
            double retainLoss,
            @Nullable Double validationAccuracy,
            double validationLoss) {
        return new CandidateFigures(
                new Metrics(1, forgetLoss, null),
                new Metrics(1, retainLoss, retainAccuracy),
                new Metrics(1, validationLoss, validationAccuracy),
                0,
                null,
                0,
                0.5);
    }
}
