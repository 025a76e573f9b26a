package org.expunge.influence.network.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Precision;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.GradientSum;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Pass;
import org.expunge.influence.network.Tensors;
import org.expunge.influence.network.Weights;
import org.expunge.influence.testkit.EveryLayer;
import org.expunge.influence.testkit.TestBackends;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** All kinds of layers in one network, with strides, dilation, uneven padding, branches and short tiles. */
@Tag(TestBackends.TAG)
class EveryLayerTest {
    private static final Network NETWORK = EveryLayer.NETWORK;

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
        TrainingChecks.Step rounded = TrainingChecks.step(TestBackends.rounded(), model, data, 3, 2);

        assertClose(rounded.losses(), exact.losses());
        assertClose(rounded.gradient(), exact.gradient());
        assertClose(rounded.statistics(), exact.statistics());
    }

    @Test
    void passesInFloatAgreeWithPassesInDouble() {
        double[] v = random.doubles(NETWORK.layout().length(), -1, 1).toArray();

        double[][] exact = pass(Backends.create("reference"), v);
        double[][] rounded = pass(TestBackends.rounded(), v);

        for (int i = 0; i < exact.length; i++) {
            assertClose(rounded[i], exact[i]);
        }
    }

    /** Returns gradient sum, dots, squared norms, input derivatives and tangent of five rows. */
    private double[][] pass(Compute backend, double[] v) {
        double[] tangent = new double[NETWORK.outputs() * BATCH];
        try (Compute compute = backend;
                Weights weights = Weights.of(compute, model);
                Pass pass = new Pass(compute, weights, BATCH + 2, true);
                Tensors direction = Tensors.of(compute, NETWORK.layout(), v);
                Tensors sums = new Tensors(compute, NETWORK.layout());
                Sums dots = compute.sums(BATCH);
                Sums norms = compute.sums(BATCH)) {
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
            return new double[][] {sums.read(), dots.toArray(), norms.toArray(), inputs, tangent};
        }
    }

    private static void assertClose(double[] actual, double[] expected) {
        double size = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        assertThat(size).isGreaterThan(1e-3);
        assertThat(actual).containsExactly(expected, within(FLOAT_TOLERANCE * size));
    }
}
