package org.expunge.influence.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.expunge.influence.score.TwoCheckpoints.TOLERANCE;
import static org.expunge.influence.score.TwoCheckpoints.WEIGHTS;
import static org.expunge.influence.score.TwoCheckpoints.all;

import java.util.Arrays;
import java.util.List;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.testkit.TestBackends;
import org.expunge.influence.training.Checkpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag(TestBackends.TAG)
class TrajectoryEstimatorTest {
    private static final TrajectoryEstimator.Options DEFAULT = TrajectoryEstimator.Options.DEFAULT;

    private final TwoCheckpoints problem = new TwoCheckpoints();
    private final Engine engine = problem.engine;
    private final Model first = problem.first;
    private final Model second = problem.second;
    private final List<Checkpoint> checkpoints = problem.checkpoints;
    private final Dataset train = problem.train;
    private final Dataset queries = problem.queries;

    @AfterEach
    void close() {
        problem.close();
    }

    @Test
    void tracInCpIsTheWeighedSumOfInnerProducts() {
        Scores scores = new TracInCp(engine, checkpoints, DEFAULT).score(train, queries);

        double[] one = all(new InnerProduct(engine, first, DEFAULT).score(train, queries));
        double[] two = all(new InnerProduct(engine, second, DEFAULT).score(train, queries));
        double[] expected = new double[one.length];
        Arrays.setAll(expected, i -> 0.005 * one[i] + 0.002 * two[i]);
        assertThat(all(scores)).containsExactly(expected, within(TOLERANCE));
        assertThat(Arrays.stream(expected).map(Math::abs).max().orElseThrow()).isGreaterThan(1e-4);
    }

    @Test
    void uniformWeightsAverageTheCheckpoints() {
        Scores scores = new Gas(engine, checkpoints, DEFAULT.withWeighting(Weighting.UNIFORM)).score(train, queries);

        double[] one = all(new Cosine(engine, first, DEFAULT).score(train, queries));
        double[] two = all(new Cosine(engine, second, DEFAULT).score(train, queries));
        double[] expected = new double[one.length];
        Arrays.setAll(expected, i -> (one[i] + two[i]) / 2);
        assertThat(all(scores)).containsExactly(expected, within(TOLERANCE));
    }

    @Test
    void cosinesByLayerAreThoseOfTheWrittenGradients() {
        Scores scores = new GasL(engine, checkpoints.subList(0, 1), DEFAULT).score(train, queries);

        PerExample perExample = new PerExample(engine);
        double[][] g = perExample.gradients(first, train);
        double[][] h = perExample.gradients(first, queries);
        for (int q = 0; q < h.length; q++) {
            for (int i = 0; i < g.length; i++) {
                double expected = 0;
                for (int node : first.network().parametricNodes()) {
                    double[] a = part(first.network(), node, g[i]);
                    double[] b = part(first.network(), node, h[q]);
                    expected += dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
                }
                assertThat(scores.score(q, i)).isCloseTo(0.005 * expected, within(TOLERANCE));
            }
        }
    }

    @Test
    void aRowAgainstItselfReachesTheBoundAndNoPairPassesIt() {
        Scores gas = new Gas(engine, checkpoints, DEFAULT).score(train, train);
        Scores gasL = new GasL(engine, checkpoints, DEFAULT).score(train, train);
        int layers = first.network().parametricNodes().size();

        for (int i = 0; i < train.size(); i++) {
            assertThat(gas.score(i, i)).isCloseTo(WEIGHTS, within(TOLERANCE));
            assertThat(gasL.score(i, i)).isCloseTo(layers * WEIGHTS, within(TOLERANCE));
        }
        assertThat(all(gas)).satisfies(scores -> {
            assertThat(Arrays.stream(scores).map(Math::abs).max().orElseThrow())
                    .isLessThanOrEqualTo(WEIGHTS + TOLERANCE);
            assertThat(Arrays.stream(scores).min().orElseThrow()).isNegative();
        });
        assertThat(Arrays.stream(all(gasL)).map(Math::abs).max().orElseThrow())
                .isLessThanOrEqualTo(layers * WEIGHTS + TOLERANCE);
    }

