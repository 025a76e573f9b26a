package org.expunge.unlearning;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.EarlyStopping;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.influence.training.TrainingResult;
import org.expunge.unlearning.method.Retraining;

/** Small problems and networks for the tests of this module. */
public final class Problems {
    /** Inputs of every problem. */
    public static final int INPUTS = 6;

    private static final int EPOCHS = 150;

    private Problems() {}

    /** Returns a double-precision engine with one worker. */
    public static Engine engine() {
        return new Engine(new ReferenceCompute(), new Workers(1), 16);
    }

    /**
     * Two classes that a plane separates, with a share of the labels flipped: a network that fits all training rows has
     * memorised those.
     */
    public static Dataset noisyClasses(String name, int rows, double flipped, long seed) {
        Random random = new Random(seed);
        double[] x = random.doubles((long) rows * INPUTS, -1, 1).toArray();
        int[] labels = IntStream.range(0, rows)
                .map(i -> x[i * INPUTS] + x[i * INPUTS + 1] > 0 != random.nextDouble() < flipped ? 1 : 0)
                .toArray();
        return Dataset.of(name, Shape.flat(INPUTS), Features.of(x, INPUTS), Targets.classes(labels, 2))
                .withIds(IntStream.range(0, rows).mapToObj(i -> name + i).toList());
    }

    /** Returns a network with one hidden layer, wide enough to memorise a hundred rows. */
    public static Network network() {
        return Network.builder(Shape.flat(INPUTS))
                .add("hidden", new Dense(24))
                .add("relu", new ActivationLayer(Activation.RELU))
                .add("output", new Dense(2))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
    }

    /** Returns a recipe that fits {@link #network} to every row it is given. */
    public static Retraining recipe(Engine engine) {
        return (train, validation, seed) -> train(engine, train, validation, seed);
    }

    /** Trains by {@link #recipe}. */
    public static TrainingResult train(Engine engine, Dataset train, Dataset validation, long seed) {
        TrainingOptions options = new TrainingOptions(
                new Optimizer(Optimizer.Kind.ADAM, 0, 0.9, 0.999, 1e-8, 0),
                Schedule.constant(0.01),
                EPOCHS,
                16,
                0,
                CheckpointPolicy.DEFAULT,
                EarlyStopping.NONE,
                seed);
        Model initial = Initializer.XAVIER.initialise(network(), seed);
        return new Trainer(engine, options).train(initial, train, validation, new TrainingListener() {});
    }

    /** Returns the first {@code count} row numbers. */
    public static int[] first(int count) {
        return IntStream.range(0, count).toArray();
    }

    /** Solves a small dense system by Gaussian elimination with pivoting; the arguments are left as they were. */
    public static double[] solve(double[][] matrix, double[] rightHandSide) {
        int n = rightHandSide.length;
        double[][] a = Arrays.stream(matrix).map(double[]::clone).toArray(double[][]::new);
        double[] b = rightHandSide.clone();
        for (int k = 0; k < n; k++) {
            int column = k;
            int pivot =
                    IntStream.range(k, n).reduce(k, (i, j) -> Math.abs(a[j][column]) > Math.abs(a[i][column]) ? j : i);
            double[] row = a[pivot];
            a[pivot] = a[k];
            a[k] = row;
            double value = b[pivot];
            b[pivot] = b[k];
            b[k] = value;
            for (int i = k + 1; i < n; i++) {
                double factor = a[i][k] / a[k][k];
                b[i] -= factor * b[k];
                for (int j = k; j < n; j++) {
                    a[i][j] -= factor * a[k][j];
                }
            }
        }
        for (int k = n - 1; k >= 0; k--) {
            for (int j = k + 1; j < n; j++) {
                b[k] -= a[k][j] * b[j];
            }
            b[k] /= a[k][k];
        }
        return b;
    }
}
