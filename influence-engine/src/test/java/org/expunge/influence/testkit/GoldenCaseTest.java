package org.expunge.influence.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class GoldenCaseTest {

    @ParameterizedTest
    @FieldSource("org.expunge.influence.testkit.GoldenCase#NAMES")
    void holdsOneGradientRowForEachTrainingRow(String name) {
        GoldenCase golden = GoldenCase.load(name);

        int parameters = golden.flatParameters().length;

        assertThat(golden.name()).isEqualTo(name);
        assertThat(golden.expected("gradient_train").shape())
                .containsExactly(golden.train().rows(), parameters);
        assertThat(golden.expected("influence.cosine").shape())
                .containsExactly(golden.test().rows(), golden.train().rows());
        assertThat(golden.expected("loss_train").values())
                .hasSize(golden.train().y().shape()[0]);
    }

    @Test
    void readsLayersAndTheirSettings() {
        GoldenCase golden = GoldenCase.load("resnet-batchnorm");

        GoldenLayer convolution = golden.layers().get(0);
        GoldenLayer norm = golden.layers().get(1);

        assertThat(convolution.type()).isEqualTo("conv");
        assertThat(convolution.integer("kernel")).isEqualTo(3);
        assertThat(convolution.integer("stride", 1)).isEqualTo(1);
        assertThat(norm.number("eps")).isCloseTo(1e-5, within(1e-18));
        assertThat(norm.numbers("mean")).hasSize(4);
        assertThat(golden.expected("hessian_trace").value()).isCloseTo(4.8123676, within(1e-6));
    }

    @Test
    void readsTheBankOfRetrainings() {
        assertThat(GoldenCase.ldsDigits("train_x").shape()).containsExactly(1437, 64);
        assertThat(GoldenCase.ldsDigits("masks").toInts()).containsOnly(0, 1);
        assertThat(GoldenCase.ldsDigits("train_y").toInts()).hasSize(1437);
    }
}
