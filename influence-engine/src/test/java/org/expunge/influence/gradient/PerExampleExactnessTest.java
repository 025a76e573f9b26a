package org.expunge.influence.gradient;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.TensorSpec;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients of single rows against a loop over rows and against slopes; and the mistakes that these checks are for. */
class PerExampleExactnessTest {
    private static final int ROWS = 15;
    private static final double STEP = 1e-5;

    private static Model model(String kind) {
        return kind.equals("dense") ? SmallProblems.dense(1) : SmallProblems.convolutional(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dense", "convolutional"})
    void gradientsOfATileAreThoseOfALoopOverRows(String kind) {
        assertThat(distanceToLoop(model(kind), UnaryOperator.identity())).isLessThanOrEqualTo(1e-12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dense", "convolutional"})
    void gradientsAreTheSlopesAlongRandomDirections(String kind) {
        assertThat(distanceToSlopes(model(kind), UnaryOperator.identity())).isLessThanOrEqualTo(1e-6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dense", "convolutional"})
    void gradientsWithoutBiasesOrDividedByTheTileWouldBeSeen(String kind) {
        Model model = model(kind);
        UnaryOperator<double[]> divided =
                g -> Arrays.stream(g).map(v -> v / ROWS).toArray();

        assertThat(distanceToLoop(model, divided)).isGreaterThan(0.5);
        assertThat(distanceToSlopes(model, divided)).isGreaterThan(0.5);
        assertThat(distanceToSlopes(model, g -> withoutBiases(model, g))).isGreaterThan(1e-2);
    }

    private static double[] withoutBiases(Model model, double[] gradient) {
        double[] left = gradient.clone();
        for (ParameterLayout.Entry entry : model.network().layout().entries()) {
            if (entry.tensor().role() == TensorSpec.Role.BIAS) {
                Arrays.fill(left, entry.offset(), entry.offset() + entry.length(), 0);
            }
        }
        return left;
    }

    /** Relative Frobenius distance of a tile's gradients from those of one row at a time. */
    private static double distanceToLoop(Model model, UnaryOperator<double[]> mutant) {
        Dataset rows = SmallProblems.rows(model, ROWS, 2);
        try (Engine tile = SmallProblems.reference(1, ROWS);
                Engine loop = SmallProblems.reference(1, 1)) {
            double[][] gradients = new PerExample(tile).gradients(model, rows);
            double[][] expected = new double[ROWS][];
            for (int i = 0; i < ROWS; i++) {
                expected[i] = new PerExample(loop).gradients(model, rows.select(new int[] {i}))[0];
            }
            return distance(Arrays.stream(gradients).map(mutant).toArray(double[][]::new), expected);
        }
    }

    /** Relative distance of products with 20 directions from central differences along them. */
    private static double distanceToSlopes(Model model, UnaryOperator<double[]> mutant) {
        Dataset rows = SmallProblems.rows(model, ROWS, 2);
        Random random = new Random(6);
        try (Engine engine = SmallProblems.reference(1, 4)) {
            PerExample perExample = new PerExample(engine);
            double[][] gradients = perExample.gradients(model, rows);
            double[][] products = new double[20][ROWS];
            double[][] slopes = new double[20][ROWS];
            for (int k = 0; k < 20; k++) {
                double[] direction = new double[gradients[0].length];
                Arrays.setAll(direction, j -> random.nextGaussian());
                double[] above = losses(perExample, model, rows, direction, STEP);
                double[] below = losses(perExample, model, rows, direction, -STEP);
                for (int i = 0; i < ROWS; i++) {
                    products[k][i] = dot(mutant.apply(gradients[i]), direction);
                    slopes[k][i] = (above[i] - below[i]) / (2 * STEP);
                }
            }
            return distance(products, slopes);
        }
    }

    private static double[] losses(PerExample perExample, Model model, Dataset rows, double[] direction, double step) {
        double[] moved = model.parameters();
        Arrays.setAll(moved, j -> moved[j] + step * direction[j]);
        return perExample.losses(model.withParameters(moved), rows);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "7, 1", "64, 1", "15, 1", "7, 3"})
    void meansDoNotDependOnTilesOrWorkers(int tile, int workers) {
        assertThat(distanceOfMeans(tile, workers, false)).isLessThanOrEqualTo(1e-12);
    }

    /** 15 rows in tiles of 7: the last holds one row, which a mean of means would count seven times. */
    @ParameterizedTest
    @ValueSource(ints = 7)
    void aMeanOfTheTilesMeansWouldBeSeen(int tile) {
        assertThat(distanceOfMeans(tile, 1, true)).isGreaterThan(1e-2);
    }

    private static double distanceOfMeans(int tile, int workers, boolean isMeanOfMeans) {
        Model model = SmallProblems.convolutional(1);
        Dataset rows = SmallProblems.rows(model, ROWS, 2);
        try (Engine engine = SmallProblems.reference(workers, tile);
                Engine whole = SmallProblems.reference(1, ROWS)) {
            double[] mean =
                    isMeanOfMeans ? meanOfMeans(engine, model, rows) : new PerExample(engine).meanGradient(model, rows);
            double[][] gradients = new PerExample(whole).gradients(model, rows);
            double[] expected = new double[mean.length];
            for (double[] gradient : gradients) {
                Arrays.setAll(expected, j -> expected[j] + gradient[j] / ROWS);
            }
            return distance(new double[][] {mean}, new double[][] {expected});
        }
    }

    private static double[] meanOfMeans(Engine engine, Model model, Dataset rows) {
        double[] mean = new double[model.network().layout().length()];
        int tiles = (ROWS + engine.tile() - 1) / engine.tile();
        for (int t = 0; t < tiles; t++) {
            int from = t * engine.tile();
            int[] some =
                    IntStream.range(from, Math.min(ROWS, from + engine.tile())).toArray();
            double[] part = new PerExample(engine).meanGradient(model, rows.select(some));
            Arrays.setAll(mean, j -> mean[j] + part[j] / tiles);
        }
        return mean;
    }

    private static double distance(double[][] x, double[][] y) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x[i].length; j++) {
                difference += (x[i][j] - y[i][j]) * (x[i][j] - y[i][j]);
                size += y[i][j] * y[i][j];
            }
        }
        return Math.sqrt(difference / size);
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }
}
