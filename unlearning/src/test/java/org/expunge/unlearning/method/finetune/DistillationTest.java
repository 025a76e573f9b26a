package org.expunge.unlearning.method.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.Loss;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DistillationTest {
    private static final double[] TEACHER = {2, -1, 0.5};
    private static final double[] STUDENT = {0.3, 0.4, -2};

    @Test
    void isTheTextbookDivergenceSummedOverClasses() {
        double[] p = {0.7, 0.2, 0.1};
        double[] q = {0.25, 0.25, 0.5};
        double expected = 0.7 * Math.log(0.7 / 0.25) + 0.2 * Math.log(0.2 / 0.25) + 0.1 * Math.log(0.1 / 0.5);

        double found = new Distillation(Loss.SOFTMAX_CROSS_ENTROPY, 1).divergence(logs(p), logs(q), new double[3]);

        assertThat(found).isCloseTo(expected, within(1e-14));
    }

    @Test
    void classesThatNobodyPredictsDoNotShrinkIt() {
        double[] p = {Math.log(0.9), Math.log(0.1)};
        double[] q = {Math.log(0.4), Math.log(0.6)};
        double[] paddedP = Arrays.copyOf(p, 10);
        double[] paddedQ = Arrays.copyOf(q, 10);
        Arrays.fill(paddedP, 2, 10, -200);
        Arrays.fill(paddedQ, 2, 10, -200);
        Distillation distillation = new Distillation(Loss.SOFTMAX_CROSS_ENTROPY, 1);

        assertThat(distillation.divergence(paddedP, paddedQ, new double[10]))
                .isCloseTo(distillation.divergence(p, q, new double[2]), within(1e-14));
    }

    @Test
    void ofOneOutputItIsThatOfACoin() {
        double p = 0.8;
        double q = 0.3;
        double expected = p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));

        double found = new Distillation(Loss.SIGMOID_CROSS_ENTROPY, 1)
                .divergence(new double[] {Math.log(p / (1 - p))}, new double[] {Math.log(q / (1 - q))}, new double[1]);

        assertThat(found).isCloseTo(expected, within(1e-14));
    }

    @Test
    void ofARegressionItIsTheSquaredDistanceOfOutputs() {
        double found = new Distillation(Loss.SQUARED_ERROR, 3).divergence(TEACHER, STUDENT, new double[3]);

        assertThat(found).isCloseTo(1.7 * 1.7 + 1.4 * 1.4 + 2.5 * 2.5, within(1e-12));
    }

    @Test
    void atAHighTemperatureItIsHalfTheVarianceOfTheDifferenceOfLogits() {
        double[] difference = {1.7, -1.4, 2.5};
        double mean = (1.7 - 1.4 + 2.5) / 3;
        double variance =
                Arrays.stream(difference).map(d -> (d - mean) * (d - mean)).sum() / 3;

        double found = new Distillation(Loss.SOFTMAX_CROSS_ENTROPY, 1e4).divergence(TEACHER, STUDENT, new double[3]);

        assertThat(found).isCloseTo(variance / 2, within(1e-3));
    }

    @ParameterizedTest
    @EnumSource
    void theDerivativeMatchesFiniteDifferencesAndVanishesAtTheTeacher(Loss loss) {
        Random random = new Random(4);
        double step = 1e-6;
        Distillation distillation = new Distillation(loss, 2);
        double[] teacher = random.doubles(4, -2, 2).toArray();
        double[] student = random.doubles(4, -2, 2).toArray();
        double[] delta = new double[4];

        distillation.divergence(teacher, student, delta);

        for (int k = 0; k < 4; k++) {
            double[] up = student.clone();
            double[] down = student.clone();
            up[k] += step;
            down[k] -= step;
            double slope = (distillation.divergence(teacher, up, new double[4])
                            - distillation.divergence(teacher, down, new double[4]))
                    / (2 * step);
            assertThat(delta[k]).isCloseTo(slope, within(1e-8));
        }
        assertThat(distillation.divergence(teacher, teacher, delta)).isCloseTo(0, within(1e-14));
        assertThat(delta).containsExactly(new double[4], within(1e-14));
    }

    private static double[] logs(double[] probabilities) {
        return Arrays.stream(probabilities).map(Math::log).toArray();
    }
}
