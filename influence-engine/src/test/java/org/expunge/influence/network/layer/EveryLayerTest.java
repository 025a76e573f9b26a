package org.expunge.influence.network.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Precision;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.GradientSum;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Pass;
import org.expunge.influence.network.Tensors;
import org.expunge.influence.network.Weights;
import org.junit.jupiter.api.Test;

/** All kinds of layers in one network, with strides, dilation, uneven padding, branches and short tiles. */
class EveryLayerTest {
    private static final Network NETWORK = Network.builder(new Shape(2, 6, 5))
            .add("padded", new ZeroPadding(1, 0, 0, 2))
            .add("conv", new Convolution2D(3, 3, 2, 1, 1, Padding.same(), 1, 2, true))
            .add("norm", new BatchNormalization(0.1, 0.8, false))
            .add("elu", new ActivationLayer(Activation.ELU))
            .add("max", new Pooling2D(PoolingKind.MAX, 3, 2, 2, 1, Padding.symmetric(1, 0), 1, 1, false))
            .add(
                    "average",
                    new Pooling2D(PoolingKind.AVERAGE, 3, 2, 2, 1, Padding.symmetric(1, 0), 1, 1, false),
                    List.of("elu"))
            .add("merged", new Merge(), List.of("average", "max"))
            .add("pointwise", new Convolution2D(4, 1, 1, 1, 1, Padding.none(), 1, 1, false))
            .add("strided", new Convolution2D(4, 1, 2, Padding.symmetric(0, 1)))
            .add("swish", new ActivationLayer(Activation.SWISH))
            .add("last", new ChannelsLast())
            .add("dropout", new Dropout(0.7))
            .add("dense", new Dense(12))
            .add("image", new Reshape(new Shape(3, 2, 2)))
            .add("fixed", new BatchNormalization(0.2, 0.8, true))
            .add("sum", new Add(), List.of("fixed", "image"))
            .add("first", new ChannelsFirst(new Shape(2, 3, 2)))
            .add("global", new GlobalPooling(PoolingKind.SUM))
            .add("output", new Dense(3, false))
            .build(Loss.SOFTMAX_CROSS_ENTROPY);

    /** 20 layers of sums of up to 60 terms, each rounded once: 20 · √60 · u ≈ 155 u, doubled for the condition. */
    private static final double FLOAT_TOLERANCE = 300 * Precision.FLOAT32.unitRoundoff();

    private static final int BATCH = 5;

    private final Random random = new Random(11);
    private final Model model = LayerChecks.randomModel(NETWORK, random);
    private final Dataset data = LayerChecks.randomData(NETWORK, 9, random);

    @Test
    void derivativesAgreeWithDifferencesInInference() {
        LayerChecks.check(NETWORK);
    }

    @Test
    void derivativesAgreeWithDifferencesInTraining() {
        TrainingChecks.check(NETWORK, entry -> entry.name().equals("conv.b"));
    }

    @Test
    void trainingInFloatAgreesWithTrainingInDouble() {
        TrainingChecks.Step exact = TrainingChecks.step(model, data, 3, 2);
        TrainingChecks.Step rounded = TrainingChecks.step(Backends.create("cpu"), model, data, 3, 2);

        assertClose(rounded.losses(), exact.losses());
        assertClose(rounded.gradient(), exact.gradient());
        assertClose(rounded.statistics(), exact.statistics());
    }

    @Test
    void passesInFloatAgreeWithPassesInDouble() {
        double[] v = random.doubles(NETWORK.layout().length(), -1, 1).toArray();

        double[][] exact = pass(Backends.create("reference"), v);
        double[][] rounded = pass(Backends.create("cpu"), v);

        for (int i = 0; i < exact.length; i++) {
            assertClose(rounded[i], exact[i]);
        }
    }

    /** Returns gradient sum, dots, squared norms, input derivatives and tangent of five rows. */
    private double[][] pass(Compute backend, double[] v) {
        double[] dots = new double[BATCH];
        double[] norms = new double[BATCH];
        double[] tangent = new double[NETWORK.outputs() * BATCH];
        try (Compute compute = backend;
                Weights weights = Weights.of(compute, model);
                Pass pass = new Pass(compute, weights, BATCH + 2, true);
                Tensors direction = Tensors.of(compute, NETWORK.layout(), v);
                Tensors sums = new Tensors(compute, NETWORK.layout())) {
            pass.load(data, new int[] {8, 0, 3, 4, 5, 2}, 1, 1 + BATCH);
            pass.forward();
            pass.tangent(direction);
            compute.read(pass.outputTangent(), 0, tangent, 0, tangent.length);
            pass.lossDelta();
            pass.backward(new GradientSum(sums).and((node, layer, slot) -> {
                layer.addGradientDots(slot, direction.of(node), dots, 0);
                layer.addSquaredNorms(slot, norms, 0);
            }));
            double[] inputs = Arrays.stream(pass.inputDelta())
                    .flatMapToDouble(Arrays::stream)
                    .toArray();
            return new double[][] {sums.read(), dots, norms, inputs, tangent};
        }
    }

    private static void assertClose(double[] actual, double[] expected) {
        double size = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        assertThat(size).isGreaterThan(1e-3);
        assertThat(actual).containsExactly(expected, within(FLOAT_TOLERANCE * size));
    }
}
