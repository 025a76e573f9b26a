package org.expunge.influence.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.testkit.EveryLayer;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the curvatures of a loss have in common: several vectors at once. */
class LossOperatorTest {
    /** More vectors than go through the tiles together. */
    private static final int VECTORS = 19;

    private static final double ROUNDING = 1e-13;

    private final Engine engine = SmallProblems.reference(2, 3);
    private final Model model = SmallProblems.of(EveryLayer.NETWORK, 31);
    private final Dataset data = SmallProblems.rows(model, 7, 32);

    @AfterEach
    void closeEngine() {
        engine.close();
    }

    /** Opens an operator. */
    @FunctionalInterface
    interface Opener {
        LossOperator open(Engine engine, Model model, Dataset data, WeightDecay decay);
    }

    static Stream<Opener> kinds() {
        return Stream.of(Hessian::new, GaussNewton::new, EmpiricalFisher::new);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void severalVectorsAtOnceGiveWhatEachGivesAlone(Opener kind) {
        double[][] x = vectors(VECTORS);
        double[][] expected = new double[VECTORS][x[0].length];
        double[][] actual = new double[VECTORS][x[0].length];

        try (LossOperator operator = kind.open(engine, model, data, new WeightDecay(0.1))) {
            for (int k = 0; k < VECTORS; k++) {
                operator.apply(x[k], expected[k]);
            }
            operator.applyAll(x, actual);

            assertRows(actual, expected);
            operator.damped(0.5).applyAll(x, actual);
        }

        for (int k = 0; k < VECTORS; k++) {
            for (int i = 0; i < x[k].length; i++) {
                expected[k][i] += 0.5 * x[k][i];
            }
        }
        assertRows(actual, expected);
    }

    @Test
    void noVectorsAtAllAreNoWorkAndUnequalNumbersAreRefused() {
        try (LossOperator operator = new GaussNewton(engine, model, data)) {
            operator.applyAll(new double[0][], new double[0][]);

            assertThatThrownBy(() -> operator.applyAll(vectors(2), vectors(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("2")
                    .hasMessageContaining("1");
        }
    }

    private static void assertRows(double[][] actual, double[][] expected) {
        for (int k = 0; k < actual.length; k++) {
            double size = Arrays.stream(expected[k]).map(Math::abs).max().orElse(0);
            assertThat(actual[k]).containsExactly(expected[k], within(ROUNDING * size));
        }
    }

    /** Of sizes some orders apart, because they are scaled on their way in. */
    private double[][] vectors(int count) {
        double[][] x = new double[count][];
        for (int k = 0; k < count; k++) {
            double size = Math.pow(10, k % 5 - 2);
            x[k] = new Random(k)
                    .doubles(model.network().layout().length(), -size, size)
                    .toArray();
        }
        return x;
    }
}
