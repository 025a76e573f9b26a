package org.expunge.influence.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.preset.Presets;
import org.expunge.influence.testkit.CudaTesting;
import org.expunge.influence.testkit.WithoutGraphs;
import org.expunge.influence.training.EpochMetrics;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.influence.training.TrainingResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A training by graphs takes bit for bit the steps that one kernel by kernel takes. */
@Tag("gpu")
class GraphedTrainingTest {
    private static final int BATCH = 6;
    private static final int ROWS = 3 * BATCH + 2;

    private final CudaCompute compute = CudaTesting.open(CudaOptions.DEFAULT);

    @AfterEach
    void close() {
        compute.close();
    }

    static Stream<Arguments> trainings() {
        Network lenet = Presets.lenet(SmallNetworks.IMAGE, SmallNetworks.CLASSES);
        Network resnet = Presets.resnet8(SmallNetworks.IMAGE, SmallNetworks.CLASSES);
        Network text = SmallNetworks.text();
        Network dropout = SmallNetworks.dropout();
        Network small = SmallNetworks.convolution();
        return Stream.of(
                Arguments.of("lenet", lenet, Optimizer.Kind.NESTEROV, 1, BATCH),
                Arguments.of("resnet8", resnet, Optimizer.Kind.NESTEROV, 1, BATCH),
                Arguments.of("resnet8 in tiles of one worker", resnet, Optimizer.Kind.ADAM, 1, 4),
                Arguments.of("resnet8 in tiles of two workers", resnet, Optimizer.Kind.MOMENTUM, 2, 4),
                Arguments.of("text", text, Optimizer.Kind.ADAM, 2, BATCH),
                Arguments.of("dropout", dropout, Optimizer.Kind.SGD, 2, 3),
                Arguments.of("small by sgd", small, Optimizer.Kind.SGD, 2, 2),
                Arguments.of("small by adam", small, Optimizer.Kind.ADAM, 1, BATCH),
                Arguments.of("small by adamw", small, Optimizer.Kind.ADAMW, 1, BATCH));
    }

    @ParameterizedTest
    @MethodSource("trainings")
    void takesTheSameSteps(String name, Network network, Optimizer.Kind kind, int workers, int tile) {
        Compute plain = WithoutGraphs.of(compute);

        assertThat(train(compute, network, kind, workers, tile)).isEqualTo(train(plain, network, kind, workers, tile));
    }

    /** Returns the loss of each epoch, then the parameters and the statistics; the rate changes with each step. */
    private static double[][] train(Compute on, Network network, Optimizer.Kind kind, int workers, int tile) {
        Dataset data = SmallNetworks.rows(network, ROWS);
        TrainingOptions options = TrainingOptions.DEFAULT
                .withOptimizer(Optimizer.of(kind))
                .withSchedule(Schedule.cosine(0.02))
                .withEpochs(3)
                .withBatchSize(BATCH)
                .withL2(1e-3);
        try (Workers threads = new Workers(workers)) {
            TrainingResult result = new Trainer(new Engine(on, threads, tile), options)
                    .train(
                            Initializer.XAVIER.initialise(network, 3),
                            data,
                            data.select(new int[0]),
                            TrainingListener.NONE);
            double[] losses = result.metrics().stream()
                    .mapToDouble(EpochMetrics::trainingLoss)
                    .toArray();
            return new double[][] {
                losses, result.model().parameters(), result.model().statistics()
            };
        }
    }
}
