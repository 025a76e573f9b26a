package org.expunge.influence.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.Directions;
import org.expunge.influence.gradient.Output;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Weights;
import org.expunge.influence.network.preset.Presets;
import org.expunge.influence.testkit.CudaTesting;
import org.expunge.influence.testkit.EmulatorCounts;
import org.expunge.influence.testkit.WithoutGraphs;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.Progress;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.influence.training.TrainingState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How many calls the driver and the libraries get, by the emulator's count, once everything is prepared: with graphs
 * and kernel by kernel. The numbers do not depend on sizes.
 */
@Tag("gpu")
class DriverCallsTest {
    private static final int TILE = 2;
    private static final int TILES_OF_WINDOW = 8;
    private static final int PREPARED = 3;
    private static final Network LENET = Presets.lenet(SmallNetworks.IMAGE, SmallNetworks.CLASSES);
    private static final Network RESNET = Presets.resnet8(SmallNetworks.IMAGE, SmallNetworks.CLASSES);

    private CudaCompute compute;

    @BeforeEach
    void open() {
        EmulatorCounts.assumeCounted();
        compute = CudaTesting.open(CudaOptions.DEFAULT);
    }

    @AfterEach
    void close() {
        compute.close();
    }

    /** Returns the calls of one round more than {@link #PREPARED}, when the rows of both are on the device. */
    private static long callsOfOneMore(IntConsumer rounds) {
        rounds.accept(PREPARED + 1);
        rounds.accept(PREPARED);
        long start = EmulatorCounts.calls();
        rounds.accept(PREPARED);
        long fewer = EmulatorCounts.calls() - start;
        start = EmulatorCounts.calls();
        rounds.accept(PREPARED + 1);
        return EmulatorCounts.calls() - start - fewer;
    }

    /** Dots of a window of eight tiles with some directions: the way of influence scores. */
    private static long callsOfWindow(Compute on, Network network) {
        Model model = Initializer.XAVIER.initialise(network, 3);
        Random random = new Random(5);
        double[][] vectors = new double[4][network.layout().length()];
        for (double[] vector : vectors) {
            Arrays.setAll(vector, i -> random.nextGaussian());
        }
        int window = TILES_OF_WINDOW * TILE;
        Dataset data = SmallNetworks.rows(network, (PREPARED + 1) * window);
        try (Workers workers = new Workers(1);
                Weights weights = Weights.of(on, model);
                Directions directions = Directions.of(on, network, vectors)) {
            Engine engine = new Engine(on, workers, TILE);
            return callsOfOneMore(
                    windows -> directions.dots(engine, weights, first(data, windows * window), Output.LOSS, window));
        }
    }

    private static Dataset first(Dataset data, int rows) {
        return data.select(IntStream.range(0, rows).toArray());
    }

    /** Returns the most calls from one step to the next, of those that are neither among the first nor the last. */
    private static long callsOfStep(Compute on, Network network) {
        Model model = Initializer.XAVIER.initialise(network, 3);
        Dataset data = SmallNetworks.rows(network, 2 * PREPARED * TILE);
        TrainingOptions options = TrainingOptions.DEFAULT
                .withEpochs(1)
                .withBatchSize(TILE)
                .withL2(1e-4)
                .withCheckpoints(CheckpointPolicy.lastOnly());
        List<Long> calls = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void onStep(Progress progress, Supplier<TrainingState> state) {
                calls.add(EmulatorCounts.calls());
            }
        };
        try (Workers workers = new Workers(1)) {
            Trainer trainer = new Trainer(new Engine(on, workers, TILE), options);
            trainer.train(model, data, data.select(new int[0]), listener); // brings the rows
            calls.clear();
            trainer.train(model, data, data.select(new int[0]), listener);
        }
        return IntStream.range(PREPARED, 2 * PREPARED - 1)
                .mapToLong(step -> calls.get(step) - calls.get(step - 1))
                .max()
                .orElseThrow();
    }

    @Test
    void givesAWindowOfTilesToTheDeviceInFewCalls() {
        long lenet = callsOfWindow(compute, LENET);

        assertThat(lenet).isLessThanOrEqualTo(60);
        assertThat(callsOfWindow(WithoutGraphs.of(compute), LENET)).isGreaterThan(5 * lenet);
        assertThat(callsOfWindow(compute, RESNET)).isLessThanOrEqualTo(90);
    }

    @Test
    void takesAStepInFewCalls() {
        long resnet = callsOfStep(compute, RESNET);

        assertThat(resnet).isLessThanOrEqualTo(16);
        assertThat(callsOfStep(WithoutGraphs.of(compute), RESNET)).isGreaterThan(20 * resnet);
        assertThat(callsOfStep(compute, LENET)).isLessThanOrEqualTo(15);
    }
}
