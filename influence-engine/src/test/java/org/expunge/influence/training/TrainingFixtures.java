package org.expunge.influence.training;

import java.util.SplittableRandom;
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
import org.expunge.influence.network.layer.BatchNormalization;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Dropout;

/** Small rows and networks whose trainings take milliseconds. */
final class TrainingFixtures {
    static final int WIDTH = 4;
    static final int CLASSES = 3;

    private TrainingFixtures() {}

    /** Double precision, tiles of 8 rows. */
    static Engine reference(int workers) {
        return new Engine(new ReferenceCompute(), new Workers(workers), 8);
    }

    /** Gaussian rows around one centre a class. */
    static Dataset blobs(int rows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] features = new double[rows * WIDTH];
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = i % CLASSES;
            for (int j = 0; j < WIDTH; j++) {
                features[i * WIDTH + j] = random.nextDouble() - 0.5 + (j == labels[i] ? 0.7 : 0);
            }
        }
        return Dataset.of("blobs", Shape.flat(WIDTH), Features.of(features, WIDTH), Targets.classes(labels, CLASSES));
    }

    static Dataset none() {
        return blobs(CLASSES, 1).select(new int[0]);
    }

    /** Dense, batch normalisation, tanh, dropout, dense: everything that a state must hold. */
    static Model everything(long seed) {
        Network network = Network.builder(Shape.flat(WIDTH))
                .add("dense0", new Dense(6))
                .add("norm", BatchNormalization.DEFAULT)
                .add("tanh", new ActivationLayer(Activation.TANH))
                .add("dropout", new Dropout(0.8))
                .add("dense1", new Dense(CLASSES))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
        return Initializer.XAVIER.initialise(network, seed);
    }

    static Model logistic(long seed) {
        Network network = Network.builder(Shape.flat(WIDTH))
                .add("dense", new Dense(CLASSES))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
        return Initializer.XAVIER.initialise(network, seed);
    }
}
