package org.expunge.influence.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.testkit.EveryLayer;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JacobianTest {
    private static final double ROUNDING = 1e-12;

    private final Engine engine = SmallProblems.reference(2, 3);
    private final Model model = SmallProblems.of(EveryLayer.NETWORK, 5);
    private final Dataset data = SmallProblems.rows(model, 7, 6);

    @AfterEach
    void closeEngine() {
        engine.close();
    }

    @Test
    void aProductIsTheDerivativeOfEveryRowsPreActivations() {
        double[] v = vector(model.network().layout().length(), 1);
        double step = 1e-5;

        double[] product = product(model, data, Jacobian.Lines.PRE_ACTIVATIONS, v);

        double[] up = logits(moved(v, step));
        double[] down = logits(moved(v, -step));
        double[] expected = new double[up.length];
        Arrays.setAll(expected, i -> (up[i] - down[i]) / (2 * step));
        double size = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        assertThat(product).containsExactly(expected, within(1e-8 * size));
    }

    @ParameterizedTest
    @EnumSource(Jacobian.Lines.class)
    void theTransposedProductIsTheAdjoint(Jacobian.Lines lines) {
        try (Jacobian jacobian = new Jacobian(engine, model, data, lines)) {
            double[] x = vector(jacobian.columns(), 1);
            double[] y = vector(jacobian.rows(), 2);
            double[] ax = new double[jacobian.rows()];
            double[] ay = new double[jacobian.columns()];

            jacobian.apply(x, ax);
            jacobian.applyTransposed(y, ay);

            double expected = dot(ax, y);
            assertThat(Math.abs(expected)).isGreaterThan(1e-2);
            assertThat(dot(x, ay)).isCloseTo(expected, within(ROUNDING * Math.abs(expected)));
        }
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void theFactorTimesItselfIsTheGaussNewtonMatrix(Loss loss) {
        Model small = small(loss);
        Dataset rows = rows(loss);
        double[][] expected = DenseGaussNewton.of(small, rows);
        double[] x = vector(expected.length, 3);
        double[] y = new double[x.length];

        try (Jacobian factor = new Jacobian(engine, small, rows, Jacobian.Lines.GAUSS_NEWTON_FACTOR)) {
            double[] lines = new double[factor.rows()];
            factor.apply(x, lines);
            factor.applyTransposed(lines, y);
        }

        for (int i = 0; i < y.length; i++) {
            assertThat(y[i]).isCloseTo(dot(expected[i], x), within(ROUNDING));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0x1p-900, 0x1p900})
    void tinyAndHugeVectorsKeepTheirDigits(double scale) {
        double[] v = vector(model.network().layout().length(), 1);
        double[] scaled = Arrays.stream(v).map(value -> value * scale).toArray();

        double[] product = product(model, data, Jacobian.Lines.PRE_ACTIVATIONS, scaled);

        double[] unscaled = Arrays.stream(product).map(value -> value / scale).toArray();
        assertThat(unscaled).containsExactly(product(model, data, Jacobian.Lines.PRE_ACTIVATIONS, v), within(ROUNDING));
    }

    @Test
    void refusesNoRowsAndWrongLengths() {
        assertThatThrownBy(() -> new Jacobian(engine, model, data.select(new int[0]), Jacobian.Lines.PRE_ACTIVATIONS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no rows");
        try (Jacobian jacobian = new Jacobian(engine, model, data, Jacobian.Lines.PRE_ACTIVATIONS)) {
            assertThat(jacobian.rows()).isEqualTo(21);
            assertThatThrownBy(() -> jacobian.apply(new double[jacobian.columns()], new double[20]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("there are 20 numbers but the Jacobian has 21 lines");
            assertThatThrownBy(() -> jacobian.apply(new double[2], new double[21]))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> jacobian.applyTransposed(new double[21], new double[2]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private double[] product(Model of, Dataset rows, Jacobian.Lines lines, double[] x) {
        try (Jacobian jacobian = new Jacobian(engine, of, rows, lines)) {
            double[] y = new double[jacobian.rows()];
            jacobian.apply(x, y);
            return y;
        }
    }

    private Model moved(double[] v, double step) {
        double[] parameters = model.parameters();
        Arrays.setAll(parameters, i -> parameters[i] + step * v[i]);
        return model.withParameters(parameters);
    }

    private double[] logits(Model of) {
        double[] logits = new double[data.size() * 3];
        try (Weights weights = Weights.of(engine.compute(), of);
                Passes passes = new Passes(engine, weights)) {
            int last = of.network().nodes().size() - 1;
            passes.forEachTile(data, (worker, pass, from) -> {
                double[][] rows = pass.activations(last);
                for (int b = 0; b < rows.length; b++) {
                    System.arraycopy(rows[b], 0, logits, (from + b) * 3, 3);
                }
            });
        }
        return logits;
    }

    private static Model small(Loss loss) {
        Network network = Network.builder(Shape.flat(3))
                .add("hidden", new Dense(4))
                .add("tanh", new ActivationLayer(Activation.TANH))
                .add("output", new Dense(3))
                .build(loss);
        return SmallProblems.of(network, 8);
    }

    private static Dataset rows(Loss loss) {
        Features features = Features.of(vector(15, 4), 3);
        Targets targets = loss == Loss.SOFTMAX_CROSS_ENTROPY
                ? Targets.classes(new int[] {0, 2, 1, 1, 0}, 3)
                : Targets.real(new double[15], 3);
        return Dataset.of("five", Shape.flat(3), features, targets);
    }

    private static double[] vector(int length, long seed) {
        return new Random(seed).doubles(length, -1, 1).toArray();
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }
}
