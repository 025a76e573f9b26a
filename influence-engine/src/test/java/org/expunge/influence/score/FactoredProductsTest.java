package org.expunge.influence.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.GradientBatch;
import org.expunge.influence.gradient.GradientView;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.gradient.RowWindow;
import org.expunge.influence.gradient.WorkerScratch;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Convolution2D;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Padding;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.training.Checkpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Products formed from a layer's inputs and deltas against written gradients, and the mistakes that this is for. */
class FactoredProductsTest {
    private static final double TOLERANCE = 1e-12;

    private final Engine engine = SmallProblems.reference(2, 4);
    private final Model model = model();
    private final Dataset train = SmallProblems.rows(model, 9, 3);
    private final Dataset queries = SmallProblems.rows(model, 5, 4);

    @AfterEach
    void close() {
        engine.close();
    }

    /** A convolution of a 3 × 2 window over 2 channels, and two dense layers of the same shape. */
    private static Model model() {
        Network network = Network.builder(new Shape(2, 4, 3))
                .add("convolution", new Convolution2D(2, 3, 2, 1, 1, Padding.none(), 1, 1, true))
                .add("tanh", new ActivationLayer(Activation.TANH))
                .add("first", new Dense(8))
                .add("softplus", new ActivationLayer(Activation.SOFTPLUS))
                .add("second", new Dense(8))
                .add("swish", new ActivationLayer(Activation.SWISH))
                .add("output", new Dense(3))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
        double[] parameters = new double[network.layout().length()];
        Arrays.setAll(parameters, j -> 0.7 * Math.sin(1.3 * j + 0.4));
        return new Model(network, parameters, new double[0]);
    }

    private Scores products() {
        return new InnerProduct(engine, model, InnerProduct.Options.DEFAULT).score(train, queries);
    }

    @Test
    void productsAreThoseOfTheWrittenGradients() {
        assertThat(distance(UnaryOperator.identity())).isLessThanOrEqualTo(TOLERANCE);
    }

    @Test
    void patchesInAnotherOrderOrAnotherLayersGradientsWouldBeSeen() {
        assertThat(distance(this::patchesInAnotherOrder)).isGreaterThan(1e-3);
        assertThat(distance(this::layersMixedUp)).isGreaterThan(1e-3);
    }

    /** Relative distance of the scores from products of written gradients, of which the rows' are changed. */
    private double distance(UnaryOperator<double[]> mutant) {
        double[][] g = new PerExample(engine).gradients(model, train);
        double[][] h = new PerExample(engine).gradients(model, queries);
        Scores products = products();
        double difference = 0;
        double size = 0;
        for (int q = 0; q < h.length; q++) {
            for (int i = 0; i < g.length; i++) {
                double expected = dot(mutant.apply(g[i]), h[q]);
                difference += Math.pow(products.score(q, i) - expected, 2);
                size += expected * expected;
            }
        }
        return Math.sqrt(difference / size);
    }

    /** W as [out, kH, kW, in] where [out, in, kH, kW] is meant. */
    private double[] patchesInAnotherOrder(double[] gradient) {
        ParameterLayout.Entry w = model.network().layout().entry("convolution.W");
        double[] mixed = gradient.clone();
        for (int out = 0; out < 2; out++) {
            for (int in = 0; in < 2; in++) {
                for (int k = 0; k < 6; k++) {
                    mixed[w.offset() + out * 12 + k * 2 + in] = gradient[w.offset() + out * 12 + in * 6 + k];
                }
            }
        }
        return mixed;
    }

    private double[] layersMixedUp(double[] gradient) {
        ParameterLayout.Entry first = model.network().layout().entry("first.b");
        ParameterLayout.Entry second = model.network().layout().entry("second.b");
        double[] mixed = gradient.clone();
        System.arraycopy(gradient, second.offset(), mixed, first.offset(), second.length());
        System.arraycopy(gradient, first.offset(), mixed, second.offset(), second.length());
        return mixed;
    }

    @Test
    void selfInfluenceIsTheDiagonalOfAllPairs() {
        List<Checkpoint> one = List.of(new Checkpoint(1, 1, 0.5, 10, model));
        Scores pairs = new TracInCp(engine, one, TracInCp.Options.DEFAULT).score(train, train);

        double[] self = new SelfInfluence(engine, one, Weighting.LEARNING_RATE).scores(train);

        for (int i = 0; i < self.length; i++) {
            assertThat(pairs.score(i, i)).isCloseTo(self[i], within(TOLERANCE));
        }
    }

