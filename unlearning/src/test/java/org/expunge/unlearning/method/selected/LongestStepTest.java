package org.expunge.unlearning.method.selected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.expunge.unlearning.method.Candidate;
import org.junit.jupiter.api.Test;

class LongestStepTest {
    private record Step(double length) {}

    private final List<Double> tried = new ArrayList<>();

    @Test
    void goesDownToTheFirstAcceptableStepAndBackUpAsFarAsItCan() {
        LongestStep.search(List.of(8.0, 4.0, 2.0, 1.0), step -> offer(step, 3));

        assertThat(tried).startsWith(8.0, 4.0, 2.0).hasSize(6).doesNotContain(1.0);
        double longest = tried.stream().filter(step -> step <= 3).reduce(0.0, Math::max);
        assertThat(longest).isCloseTo(3, within(3 * (Math.pow(2, 1.0 / 8) - 1)));
    }

    @Test
    void anAcceptableFirstStepIsNotLengthened() {
        LongestStep.search(List.of(8.0, 4.0), step -> offer(step, 9));

        assertThat(tried).containsExactly(8.0);
    }

    @Test
    void allAreTriedWhereNoneIsAcceptable() {
        LongestStep.search(List.of(8.0, 4.0), step -> offer(step, 1));

        assertThat(tried).containsExactly(8.0, 4.0);
    }

    private Candidate offer(double step, double limit) {
        tried.add(step);
        return new Candidate(
                new Step(step),
                step,
                null,
                step <= limit ? Candidate.Decision.ACCEPTABLE : Candidate.Decision.UTILITY_FELL);
    }
}