    @Test
    void theScaleOfTheLossChangesTracInCpAndNotGas() {
        Model summed = regression(Loss.SQUARED_ERROR);
        Model averaged = regression(Loss.MEAN_SQUARED_ERROR); // the same loss divided by 2 outputs
        Dataset rows = Dataset.of(
                "rows",
                Shape.flat(3),
                Features.of(new double[] {1, 2, -1, 0.5, 0.1, 2, -1, 1, 1}, 3),
                Targets.real(new double[] {1, 0, -1, 2, 0.3, 0.4}, 2));

        double[] gas = all(new Gas(engine, checkpoint(summed), DEFAULT).score(rows, rows));
        double[] tracIn = all(new TracInCp(engine, checkpoint(summed), DEFAULT).score(rows, rows));

        assertThat(all(new Gas(engine, checkpoint(averaged), DEFAULT).score(rows, rows)))
                .containsExactly(gas, within(TOLERANCE));
        assertThat(all(new TracInCp(engine, checkpoint(averaged), DEFAULT).score(rows, rows)))
                .containsExactly(Arrays.stream(tracIn).map(s -> s / 4).toArray(), within(TOLERANCE));
        assertThat(Arrays.stream(tracIn).map(Math::abs).min().orElseThrow()).isGreaterThan(1e-3);
    }

    private static Model regression(Loss loss) {
        Network network =
                Network.builder(Shape.flat(3)).add("output", new Dense(2)).build(loss);
        return new Model(network, new double[] {0.1, 0.2, 0.3, -0.4, 0.5, -0.6, 0.7, -0.8}, new double[0]);
    }

    private static List<Checkpoint> checkpoint(Model model) {
        return List.of(new Checkpoint(0, 0, 1, 1, model));
    }

    @Nested
    class TheLastLayer {
        @Test
        void givesTheProductWithinThatLayer() {
            Scores scores = new TracInLast(engine, checkpoints.subList(0, 1), DEFAULT).score(train, queries);

            assertLastLayer(first, scores, 0.005);
            assertThat(scores.provenance().layers()).containsExactly("output");
            assertThat(scores.provenance().coveragePercent()).isCloseTo(100.0 * 183 / 246, within(1e-9));
        }

        @Test
        void isFoundUnderneathAnActivation() {
            Network network = Network.builder(Shape.flat(3))
                    .add("hidden", new Dense(4))
                    .add("output", new Dense(2))
                    .add("tanh", new ActivationLayer(Activation.TANH))
                    .build(Loss.SQUARED_ERROR);
            double[] parameters = new double[network.layout().length()];
            Arrays.setAll(parameters, i -> Math.sin(i + 1));
            Model model = new Model(network, parameters, new double[0]);
            Dataset rows = Dataset.of(
                    "rows",
                    Shape.flat(3),
                    Features.of(new double[] {1, 2, -1, 0.5, 0.1, 2}, 3),
                    Targets.real(new double[] {1, 0, -1, 2}, 2));

            Scores scores = new TracInLast(engine, checkpoint(model), DEFAULT).score(rows, rows);

            PerExample perExample = new PerExample(engine);
            double[][] g = perExample.gradients(model, rows);
            assertThat(scores.score(0, 1))
                    .isCloseTo(dot(part(network, 1, g[0]), part(network, 1, g[1])), within(TOLERANCE));
            assertThat(scores.score(0, 1)).isNotZero();
        }

        private void assertLastLayer(Model model, Scores scores, double weight) {
            PerExample perExample = new PerExample(engine);
            double[][] g = perExample.gradients(model, train);
            double[][] h = perExample.gradients(model, queries);
            int last = model.network().nodes().size() - 1;
            for (int q = 0; q < h.length; q++) {
                for (int i = 0; i < g.length; i++) {
                    double expected = dot(part(model.network(), last, g[i]), part(model.network(), last, h[q]));
                    assertThat(scores.score(q, i)).isCloseTo(weight * expected, within(TOLERANCE));
                }
            }
        }
    }

    @Nested
    class GradientsWithoutADirection {
        /** Rows whose target is what a network of zeros puts out have δ = 0. */
        private final Dataset rows = Dataset.of(
                "rows",
                Shape.flat(3),
                Features.of(new double[] {1, 2, -1, 0.5, 0.1, 2, -1, 1, 1}, 3),
                Targets.real(new double[] {0, 0, -1, 2, 0.3, 0.4}, 2));

        private final Model zeros = new Model(
                Network.builder(Shape.flat(3)).add("output", new Dense(2)).build(Loss.SQUARED_ERROR),
                new double[8],
                new double[0]);

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void scoreZeroAndAreCounted(boolean byLayer) {
            List<Checkpoint> twice = List.of(new Checkpoint(0, 0, 1, 1, zeros), new Checkpoint(1, 0, 1, 1, zeros));
            Estimator estimator = byLayer ? new GasL(engine, twice, DEFAULT) : new Gas(engine, twice, DEFAULT);

            Scores scores = estimator.score(rows, rows);

            assertThat(scores.row(0)).containsExactly(0, 0, 0);
            assertThat(scores.score(1, 0)).isZero();
            assertThat(scores.score(1, 1)).isCloseTo(2, within(TOLERANCE));
            assertThat(scores.provenance().skipped()).isEqualTo(new Provenance.Skipped(2, 2, 0, 0));
        }

