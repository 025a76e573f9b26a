package org.expunge.benchmarks.study;

import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.LoadedData;
import org.expunge.influence.data.RowSample;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Convolution2D;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Padding;
import org.expunge.influence.network.layer.Pooling2D;
import org.expunge.influence.network.layer.PoolingKind;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.EarlyStopping;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.unlearning.method.Retraining;

/**
 * Few images of clothes, halved to 14 × 14, and a convolutional network of 11 000 parameters trained on them until it
 * knows every one: the regime in which there is something to forget.
 *
 * @param train rows to learn from
 * @param validation rows that methods may decide by
 * @param test rows that nothing is decided by
 */
record FashionSetting(Dataset train, Dataset validation, Dataset test) {
    static final int EPOCHS = 100;
    static final int CLASSES = 10;

    private static final int VALIDATION_ROWS = 500;
    private static final int TEST_ROWS = 4000;
    private static final int SIDE = 28;
    private static final int HALF = SIDE / 2;

    /**
     * Reads the images and draws rows.
     *
     * @param directory holds Fashion-MNIST's IDX files
     * @param rows training rows to draw
     * @param seed decides which rows are drawn for training and validation; the test rows are the same for all seeds
     */
    static FashionSetting open(String directory, int rows, long seed) throws IOException {
        LoadedData loaded = DataSpec.parse("idx:" + directory).load();
        Dataset drawn = halved(RowSample.of(loaded.train(), rows + VALIDATION_ROWS, seed));
        int[] shuffled = new java.util.Random(seed)
                .ints(0, drawn.size())
                .distinct()
                .limit(drawn.size())
                .toArray();
        return new FashionSetting(
                drawn.select(Arrays.copyOf(shuffled, rows)),
                drawn.select(Arrays.copyOfRange(shuffled, rows, drawn.size())),
                halved(loaded.test()
                        .orElseThrow(() -> new IOException(directory + " holds no test images (t10k-*)"))
                        .select(IntStream.range(0, TEST_ROWS).toArray())));
    }

    /** The recipe of every model: Adam, 100 epochs, batches of 32. */
    static Retraining recipe(Engine engine, int epochs) {
        TrainingOptions options = new TrainingOptions(
                new Optimizer(Optimizer.Kind.ADAM, 0, 0.9, 0.999, 1e-8, 0),
                Schedule.constant(2e-3),
                epochs,
                32,
                0,
                CheckpointPolicy.DEFAULT,
                EarlyStopping.NONE,
                0);
        return (data, held, seed) -> new Trainer(engine, options.withSeed(seed))
                .train(Initializer.RELU.initialise(network(data.shape()), seed), data, held, TrainingListener.NONE);
    }

    private static Network network(Shape input) {
        return Network.builder(input)
                .add("conv0", new Convolution2D(8, 3, 1, Padding.same()))
                .add("relu0", new ActivationLayer(Activation.RELU))
                .add("pool0", new Pooling2D(PoolingKind.MAX, 2))
                .add("conv1", new Convolution2D(16, 3, 1, Padding.same()))
                .add("relu1", new ActivationLayer(Activation.RELU))
                .add("pool1", new Pooling2D(PoolingKind.MAX, 2))
                .add("dense", new Dense(64))
                .add("relu2", new ActivationLayer(Activation.RELU))
                .add("output", new Dense(CLASSES))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
    }

    /** Means of 2 × 2 pixels, from 0 to 1. */
    private static Dataset halved(Dataset images) {
        double[] all = new double[images.size() * HALF * HALF];
        for (int row = 0; row < images.size(); row++) {
            double[] image = images.row(row);
            for (int i = 0; i < HALF * HALF; i++) {
                int corner = i / HALF * 2 * SIDE + i % HALF * 2;
                double sum = image[corner] + image[corner + 1] + image[corner + SIDE] + image[corner + SIDE + 1];
                all[row * HALF * HALF + i] = sum / (4 * 255);
            }
        }
        return Dataset.of("fashion", new Shape(1, HALF, HALF), Features.of(all, HALF * HALF), images.targets())
                .withIds(images.ids());
    }
}
