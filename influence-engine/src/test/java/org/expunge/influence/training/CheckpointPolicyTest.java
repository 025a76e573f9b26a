package org.expunge.influence.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class CheckpointPolicyTest {
    @Test
    void spreadsEvenlyAndEndsWithTheLastIteration() {
        assertThat(CheckpointPolicy.spread(4).iterations(10, 40)).containsExactly(10, 20, 30, 40);
        assertThat(CheckpointPolicy.spread(3).iterations(10, 10)).containsExactly(3, 6, 10);
    }

    @Test
    void keepsFifteenByDefault() {
        assertThat(CheckpointPolicy.DEFAULT.iterations(100, 2_000)).hasSize(15).endsWith(2_000);
    }

    @Test
    void keepsEveryIterationOfAShortRun() {
        assertThat(CheckpointPolicy.DEFAULT.iterations(3, 3)).containsExactly(1, 2, 3);
    }

    @Test
    void cutsAnEpochInFractions() {
        assertThat(CheckpointPolicy.everyEpochs(0.25).iterations(10, 20)).containsExactly(3, 5, 8, 10, 13, 15, 18, 20);
    }

    @Test
    void takesOneAnIterationWhenAFractionIsSmaller() {
        assertThat(CheckpointPolicy.everyEpochs(0.1).iterations(3, 6)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void addsTheLastIterationToAnIntervalThatMissesIt() {
        assertThat(CheckpointPolicy.everyIterations(4).iterations(5, 10)).containsExactly(4, 8, 10);
        assertThat(CheckpointPolicy.everyIterations(100).iterations(5, 10)).containsExactly(10);
    }

    @Test
    void thinsToItsCap() {
        CheckpointPolicy policy = new CheckpointPolicy(CheckpointPolicy.Unit.EPOCHS, 1, 3);

        assertThat(policy.iterations(10, 90)).containsExactly(30, 60, 90);
    }

    @Test
    void refusesPartsOfAnIteration() {
        assertThatThrownBy(() -> new CheckpointPolicy(CheckpointPolicy.Unit.ITERATIONS, 1.5, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an interval in iterations must be whole, got 1.5");
    }
}
