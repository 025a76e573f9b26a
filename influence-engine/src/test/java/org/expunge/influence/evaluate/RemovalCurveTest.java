package org.expunge.influence.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.retraining.Retrainings;
import org.expunge.influence.retraining.SubsetTask;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;

class RemovalCurveTest {
    private static final double[][] HELPS = {{5, 1, 3, 0}, {0, 2, 0, 4}};
    private static final Retrainings.Options TWICE = new Retrainings.Options(2, Retrainings.SeedPlan.PAIRED, 1);

    /** A loss that each row lowers by what it helps, and that every seed shifts. */
    private static final SubsetTask TASK = (engine, rows, seed) -> Arrays.stream(HELPS)
            .mapToDouble(helps ->
                    seed % 100 - Arrays.stream(rows).mapToDouble(i -> helps[i]).sum())
            .toArray();

    @Test
    void risesAreThoseOfTheForemostRowsOfEachQuery() {
        Map<String, double[][]> rankings = new LinkedHashMap<>();
        rankings.put("right", HELPS);
        rankings.put("ties", new double[2][4]);
        try (Engine engine = SmallProblems.reference(2, 4)) {
            List<RemovalCurve.Point> points = new RemovalCurve(engine, TASK, TWICE).points(rankings, List.of(1, 2));

            assertThat(points)
                    .extracting(RemovalCurve.Point::ranking)
                    .containsExactly("right", "right", "ties", "ties");
            assertThat(points).extracting(RemovalCurve.Point::removed).containsExactly(1, 2, 1, 2);
            double[] rises = points.stream().mapToDouble(p -> p.rise().mean()).toArray();
            assertThat(rises)
                    .containsExactly(new double[] {(5 + 4) / 2.0, (8 + 6) / 2.0, 5 / 2.0, 8 / 2.0}, within(1e-9));
            assertThat(points.get(0).rise().standardError()).isCloseTo(0.5, within(1e-9));
        }
    }

    @Test
    void theNearestNeighbourOfARowIsItself() {
        Model model = SmallProblems.dense(3);
        Dataset rows = SmallProblems.rows(model, 8, 2);
        try (Engine engine = SmallProblems.reference(1, 4)) {
            double[][] nearness = RemovalCurve.nearestNeighbours(engine, model, rows, rows.select(new int[] {5, 2}));

            assertThat(nearness[0][5]).isZero();
            assertThat(nearness[1][2]).isZero();
            assertThat(Arrays.stream(nearness[0]).filter(v -> v < 0)).hasSize(7);
        }
    }

    @Test
    void refusesToRemoveAllRows() {
        try (Engine engine = SmallProblems.reference(1, 4)) {
            assertThatThrownBy(() -> new RemovalCurve(engine, TASK, TWICE)
                            .points(Map.of("random", RemovalCurve.random(2, 4, 1)), List.of(4)))
                    .hasMessage("4 of 4 rows cannot be removed");
        }
    }
}
