package org.expunge.influence.retraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;

class PermutationShapleyTest {
    private static final PermutationShapley.Options UNTRUNCATED = new PermutationShapley.Options(2_000, 0, 7);

    @Test
    void estimatesTheGloveGameWithinItsErrors() {
        double[] exact = Games.shapley(4, Games::gloves);
        assertThat(exact).containsExactly(new double[] {0.75, 1 / 12.0, 1 / 12.0, 1 / 12.0}, within(1e-12));

        PermutationShapley.Result result = values(UNTRUNCATED, Games.task(Games::gloves), 4);

        for (int i = 0; i < 4; i++) { // 4 standard errors: a failure in 10 000 for each
            assertThat(result.values()[0][i]).isCloseTo(exact[i], within(4 * result.standardErrors()[0][i]));
            assertThat(result.standardErrors()[0][i]).isLessThan(0.011);
        }
    }

    @Test
    void additiveGamesAreExactWithOnePermutationAndValuesAddUp() {
        double[] worth = {3, -1, 0.5, 2, 0};
        SubsetTask task = Games.task(
                rows -> 7 + Arrays.stream(rows).mapToDouble(i -> worth[i]).sum());

        PermutationShapley.Result result = values(new PermutationShapley.Options(1, 0, 3), task, 5);

        assertThat(result.values()[0]).containsExactly(worth, within(1e-12));
        assertThat(result.evaluations()).isEqualTo(2 + 4);
    }

    @Test
    void everyPermutationIsWorthAllRowsTogether() {
        SubsetTask task = (engine, rows, seed) -> new double[] {rows.length * rows.length, Math.sin(rows.length)};

        PermutationShapley.Result result = values(new PermutationShapley.Options(30, 0, 3), task, 6);

        assertThat(Arrays.stream(result.values()[0]).sum()).isCloseTo(36, within(1e-10));
        assertThat(Arrays.stream(result.values()[1]).sum()).isCloseTo(Math.sin(6), within(1e-10));
    }

    @Test
    void truncationSavesTrainingsWhereTheRestAddsNothing() {
        SubsetTask task = Games.task(rows -> Math.min(rows.length, 2));

        PermutationShapley.Result result = values(new PermutationShapley.Options(50, 0.01, 3), task, 20);

        assertThat(result.evaluations()).isEqualTo(2 + 50 * 2);
        assertThat(Arrays.stream(result.values()[0]).sum()).isCloseTo(2, within(1e-10));
    }

    @Test
    void theNumberOfWorkersChangesNothing() {
        SubsetTask task = Games.task(Games::gloves);
        double[][] one =
                values(new PermutationShapley.Options(37, 0, 5), task, 5).values();
        try (Engine engine = SmallProblems.reference(3, 4)) {
            assertThat(new PermutationShapley(new PermutationShapley.Options(37, 0, 5))
                            .values(engine, task, 5)
                            .values())
                    .isDeepEqualTo(one);
        }
    }

    private static PermutationShapley.Result values(PermutationShapley.Options options, SubsetTask task, int n) {
        try (Engine engine = SmallProblems.reference(1, 4)) {
            return new PermutationShapley(options).values(engine, task, n);
        }
    }
}
