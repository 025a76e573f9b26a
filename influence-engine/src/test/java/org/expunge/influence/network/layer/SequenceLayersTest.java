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
import org.expunge.influence.testkit.SequenceLayers;
import org.expunge.influence.testkit.TestBackends;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** All kinds of layers of sequences in one network, with branches. */
@Tag(TestBackends.TAG)
class SequenceLayersTest {
    private static final Network NETWORK = SequenceLayers.NETWORK;

    /** 10 layers of sums of up to 20 terms, each rounded once: 10 · √20 · u ≈ 45 u; the norms square some of it. */
    private static final double FLOAT_TOLERANCE = 300 * Precision.FLOAT32.unitRoundoff();

    private static final int BATCH = 5;

    private final Random random = new Random(5);
    private final Model model = LayerChecks.randomModel(NETWORK, random);
    private final Dataset data = SequenceLayers.rows(9, random);

    @Test
    void derivativesAgreeWithDifferences() {
        LayerChecks.checkTokens(NETWORK, data);
    }

    @Test
    void passesInFloatAgreeWithPassesInDouble() {
        double[] v = random.doubles(NETWORK.layout().length(), -1, 1).toArray();

        double[][] exact = pass(Backends.create("reference"), v);
        double[][] rounded = pass(TestBackends.rounded(), v);

        for (int i = 0; i < exact.length; i++) {
            double size = Arrays.stream(exact[i]).map(Math::abs).max().orElse(0);
            assertThat(size).isGreaterThan(1e-3);
            assertThat(rounded[i]).containsExactly(exact[i], within(FLOAT_TOLERANCE * size));
        }
    }

    @Test
    void trainingDoesNotDependOnTilesAndWorkers() {
        TrainingChecks.Step whole = TrainingChecks.step(model, data, 32, 1);
        TrainingChecks.Step cut = TrainingChecks.step(model, data, 2, 2);

        assertThat(cut.losses()).containsExactly(whole.losses(), within(1e-12));
        assertThat(cut.gradient()).containsExactly(whole.gradient(), within(1e-12));
    }

    /** Returns gradient sum, dots, squared norms and tangent of five rows. */
    private double[][] pass(Compute backend, double[] v) {
        double[] tangent = new double[NETWORK.outputs() * BATCH];
        try (Compute compute = backend;
                Weights weights = Weights.of(compute, model);
                Pass pass = new Pass(compute, weights, BATCH + 2);
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
            return new double[][] {sums.read(), dots.toArray(), norms.toArray(), tangent};
        }
    }
}