    @Test
    void layersAddUpToTheWhole() {
        Scores whole = products();
        double[] sums = new double[9 * 5];

        for (int node : model.network().parametricNodes()) {
            double[] part = productsOf(new GradientView(List.of(node), false, false));
            Arrays.setAll(sums, i -> sums[i] + part[i]);
        }

        for (int i = 0; i < sums.length; i++) {
            assertThat(sums[i]).isCloseTo(whole.score(i % 5, i / 5), within(TOLERANCE));
        }
    }

    private double[] productsOf(GradientView view) {
        double[] products = new double[9 * 5];
        try (Weights weights = Weights.of(engine.compute(), model);
                GradientBatch batch = GradientBatch.of(engine, weights, queries, view);
                Passes passes = new Passes(engine, weights);
                WorkerScratch scratch = new WorkerScratch(engine)) {
            passes.forEachTile(train, (worker, pass, from) -> {
                double[] tile;
                try (RowWindow window = batch.window(4);
                        Sums found = engine.compute().sums(4 * 5)) {
                    view.backward(pass, (node, layer, slot) -> {
                        batch.collect(node, layer, slot, scratch.of(worker), window, 0, found, null, 0);
                        batch.contract(node, window, scratch.of(worker), found);
                    });
                    tile = found.toArray();
                    view.nodes().forEach(node -> batch.contractSparse(node, window, tile));
                }
                for (int i = 0; i < pass.batch() * 5; i++) {
                    products[from * 5 + i] = tile[i % 5 * 4 + i / 5];
                }
            });
        }
        return products;
    }

    /** δ is linear in a one-hot target: a query with the mean of two targets scores the mean of theirs. */
    @Test
    void scoresAreLinearInTheQuerysGradient() {
        Dataset query = queries.select(new int[] {0});
        double[][] rows = new double[3][];
        double[][] targets = {{1, 0, 0}, {0, 0, 1}, {0.25, 0, 0.75}};
        for (int k = 0; k < 3; k++) {
            Dataset labelled = query.withTargets(Targets.real(targets[k], 3));
            rows[k] = new InnerProduct(engine, model, InnerProduct.Options.DEFAULT)
                    .score(train, labelled)
                    .row(0);
        }

        for (int i = 0; i < 9; i++) {
            assertThat(rows[2][i]).isCloseTo(0.25 * rows[0][i] + 0.75 * rows[1][i], within(TOLERANCE));
        }
        assertThat(rows[0][0]).isNotCloseTo(rows[1][0], within(1e-3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"inner-product", "cosine", "gas", "gas-l", "tracin-cp", "tracin-last"})
    void aRowThatComesTwiceHasTheSameScoresTwice(String method) {
        Dataset twins = train.concat(train.select(new int[] {4}).withIds(List.of("twin")));

        Scores scores = estimator(method, engine).score(twins, queries);

        for (int q = 0; q < 5; q++) {
            assertThat(scores.score(q, 9)).isCloseTo(scores.score(q, 4), within(TOLERANCE));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "7, 1", "64, 1", "9, 1", "4, 1", "4, 5"})
    void scoresDoNotDependOnTilesAndToTheBitNotOnWorkers(int tile, int workers) {
        for (String method : List.of("inner-product", "gas", "gas-l", "tracin-last")) {
            Scores expected = estimator(method, engine).score(train, queries);
            try (Engine other = SmallProblems.reference(workers, tile)) {
                Scores scores = estimator(method, other).score(train, queries);
                for (int q = 0; q < 5; q++) {
                    double error = tile == 4 ? 0 : TOLERANCE;
                    assertThat(scores.row(q)).containsExactly(expected.row(q), within(error));
                }
            }
        }
    }

    private Estimator estimator(String method, Engine on) {
        List<Checkpoint> one = List.of(new Checkpoint(1, 1, 0.5, 10, model));
        TrajectoryEstimator.Options options = TrajectoryEstimator.Options.DEFAULT;
        return switch (method) {
            case "inner-product" -> new InnerProduct(on, model, options);
            case "cosine" -> new Cosine(on, model, options);
            case "gas" -> new Gas(on, one, options);
            case "gas-l" -> new GasL(on, one, options);
            case "tracin-cp" -> new TracInCp(on, one, options);
            default -> new TracInLast(on, one, options);
        };
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }
}
