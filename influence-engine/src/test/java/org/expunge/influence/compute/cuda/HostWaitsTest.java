package org.expunge.influence.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.MinibatchPass;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Weights;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.BatchNormalization;
import org.expunge.influence.network.layer.Convolution2D;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.LayerNormalization;
import org.expunge.influence.network.layer.Padding;
import org.expunge.influence.network.layer.Pooling2D;
import org.expunge.influence.network.layer.PoolingKind;
import org.expunge.influence.score.Cosine;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.InnerProduct;
import org.expunge.influence.testkit.CudaTesting;
import org.expunge.influence.testkit.EmulatorCounts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How often the host waits for the device, by the emulator's count: per window and minibatch, whatever is in them. */
@Tag("gpu")
class HostWaitsTest {
    private static final int TILE = 64;
    /** As many tiles as a window takes. */
    private static final int WINDOW = 8 * TILE;

    private Engine engine;

    @BeforeEach
    void open() {
        EmulatorCounts.assumeCounted();
        engine = new Engine(CudaTesting.open(), new Workers(1), TILE);
    }

    /** Convolution, pooling and dense layers, with blocks of convolution, normalisation and ReLU between. */
    private static Network network(int blocks, boolean hasNormalization) {
        Network.Builder builder = Network.builder(new Shape(1, 8, 8))
                .add("first", new Convolution2D(2, 3, 1, Padding.same()))
                .add("pool", new Pooling2D(PoolingKind.MAX, 2));
        for (int i = 0; i < blocks; i++) {
            builder.add("convolution" + i, new Convolution2D(2, 3, 1, Padding.same()));
            if (hasNormalization) {
                builder.add("batch" + i, BatchNormalization.DEFAULT).add("layer" + i, LayerNormalization.DEFAULT);
            }
            builder.add("relu" + i, new ActivationLayer(Activation.RELU));
        }
        return builder.add("dense", new Dense(4))
                .add("tanh", new ActivationLayer(Activation.TANH))
                .add("output", new Dense(3))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
    }

    private static Dataset rows(int count) {
        Random random = new Random(count);
        double[] y = new double[3 * count];
        for (int i = 0; i < count; i++) {
            y[3 * i + random.nextInt(3)] = 1;
        }
        return Dataset.of(
                "rows",
                new Shape(1, 8, 8),
                Features.of(random.doubles(64L * count, -1, 1).toArray(), 64),
                Targets.real(y, 3));
    }

    /** Returns the waits of one call after another that has compiled and allocated what it needs. */
    private static long waitsOf(Runnable call) {
        call.run();
        long before = EmulatorCounts.waits();
        call.run();
        return EmulatorCounts.waits() - before;
    }

    private long waitsOfScores(Function<Model, Estimator> estimator, Network network, int rows) {
        Model model = Initializer.XAVIER.initialise(network, 1);
        Dataset train = rows(rows);
        Dataset queries = rows(3);
        return waitsOf(() -> estimator.apply(model).score(train, queries));
    }

    /** Two: for the queries' norms and for the scores of the window, behind which graphs are closed without a wait. */
    @Test
    void waitsOnceForTheScoresOfAWindow() {
        ToLongFunction<Integer> deep = rows -> waitsOfScores(this::innerProduct, network(4, true), rows);
        long one = deep.applyAsLong(WINDOW);

        assertThat(one).isEqualTo(2);
        assertThat(waitsOfScores(this::innerProduct, network(1, false), WINDOW)).isEqualTo(one);
        assertThat(deep.applyAsLong(2 * TILE)).isEqualTo(one);
        assertThat(deep.applyAsLong(WINDOW + TILE)).isEqualTo(one + 1);
    }

    @Test
    void waitsOnceForTheCosinesOfAWindow() {
        long one = waitsOfScores(this::cosine, network(4, true), WINDOW);

        assertThat(one).isEqualTo(2);
        assertThat(waitsOfScores(this::cosine, network(1, false), 2 * TILE)).isEqualTo(one);
        assertThat(waitsOfScores(this::cosine, network(4, true), WINDOW + TILE)).isEqualTo(one + 1);
    }

    private Estimator innerProduct(Model model) {
        return new InnerProduct(engine, model, InnerProduct.Options.DEFAULT);
    }

    private Estimator cosine(Model model) {
        return new Cosine(engine, model, Cosine.Options.DEFAULT);
    }

    @Test
    void waitsOnceForTheLossesOfAMinibatch() {
        assertThat(waitsOfMinibatch(network(3, true), 3 * TILE)).isEqualTo(1);
        assertThat(waitsOfMinibatch(network(1, true), TILE)).isEqualTo(1);
        assertThat(waitsOfMinibatch(network(2, false), 2 * TILE)).isEqualTo(1);
    }

    private long waitsOfMinibatch(Network network, int examples) {
        Dataset data = rows(examples);
        int[] rows = new int[examples];
        Arrays.setAll(rows, i -> i);
        double[] losses = new double[examples];
        try (Weights weights = Weights.of(engine.compute(), Initializer.XAVIER.initialise(network, 1));
                MinibatchPass pass = new MinibatchPass(engine, weights, examples)) {
            return waitsOf(() -> {
                pass.run(data, rows, 0, examples, 7, losses);
                pass.updateStatistics();
            });
        }
    }
}
