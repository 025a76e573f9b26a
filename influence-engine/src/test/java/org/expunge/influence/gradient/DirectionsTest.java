package org.expunge.influence.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Precision;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.Weights;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.testkit.TestBackends;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag(TestBackends.TAG)
class DirectionsTest {
    private static final int TILE = 4;

    private static Model model(String kind) {
        return kind.equals("dense") ? SmallProblems.dense(1) : SmallProblems.convolutional(1);
    }

    private static double[][] random(int count, int length) {
        Random random = new Random(7);
        double[][] vectors = new double[count][length];
        for (double[] vector : vectors) {
            Arrays.setAll(vector, i -> random.nextGaussian());
        }
        return vectors;
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    @ParameterizedTest(name = "{0} on {1}, {2} directions, {3} rows in windows of {4}")
    @CsvSource({
        "dense, reference, 1, 10, 4",
        "dense, reference, 200, 10, 8",
        "dense, cpu, 200, 23, 8",
        "convolutional, reference, 3, 1, 4",
        "convolutional, reference, 7, 23, 8",
        "convolutional, cpu, 7, 23, 24"
    })
    void productsEqualThoseOfWrittenGradients(String kind, String backend, int count, int n, int window) {
        Model model = model(kind);
        Dataset rows = SmallProblems.rows(model, n, 2);
        double[][] vectors = random(count, model.network().layout().length());
        try (Engine engine = new Engine(TestBackends.create(backend), new Workers(2), TILE);
                Weights weights = Weights.of(engine.compute(), model);
                Directions directions = Directions.of(engine.compute(), model.network(), vectors)) {
            double tolerance = engine.compute().precision() == Precision.FLOAT64 ? 1e-12 : 1e-4;
            double[][] gradients = new PerExample(engine).gradients(model, rows);

            double[] dots = directions.dots(engine, weights, rows, Output.LOSS, window);

            for (int q = 0; q < count; q++) {
                for (int i = 0; i < n; i++) {
                    assertThat(dots[q * n + i]).isCloseTo(dot(vectors[q], gradients[i]), within(tolerance));
                }
            }
        }
    }

    @Test
    void workersDoNotChangeABit() {
        Model model = model("convolutional");
        Dataset rows = SmallProblems.rows(model, 23, 2);
        double[][] vectors = random(5, model.network().layout().length());
        double[][] dots = new double[2][];
        for (int w = 0; w < 2; w++) {
            try (Engine engine = new Engine(TestBackends.rounded(), new Workers(1 + 2 * w), TILE);
                    Weights weights = Weights.of(engine.compute(), model);
                    Directions directions = Directions.of(engine.compute(), model.network(), vectors)) {
                dots[w] = directions.dots(engine, weights, rows, Output.LOSS, 8);
            }
        }

        assertThat(dots[1]).containsExactly(dots[0]);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-60, 1e60})
    void sizesBeyondFloatsDoNotMatter(double size) {
        Model model = model("dense");
        Dataset rows = SmallProblems.rows(model, 5, 2);
        double[][] vectors = random(2, model.network().layout().length());
        double[][] scaled = {
            vectors[0], Arrays.stream(vectors[1]).map(x -> size * x).toArray()
        };
        try (Engine engine = new Engine(TestBackends.rounded(), new Workers(1), TILE)) {
            double[][] dots = new PerExample(engine).dots(model, rows, Arrays.asList(vectors));
            double[][] others = new PerExample(engine).dots(model, rows, Arrays.asList(scaled));

            assertThat(others[0]).containsExactly(dots[0]);
            assertThat(Arrays.stream(others[1]).map(x -> x / size).toArray()).containsExactly(dots[1], within(1e-5));
        }
    }

    @Test
    void layersWithoutADirectionTakeNoPart() {
        Model model = model("convolutional");
        ParameterLayout.Entry weights = model.network().layout().entry("output.W");
        double[][] vectors = new double[2][model.network().layout().length()];
        vectors[1][weights.offset()] = 1;
        try (Engine engine = SmallProblems.reference(1, TILE);
                Directions directions = Directions.of(engine.compute(), model.network(), vectors)) {
            assertThat(directions.nodes()).containsExactly(weights.node());
        }
    }

    @ParameterizedTest(name = "{0} rows, {1} bytes")
    @CsvSource({"4000, 67108864, 500", "10, 67108864, 12", "1000, 800, 8", "1000, 1, 4", "1025, 67108864, 344"})
    void windowsAreEvenAndFitTheMemory(int rows, long bytes, int expected) {
        try (Engine engine = SmallProblems.reference(1, TILE)) {
            assertThat(RowWindow.suitableRows(engine, 10, rows, bytes)).isEqualTo(expected);
        }
    }

    @Test
    void refusesNoDirectionsAndPartsOfTiles() {
        Model model = model("dense");
        Dataset rows = SmallProblems.rows(model, 5, 2);
        try (Engine engine = SmallProblems.reference(1, TILE);
                Weights weights = Weights.of(engine.compute(), model);
                Directions directions = Directions.of(
                        engine.compute(),
                        model.network(),
                        random(1, model.network().layout().length()))) {
            assertThatThrownBy(() -> Directions.of(engine.compute(), model.network(), new double[0][]))
                    .hasMessage("there are no directions");
            assertThatThrownBy(() -> directions.dots(engine, weights, rows, Output.LOSS, 6))
                    .hasMessage("a window of 6 rows is not whole tiles of 4");
        }
    }
}
