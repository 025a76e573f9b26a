package org.expunge.influence.network.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.expunge.influence.network.layer.LayerChecks.counting;
import static org.expunge.influence.network.layer.LayerChecks.outputOf;

import java.util.Arrays;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.junit.jupiter.api.Test;

class DropoutTest {
    @Test
    void doesNothingInInference() {
        LayerChecks.check(new Shape(2, 2, 2), new Dropout(0.5));
        assertThat(outputOf(Shape.flat(3), new Dropout(0.5), counting(3))).containsExactly(counting(3));
    }

    @Test
    void gradientInTrainingIsThatOfTheMaskedNetwork() {
        Network network = Network.builder(Shape.flat(3))
                .add("dense", new Dense(6))
                .add("tanh", new ActivationLayer(Activation.TANH))
                .add("drop", new Dropout(0.6))
                .add("output", new Dense(2))
                .build(Loss.MEAN_SQUARED_ERROR);

        TrainingChecks.check(network, entry -> false);
    }

    /**
     * Seven rows of 2 000 units: the share kept has standard deviation √(.7·.3/14000) = .0039; five of them fail with
     * probability 6e-7.
     */
    @Test
    void keepsItsShareOfUnitsAndScalesThem() {
        int units = 2000;
        Network network =
                Network.builder(Shape.flat(units)).add("drop", new Dropout(0.7)).build(Loss.SQUARED_ERROR);
        double[] ones = new double[9 * units];
        Arrays.fill(ones, 1);
        Dataset data = Dataset.of(
                "ones", Shape.flat(units), Features.of(ones, units), Targets.real(new double[9 * units], units));
        Model model = new Model(network, new double[0], new double[0]);

        double[] losses = TrainingChecks.step(model, data, 3, 1).losses();

        double kept = Arrays.stream(losses).sum() * 0.7 * 0.7 / (7 * units); // each kept unit costs 1/0.7²
        assertThat(kept).isCloseTo(0.7, within(0.02));
        assertThat(losses).doesNotHaveDuplicates();
    }

    @Test
    void twoLayersOfOneStepDrawDifferentMasks() {
        Network network = Network.builder(Shape.flat(64))
                .add("first", new Dropout(0.5))
                .add("second", new Dropout(0.5))
                .build(Loss.SQUARED_ERROR);
        double[] ones = new double[9 * 64];
        Arrays.fill(ones, 1);
        Dataset data = Dataset.of("ones", Shape.flat(64), Features.of(ones, 64), Targets.real(new double[9 * 64], 64));

        double[] losses = TrainingChecks.step(new Model(network, new double[0], new double[0]), data, 3, 1)
                .losses();

        // a unit that both keep costs 16; with one mask for both, half of the 448 units would be kept, not a quarter
        double keptByBoth = Arrays.stream(losses).sum() / 16 / (7 * 64);
        assertThat(keptByBoth).isCloseTo(0.25, within(0.1));
    }

    @Test
    void refusesProbabilitiesOutsideTheirRange() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Dropout(0)).withMessageContaining("got 0");
        assertThatIllegalArgumentException().isThrownBy(() -> new Dropout(1.5));
        assertThatIllegalArgumentException().isThrownBy(() -> new Dropout(Double.NaN));
    }
}