        @Test
        void leaveTheOtherLayersOfARowToCount() {
            Network network = Network.builder(Shape.flat(3))
                    .add("dead", new Dense(2))
                    .add("relu", new ActivationLayer(Activation.RELU))
                    .add("output", new Dense(2))
                    .build(Loss.SQUARED_ERROR);
            double[] parameters = new double[network.layout().length()];
            Arrays.setAll(parameters, i -> 0.1);
            ParameterLayout.Entry bias = network.layout().entry("dead.b");
            Arrays.fill(parameters, bias.offset(), bias.offset() + 2, -100);

            Scores scores = new GasL(engine, checkpoint(new Model(network, parameters, new double[0])), DEFAULT)
                    .score(rows, rows);

            // only the output's bias has a gradient: δ = 2 (0.1 − y)
            double[] a = {0.2, 0.2};
            double[] b = {2.2, -3.8};
            double cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
            assertThat(scores.score(0, 1)).isCloseTo(cosine, within(TOLERANCE));
            assertThat(scores.score(1, 1)).isCloseTo(1, within(TOLERANCE));
            assertThat(scores.provenance().skipped().rowTerms()).isEqualTo(3);
        }

        @Test
        void areNotThoseOfSaturatedRows() {
            double[] parameters = first.parameters();
            parameters[first.network().layout().entry("output.b").offset()] = 300; // δ about exp(−300)
            Model saturated = first.withParameters(parameters);
            int[] fitted = java.util.stream.IntStream.range(0, train.size())
                    .filter(i -> train.label(i) == 0)
                    .toArray();
            Dataset rows = train.select(fitted);

            Scores scores = new Gas(engine, checkpoint(saturated), DEFAULT).score(rows, rows);

            assertThat(rows.size()).isGreaterThan(1);
            assertThat(scores.score(1, 1)).isCloseTo(1, within(TOLERANCE));
            assertThat(scores.provenance().skipped().rowTerms()).isZero();
            assertThat(scores.provenance().skipped().smallestRowDelta()).isBetween(1e-140, 1e-120);
        }
    }

    @Test
    void noRowsOrNoQueriesGiveAnEmptyTable() {
        Dataset none = train.select(new int[0]);
        Gas gas = new Gas(engine, checkpoints, DEFAULT);

        assertThat(gas.score(none, queries).row(2)).isEmpty();
        assertThat(gas.score(train, none).queries()).isZero();
    }

    @Test
    void valuesThatAreNotFiniteAreRefusedWithTheRow() {
        double[] x = new double[2 * 40];
        x[45] = Double.POSITIVE_INFINITY;
        Dataset bad =
                Dataset.of("bad", first.network().input(), Features.of(x, 40), Targets.classes(new int[] {0, 1}, 3));

        assertThatThrownBy(() -> new InnerProduct(engine, first, DEFAULT).score(bad, queries))
                .hasMessageContaining("row-1 for query row-0");
        assertThatThrownBy(() -> new Gas(engine, checkpoints, DEFAULT).score(bad, queries))
                .hasMessageContaining("row-1 for query row-0");
    }

    @Test
    void checkpointsThatCannotBeSummedAreRefused() {
        Model other = SmallProblems.dense(1);

        assertThatThrownBy(() -> new Gas(engine, List.of(), DEFAULT)).hasMessageContaining("no checkpoints");
        assertThatThrownBy(() -> new Gas(engine, List.of(new Checkpoint(0, 0, 0, 1, first)), DEFAULT))
                .hasMessageContaining("learning rate is 0");
        assertThatThrownBy(() ->
                        new Gas(engine, List.of(checkpoints.get(0), new Checkpoint(7, 1, 0.1, 20, other)), DEFAULT))
                .hasMessageContaining("iteration 7");
        assertThat(new Gas(engine, List.of(new Checkpoint(0, 0, 0, 1, first)), DEFAULT.withWeighting(Weighting.UNIFORM))
                        .score(train, queries)
                        .provenance()
                        .checkpoints())
                .containsExactly(new Provenance.UsedCheckpoint(0, 0, 0, 1));
    }

    private static double[] part(Network network, int node, double[] flat) {
        List<ParameterLayout.Entry> entries = network.layout().of(node);
        int from = entries.get(0).offset();
        int length = entries.stream().mapToInt(ParameterLayout.Entry::length).sum();
        return Arrays.copyOfRange(flat, from, from + length);
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }
}
