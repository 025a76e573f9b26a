package org.expunge.influence.score.automatic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.evaluate.RankMetrics;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.Scores;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DampingSweepTest {
    private static final ConjugateGradient.Options TIGHT = new ConjugateGradient.Options(1e-10, 2_000);

    private final Engine engine = SmallProblems.reference(2, 16);
    private final Model model = SmallProblems.dense(3);
    private final Dataset rows = SmallProblems.rows(model, 60, 5);
    private final Dataset queries = SmallProblems.rows(model, 9, 6);
    private final DampingSweep sweep = new DampingSweep(new DampingSweep.Options(4, TIGHT, 1));

    @AfterEach
    void close() {
        engine.close();
    }

    private InfluenceFunction exact(GaussNewton curvature, double damping) {
        return new InfluenceFunction(
                engine, model, new CurvatureSystem(curvature, damping, TIGHT), InfluenceFunction.Options.DEFAULT);
    }

    @Test
    void oneSolveForAllDampingsSaysWhatASolveForEachDoes() {
        try (GaussNewton curvature = new GaussNewton(engine, model, rows)) {
            List<Double> dampings = List.of(0.1, 1e-3, 1e-2);

            DampingSweep.Result together = sweep.sweep(engine, model, curvature, dampings, rows, queries);
            DampingSweep.Result apart = sweep.sweep(damping -> exact(curvature, damping), dampings, rows, queries);

            assertThat(together.queries()).isEqualTo(4);
            assertThat(together.unconverged()).isZero();
            assertThat(together.steps()).hasSize(2);
            assertThat(together.steps().get(0).lower()).isEqualTo(1e-3);
            assertThat(together.steps().get(1).higher()).isEqualTo(0.1);
            for (int k = 0; k < 2; k++) {
                DampingSweep.Step step = together.steps().get(k);
                assertThat(step.agreement()).isCloseTo(apart.steps().get(k).agreement(), within(1e-6));
                assertThat(step.least()).isCloseTo(apart.steps().get(k).least(), within(1e-6));
                assertThat(step.least()).isLessThanOrEqualTo(step.agreement());
            }
        }
    }

    @Test
    void agreementIsThatOfTheTables() {
        try (GaussNewton curvature = new GaussNewton(engine, model, rows)) {
            Dataset one = queries.select(new int[] {3});
            Scores low = exact(curvature, 1e-3).score(rows, one);
            Scores high = exact(curvature, 1).score(rows, one);

            DampingSweep.Step step = sweep.sweep(engine, model, curvature, List.of(1e-3, 1.0), rows, one)
                    .steps()
                    .get(0);

            assertThat(step.agreement()).isCloseTo(RankMetrics.spearman(low.row(0), high.row(0)), within(1e-9));
            assertThat(step.agreement()).isLessThan(0.999);
        }
    }

    @Test
    void hugeDampingsRankAlike() {
        try (GaussNewton curvature = new GaussNewton(engine, model, rows)) {
            assertThat(sweep.sweep(engine, model, curvature, List.of(1e6, 1e9), rows, queries)
                            .steps()
                            .get(0)
                            .least())
                    .isGreaterThan(0.999);
        }
    }

    @Test
    void countsSolvesThatFellShort() {
        DampingSweep hasty = new DampingSweep(new DampingSweep.Options(2, new ConjugateGradient.Options(1e-9, 1), 0));
        try (GaussNewton curvature = new GaussNewton(engine, model, rows)) {
            assertThat(hasty.sweep(engine, model, curvature, List.of(1e-4, 1e-3), rows, queries)
                            .unconverged())
                    .isEqualTo(4);
        }
    }

    @Test
    void refusesTooFewDampingsRowsOrQueries() {
        try (GaussNewton curvature = new GaussNewton(engine, model, rows)) {
            for (List<Double> wrong : List.of(List.of(1.0), List.of(1.0, 1.0), List.of(0.0, 1.0))) {
                assertThatThrownBy(() -> sweep.sweep(engine, model, curvature, wrong, rows, queries))
                        .hasMessageContaining("dampings");
            }
            List<Double> two = List.of(0.1, 1.0);
            assertThatThrownBy(() -> sweep.sweep(engine, model, curvature, two, rows.select(new int[] {0}), queries))
                    .hasMessageContaining("rows");
            assertThatThrownBy(() -> sweep.sweep(engine, model, curvature, two, rows, queries.select(new int[0])))
                    .hasMessageContaining("queries");
        }
    }
}
