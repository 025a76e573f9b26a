package org.expunge.influence.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class ScheduleTest {
    private static final double ROUNDING = 1e-15;

    @Test
    void constantStays() {
        Schedule schedule = Schedule.constant(0.3);

        assertThat(schedule.at(0, 0, 100)).isEqualTo(0.3);
        assertThat(schedule.at(99, 9, 100)).isEqualTo(0.3);
    }

    @Test
    void stepFallsAfterWholeEpochs() {
        Schedule schedule = Schedule.step(0.8, 0.5, 3);

        assertThat(schedule.at(29, 2, 100)).isEqualTo(0.8);
        assertThat(schedule.at(30, 3, 100)).isEqualTo(0.4);
        assertThat(schedule.at(60, 6, 100)).isEqualTo(0.2);
    }

    @Test
    void cosineIsHalfwayInTheMiddle() {
        Schedule schedule = new Schedule(Schedule.Kind.COSINE, 2, 0.1, 1, 0.3, 0, 0.1);

        assertThat(schedule.at(0, 0, 100)).isEqualTo(2);
        assertThat(schedule.at(50, 0, 100)).isCloseTo((2 + 0.2) / 2, within(ROUNDING));
        assertThat(schedule.at(25, 0, 100)).isCloseTo(0.2 + (2 - 0.2) * (1 + Math.sqrt(0.5)) / 2, within(ROUNDING));
    }

    @Test
    void oneCycleStartsLowPeaksAfterItsWarmUpAndFalls() {
        Schedule schedule = new Schedule(Schedule.Kind.ONE_CYCLE, 1, 0.1, 1, 0.4, 0.2, 0);

        assertThat(schedule.at(0, 0, 100)).isCloseTo(0.2, within(ROUNDING));
        assertThat(schedule.at(20, 0, 100)).isCloseTo(0.6, within(ROUNDING));
        assertThat(schedule.at(40, 0, 100)).isCloseTo(1, within(ROUNDING));
        assertThat(schedule.at(70, 0, 100)).isCloseTo(0.5, within(ROUNDING));
        assertThat(schedule.at(99, 0, 100)).isBetween(0.0, 0.001);
    }

    @Test
    void refusesARateThatIsNotPositive() {
        assertThatThrownBy(() -> Schedule.constant(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("learningRate must be above 0, got NaN");
    }

    @Test
    void refusesAStepBeyondThePlan() {
        assertThatThrownBy(() -> Schedule.constant(1).at(5, 0, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("iteration 5 is not among the 5 planned");
    }
}
