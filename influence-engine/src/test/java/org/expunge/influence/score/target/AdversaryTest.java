package org.expunge.influence.score.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdversaryTest {
    @ParameterizedTest(name = "{0} outputs, bias {1}")
    @CsvSource({"1, true", "1, false", "2, true", "2, false"})
    void crossingTheBoundaryTurnsTheMarginToLessThanAThirdOnTheOtherSide(int outputs, boolean hasBias) {
        Network network = Network.builder(Shape.flat(4))
                .add("output", new Dense(outputs, hasBias))
                .build(outputs == 1 ? Loss.SIGMOID_CROSS_ENTROPY : Loss.SOFTMAX_CROSS_ENTROPY);
        Model model = new Model(
                network, new Random(5).doubles(network.layout().length(), -1, 1).toArray(), new double[0]);
        Dataset rows = TargetTest.rows(outputs, 20);
        try (Engine engine = SmallProblems.reference(1, 6)) {
            Dataset moved = AcrossBoundary.DEFAULT.attack(engine, model, rows);

            Outputs before = Outputs.of(engine, model, rows);
            Outputs after = Outputs.of(engine, model, moved);
            for (int j = 0; j < 20; j++) {
                assertThat(margin(after, j)).isCloseTo(-0.3 * margin(before, j), within(1e-12));
            }
        }
    }

    private static double margin(Outputs outputs, int row) {
        double[] z = outputs.logits(row);
        return z.length == 1 ? z[0] : z[1] - z[0];
    }

    @Test
    void crossingTheBoundaryNeedsALinearModel() {
        Dataset rows = TargetTest.rows(3, 5);
        try (Engine engine = SmallProblems.reference(1, 6)) {
            assertThatThrownBy(() -> AcrossBoundary.DEFAULT.attack(engine, TargetTest.model(3, 1), rows))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("gradient signs");
        }
        assertThatThrownBy(() -> new AcrossBoundary(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void oneGradientSignMovesEveryFeatureByEpsilonAndRaisesEveryLoss() {
        Model model = TargetTest.model(3, 1);
        Dataset rows = TargetTest.rows(3, 15);
        try (Engine engine = SmallProblems.reference(2, 4)) {
            Dataset moved = GradientSigns.oneStep(1e-4).attack(engine, model, rows);

            double[] before = new PerExample(engine).losses(model, rows);
            double[] after = new PerExample(engine).losses(model, moved);
            for (int j = 0; j < 15; j++) {
                assertThat(after[j]).isGreaterThan(before[j]);
                for (int f = 0; f < 4; f++) {
                    assertThat(Math.abs(moved.row(j)[f] - rows.row(j)[f])).isCloseTo(1e-4, within(1e-12));
                }
            }
        }
    }

    @Test
    void severalStepsStayWithinEpsilonAndTheRange() {
        Model model = TargetTest.model(3, 1);
        Dataset rows = TargetTest.rows(3, 15);
        try (Engine engine = SmallProblems.reference(1, 4)) {
            Dataset moved = new GradientSigns(0.2, 5, 0.1, -0.9, 0.9).attack(engine, model, rows);

            double[] once = new PerExample(engine)
                    .losses(model, GradientSigns.oneStep(0.2).attack(engine, model, rows));
            double[] often = new PerExample(engine)
                    .losses(model, new GradientSigns(0.2, 5, 0.1, -9, 9).attack(engine, model, rows));
            for (int j = 0; j < 15; j++) {
                for (int f = 0; f < 4; f++) {
                    assertThat(moved.row(j)[f]).isBetween(-0.9, 0.9);
                    double clamped = Math.min(0.9, Math.max(-0.9, rows.row(j)[f]));
                    assertThat(Math.abs(moved.row(j)[f] - clamped)).isLessThanOrEqualTo(0.2 + 1e-12);
                }
                assertThat(often[j]).isGreaterThan(once[j] - 0.01);
            }
        }
    }

    @Test
    void refusesStepsThatDoNotMove() {
        assertThatThrownBy(() -> GradientSigns.oneStep(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new GradientSigns(1, 0, 1, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new GradientSigns(1, 1, 1, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
