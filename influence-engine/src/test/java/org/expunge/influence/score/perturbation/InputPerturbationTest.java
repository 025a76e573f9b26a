package org.expunge.influence.score.perturbation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.QuerySolver;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.testkit.EveryLayer;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.testkit.TestBackends;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Derivatives of scores with respect to features, against central differences of the scores. */
@Tag(TestBackends.TAG)
class InputPerturbationTest {
    /** Differences err by h²/6 times a third derivative of order 10 and by rounding of order u/h: some 1e-9. */
    private static final double STEP = 1e-5;

    private static final double DIFFERENCES = 1e-7;

    @ParameterizedTest(name = "on {0}")
    @CsvSource({"reference, 1e-7", "cpu, 2e-4"})
    void equalDifferencesOfTheDotThroughEveryLayer(String backend, double tolerance) {
        Random random = new Random(17);
        Model model = everyLayer(random);
        Dataset rows = rows(model.network(), 5, random);
        double[] s = random.doubles(model.network().layout().length(), -1, 1).toArray();
        double[][] expected;
        try (Engine engine = SmallProblems.reference(1, 4)) {
            expected = differences(rows, moved -> new PerExample(engine).dots(model, moved, s));
        }

        try (Engine engine = new Engine(TestBackends.create(backend), new Workers(2), 2)) {
            double[][] found = new InputPerturbation(engine, model).derivatives(rows, s);

            assertClose(found, expected, tolerance);
        }
    }

    @Test
    void equalDifferencesOfTheScoreOfEachRow() {
        Model model = SmallProblems.dense(3);
        Dataset train = SmallProblems.rows(model, 8, 1);
        Dataset query = SmallProblems.rows(model, 1, 2);
        try (Engine engine = SmallProblems.reference(2, 3);
                GaussNewton curvature = new GaussNewton(engine, model, train)) {
            CurvatureSystem system = new CurvatureSystem(curvature, 0.1, new ConjugateGradient.Options(1e-13, 1_000));
            InfluenceFunction scores = new InfluenceFunction(engine, model, system, InfluenceFunction.Options.DEFAULT);
            // the curvature stays that of the rows as they were: the row moves, not the model
            double[][] expected =
                    differences(train, moved -> scores.score(moved, query).row(0));

            double[][] found = new InputPerturbation(engine, model).derivatives(train, query, QuerySolver.of(system));

            assertClose(found, expected, DIFFERENCES);
        }
    }

    @Test
    void aTinyDirectionDoesNotUnderflowInFloat() {
        Model model = SmallProblems.dense(3);
        Dataset rows = SmallProblems.rows(model, 4, 1);
        double[] s =
                new Random(1).doubles(model.network().layout().length(), -1, 1).toArray();
        double[] tiny = Arrays.stream(s).map(v -> Math.scalb(v, -150)).toArray();
        try (Engine engine = new Engine(TestBackends.rounded(), new Workers(1), 4)) {
            InputPerturbation perturbation = new InputPerturbation(engine, model);
            double[][] large = perturbation.derivatives(rows, s);
            double[][] small = perturbation.derivatives(rows, tiny);

            for (int i = 0; i < 4; i++) {
                for (int f = 0; f < 5; f++) {
                    assertThat(Math.scalb(small[i][f], 150)).isEqualTo(large[i][f]);
                }
            }
        }
    }

    @Test
    void refusesSeveralQueriesAtOnce() {
        Model model = SmallProblems.dense(3);
        Dataset rows = SmallProblems.rows(model, 4, 1);
        try (Engine engine = SmallProblems.reference(1, 3)) {
            assertThatThrownBy(() -> new InputPerturbation(engine, model)
                            .derivatives(rows, rows, QuerySolver.identity(model.network())))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("4 rows but one query");
        }
    }

    private interface Scored {
        double[] of(Dataset rows);
    }

    private static double[][] differences(Dataset rows, Scored scored) {
        int d = rows.shape().length();
        double[][] slopes = new double[rows.size()][d];
        for (int f = 0; f < d; f++) {
            double[] above = scored.of(shifted(rows, f, STEP));
            double[] below = scored.of(shifted(rows, f, -STEP));
            for (int i = 0; i < slopes.length; i++) {
                slopes[i][f] = (above[i] - below[i]) / (2 * STEP);
            }
        }
        return slopes;
    }

    private static Dataset shifted(Dataset rows, int feature, double by) {
        double[] shift = new double[rows.shape().length()];
        shift[feature] = -by; // an affine view subtracts its shift
        double[] scale = new double[shift.length];
        Arrays.fill(scale, 1);
        return rows.withFeatures(Features.affine(rows.features(), shift, scale));
    }

    private static Model everyLayer(Random random) {
        Network network = EveryLayer.NETWORK;
        return new Model(
                network,
                random.doubles(network.layout().length(), -0.5, 0.5).toArray(),
                random.doubles(network.statistics().length(), 0.5, 1.5).toArray());
    }

    private static Dataset rows(Network network, int rows, Random random) {
        int width = network.input().length();
        return Dataset.of(
                "random",
                network.input(),
                Features.of(random.doubles((long) rows * width, -1, 1).toArray(), width),
                Targets.classes(random.ints(rows, 0, 3).toArray(), 3));
    }

    private static void assertClose(double[][] found, double[][] expected, double tolerance) {
        double size = Arrays.stream(expected)
                .flatMapToDouble(Arrays::stream)
                .map(Math::abs)
                .max()
                .orElse(0);
        assertThat(size).isGreaterThan(1e-3);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).containsExactly(expected[i], within(tolerance * size));
        }
    }
}
