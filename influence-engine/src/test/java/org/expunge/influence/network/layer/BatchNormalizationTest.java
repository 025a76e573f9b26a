package org.expunge.influence.network.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BatchNormalizationTest {
    private static final BatchNormalization NORM = new BatchNormalization(0.1, 0.9, false);
    private static final BatchNormalization FIXED = new BatchNormalization(0.1, 0.9, true);

    @Nested
    class InInference {
        @Test
        void derivativesAgreeWithDifferencesOnImages() {
            LayerChecks.check(new Shape(3, 2, 2), NORM);
        }

        @Test
        void derivativesAgreeWithDifferencesOnRows() {
            LayerChecks.check(Shape.flat(4), NORM);
        }

        @Test
        void derivativesAgreeWithDifferencesWithoutParameters() {
            LayerChecks.check(new Shape(3, 2, 2), FIXED);
        }
    }

    @Nested
    class InTraining {
        @Test
        void gradientIsThatOfTheWholeMinibatchOnImages() {
            TrainingChecks.check(convolutional(NORM, NORM), e -> e.name().equals("conv.b"));
        }

        @Test
        void gradientIsThatOfTheWholeMinibatchOnRows() {
            Network network = Network.builder(Shape.flat(3))
                    .add("dense", new Dense(4))
                    .add("norm", NORM)
                    .add("output", new Dense(2))
                    .build(Loss.MEAN_SQUARED_ERROR);

            TrainingChecks.check(network, e -> e.name().equals("dense.b"));
        }

        @Test
        void gradientPassesThroughANormalisationWithoutParameters() {
            TrainingChecks.check(convolutional(FIXED, FIXED), e -> e.name().equals("conv.b"));
        }

        /** Two normalisations on two branches, so that statistics of one tile wait for the others twice. */
        private Network convolutional(BatchNormalization first, BatchNormalization second) {
            return Network.builder(new Shape(2, 3, 3))
                    .add("conv", new Convolution2D(3, 2, 1, Padding.same()))
                    .add("first", first)
                    .add("tanh", new ActivationLayer(Activation.TANH))
                    .add("conv2", new Convolution2D(3, 3, 3, 1, 1, Padding.same(), 1, 1, false))
                    .add("second", second)
                    .add("sum", new Add(), List.of("tanh", "second"))
                    .add("output", new Dense(2))
                    .build(Loss.SOFTMAX_CROSS_ENTROPY);
        }
    }

    @Nested
    class RunningStatistics {
        @Test
        void moveTowardsMeanAndBiasedVarianceOfTheBatch() {
            Network network = Network.builder(Shape.flat(1)).add("norm", NORM).build(Loss.SQUARED_ERROR);
            Model model = new Model(network, new double[] {1, 0}, new double[] {5, 2});
            // rows 1 to 7 of nine are the minibatch: mean 4, biased variance 4
            double[] x = {100, 1, 2, 3, 4, 5, 6, 7, 100};
            Dataset data = Dataset.of("x", Shape.flat(1), Features.of(x, 1), Targets.real(new double[9], 1));

            double[] moved = TrainingChecks.step(model, data, 3, 2).statistics();

            assertThat(moved).containsExactly(new double[] {0.9 * 5 + 0.1 * 4, 0.9 * 2 + 0.1 * 4}, within(1e-12));
        }

        @Test
        void doNotEnterTheTrainingLoss() {
            Network network = Network.builder(Shape.flat(2)).add("norm", NORM).build(Loss.SQUARED_ERROR);
            Dataset data = LayerChecks.randomData(network, 9, new Random(3));
            Model model = new Model(network, new double[] {1, 2, 3, 4}, new double[] {0, 0, 1, 1});
            Model other = new Model(network, new double[] {1, 2, 3, 4}, new double[] {7, -7, 5, 9});

            assertThat(TrainingChecks.step(other, data, 4, 1).losses())
                    .containsExactly(TrainingChecks.step(model, data, 4, 1).losses());
        }
    }
}
