package org.expunge.influence.score.generalized;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.score.generalized.UnitSelection.Importance;
import org.expunge.influence.score.generalized.UnitSelection.Statistic;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UnitSelectionTest {
    @ParameterizedTest
    @EnumSource(Importance.class)
    void everyLayerGivesItsShareAndNormalisationNothing(Importance importance) {
        Model model = SmallProblems.convolutional(3);
        Dataset rows = SmallProblems.rows(model, 7, 1);
        UnitSelection choice = new UnitSelection(0.4, importance, Statistic.ABSOLUTE_OF_MEAN, 5);
        try (Engine engine = SmallProblems.reference(2, 3)) {
            ParameterSelection found = choice.select(engine, model, rows);

            int convolution = count(found, model, "convolution");
            int output = count(found, model, "output");
            assertThat(convolution).isEqualTo((int) (0.4 * (3 * 18 + 3)));
            assertThat(output).isEqualTo((int) (0.4 * (3 * 60 + 3)));
            assertThat(found.size()).isEqualTo(convolution + output);
            assertThat(choice.select(engine, model, rows).indices()).containsExactly(found.indices());
        }
    }

    @Test
    void theShareOfOneSelectsAllOfEveryLayerThatHasUnits() {
        Model model = SmallProblems.dense(3);
        Dataset rows = SmallProblems.rows(model, 7, 1);
        try (Engine engine = SmallProblems.reference(1, 3)) {
            assertThat(new UnitSelection(1, Importance.HIGHEST_OUTPUTS, Statistic.ABSOLUTE_OF_MEAN, 5)
                            .select(engine, model, rows)
                            .percent())
                    .isEqualTo(100);
        }
    }

    @Test
    void theHighestOutputsAreWholeUnitsInOrderAndThenSomeWeightsOfTheNext() {
        // the biases alone decide: units put out 0.5, −3, 2 and 1 for every row
        Model model = ofBiases(0.5, -3, 2, 1);
        Dataset rows = zeros(6);
        try (Engine engine = SmallProblems.reference(1, 4)) {
            // 4 units of 2 weights and a bias: 12 parameters, 7 of them are 2 units and 1 weight
            int[] highest = new UnitSelection(0.6, Importance.HIGHEST_OUTPUTS, Statistic.ABSOLUTE_OF_MEAN, 5)
                    .select(engine, model, rows)
                    .indices();
            int[] lowest = new UnitSelection(0.6, Importance.LOWEST_OUTPUTS, Statistic.ABSOLUTE_OF_MEAN, 5)
                    .select(engine, model, rows)
                    .indices();

            // W is [unit, input] from 0, b from 8
            assertThat(inFirstLayer(highest))
                    .hasSize(7)
                    .contains(2, 3, 9, 4, 5, 10)
                    .containsAnyOf(6, 7);
            assertThat(inFirstLayer(lowest))
                    .hasSize(7)
                    .contains(0, 1, 8, 6, 7, 11)
                    .containsAnyOf(4, 5);
        }
    }

    @Test
    void signsCancelInTheMeanButNotInTheMeanOfAbsolutes() {
        double[] parameters = new double[12 + 5];
        parameters[0] = 10; // unit 0 puts out 10 x₀, which cancels over the rows
        parameters[9] = 1; // unit 1 puts out 1
        Model model = new Model(network(), parameters, new double[0]);
        Dataset rows = Dataset.of(
                "opposed",
                Shape.flat(2),
                Features.of(new double[] {1, 0, -1, 0}, 2),
                Targets.real(new double[] {0, 1}, 1));
        try (Engine engine = SmallProblems.reference(1, 4)) {
            int[] ofMean = new UnitSelection(0.25, Importance.HIGHEST_OUTPUTS, Statistic.ABSOLUTE_OF_MEAN, 5)
                    .select(engine, model, rows)
                    .indices();
            int[] ofAbsolutes = new UnitSelection(0.25, Importance.HIGHEST_OUTPUTS, Statistic.MEAN_OF_ABSOLUTES, 5)
                    .select(engine, model, rows)
                    .indices();

            assertThat(inFirstLayer(ofMean)).containsExactly(2, 3, 9);
            assertThat(inFirstLayer(ofAbsolutes)).containsExactly(0, 1, 8);
        }
    }

    @Test
    void theHighestGradientsAreThoseOfUnitsThatTheOutputListensTo() {
        double[] parameters = new double[12 + 5];
        parameters[12] = 0.1;
        parameters[13] = 0.3;
        parameters[14] = -2;
        parameters[15] = 0.2;
        Model model = new Model(network(), parameters, new double[0]);
        try (Engine engine = SmallProblems.reference(1, 4)) {
            int[] found = new UnitSelection(0.25, Importance.HIGHEST_GRADIENTS, Statistic.ABSOLUTE_OF_MEAN, 5)
                    .select(engine, model, zeros(6))
                    .indices();

            assertThat(inFirstLayer(found)).containsExactly(4, 5, 10);
        }
    }

    @Test
    void randomUnitsFollowTheSeed() {
        Model model = ofBiases(0.5, -3, 2, 1);
        try (Engine engine = SmallProblems.reference(1, 4)) {
            int[] first = random(engine, model, 5);

            assertThat(random(engine, model, 5)).containsExactly(first);
            assertThat(IntStream.range(6, 12).anyMatch(seed -> !Arrays.equals(first, random(engine, model, seed))))
                    .isTrue();
        }
    }

    @Test
    void refusesASelectionOfNothing() {
        Model model = ofBiases(0.5, -3, 2, 1);
        try (Engine engine = SmallProblems.reference(1, 4)) {
            assertThatThrownBy(() -> new UnitSelection(0.01, Importance.RANDOM, Statistic.ABSOLUTE_OF_MEAN, 5)
                            .select(engine, model, zeros(6)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("raise the ratio");
            assertThatThrownBy(() -> UnitSelection.DEFAULT.select(engine, model, zeros(0)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no rows");
        }
        assertThatThrownBy(() -> new UnitSelection(0, Importance.RANDOM, Statistic.ABSOLUTE_OF_MEAN, 5))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static int[] random(Engine engine, Model model, long seed) {
        return new UnitSelection(0.5, Importance.RANDOM, Statistic.ABSOLUTE_OF_MEAN, seed)
                .select(engine, model, zeros(6))
                .indices();
    }

    private static Network network() {
        return Network.builder(Shape.flat(2))
                .add("hidden", new Dense(4))
                .add("identity", new ActivationLayer(Activation.IDENTITY))
                .add("output", new Dense(1))
                .build(Loss.SIGMOID_CROSS_ENTROPY);
    }

    private static Model ofBiases(double... biases) {
        double[] parameters = new double[12 + 5];
        System.arraycopy(biases, 0, parameters, 8, 4);
        return new Model(network(), parameters, new double[0]);
    }

    private static Dataset zeros(int rows) {
        return Dataset.of(
                "zeros", Shape.flat(2), Features.of(new double[2 * rows], 2), Targets.real(new double[rows], 1));
    }

    private static int[] inFirstLayer(int[] indices) {
        return Arrays.stream(indices).filter(i -> i < 12).toArray();
    }

    private static int count(ParameterSelection selection, Model model, String layer) {
        return (int) Arrays.stream(selection.indices())
                .filter(i -> model.network().layout().entries().stream()
                        .filter(entry -> entry.layer().equals(layer))
                        .anyMatch(entry -> isWithin(entry, i)))
                .count();
    }

    private static boolean isWithin(ParameterLayout.Entry entry, int index) {
        return index >= entry.offset() && index < entry.offset() + entry.length();
    }
}
