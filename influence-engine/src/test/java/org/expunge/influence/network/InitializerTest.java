package org.expunge.influence.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.layer.BatchNormalization;
import org.expunge.influence.network.layer.Convolution2D;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Padding;
import org.junit.jupiter.api.Test;

class InitializerTest {
    private static final Network NETWORK = Network.builder(new Shape(8, 6, 6))
            .add("conv", new Convolution2D(16, 3, 1, Padding.same()))
            .add("norm", BatchNormalization.DEFAULT)
            .add("dense", new Dense(40))
            .build(Loss.SOFTMAX_CROSS_ENTROPY);

    private static double[] tensor(Model model, String name) {
        ParameterLayout.Entry entry = NETWORK.layout().entry(name);
        return Arrays.copyOfRange(model.parameters(), entry.offset(), entry.offset() + entry.length());
    }

    /** n normal numbers have a variance of relative deviation √(2/n); five of them fail with probability 6e-7. */
    private static void assertVariance(double[] values, double variance) {
        double mean = Arrays.stream(values).average().orElse(Double.NaN);
        double square = Arrays.stream(values).map(x -> x * x).average().orElse(Double.NaN);

        assertThat(square).isCloseTo(variance, within(5 * variance * Math.sqrt(2.0 / values.length)));
        assertThat(mean).isCloseTo(0, within(5 * Math.sqrt(variance / values.length)));
    }

    @Test
    void xavierDividesByFanInAndFanOut() {
        Model model = Initializer.XAVIER.initialise(NETWORK, 1);

        assertVariance(tensor(model, "conv.W"), 2.0 / (8 * 9 + 16 * 9));
        assertVariance(tensor(model, "dense.W"), 2.0 / (16 * 36 + 40));
    }

    @Test
    void reluDividesByFanIn() {
        Model model = Initializer.RELU.initialise(NETWORK, 1);

        assertVariance(tensor(model, "conv.W"), 2.0 / (8 * 9));
        assertVariance(tensor(model, "dense.W"), 2.0 / (16 * 36));
    }

    @Test
    void biasesAndMeansStartAtZeroScalesAndVariancesAtOne() {
        Model model = Initializer.XAVIER.initialise(NETWORK, 1);

        assertThat(tensor(model, "conv.b")).containsOnly(0);
        assertThat(tensor(model, "norm.gamma")).containsOnly(1);
        assertThat(tensor(model, "norm.beta")).containsOnly(0);
        assertThat(model.statistics()).startsWith(new double[16]).endsWith(tensor(model, "norm.gamma"));
    }

    @Test
    void theSeedDecidesTheModel() {
        double[] first = Initializer.XAVIER.initialise(NETWORK, 7).parameters();

        assertThat(Initializer.XAVIER.initialise(NETWORK, 7).parameters()).containsExactly(first);
        assertThat(Initializer.XAVIER.initialise(NETWORK, 8).parameters()).isNotEqualTo(first);
    }
}
