package org.expunge.influence.curvature.kronecker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.LabelMode;
import org.expunge.influence.curvature.RowSums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.RowRange;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.testkit.DenseMatrices;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FoofTest {
    /**
     * {@code G (A + λI)⁻¹} solves {@code min_V ‖V X − E‖² + n λ ‖V‖²} with the rows of X the inputs, for {@code G = E
     * Xᵀ / n}: the closed form by the normal equations of each output.
     */
    @Test
    void itsProductIsTheRegularisedLeastSquaresStepOfTheOutputs() {
        int n = 9;
        int in = 4;
        int out = 3;
        double damping = 0.3;
        double[] x = new Random(1).doubles((long) n * in, -1, 1).toArray();
        double[] e = new Random(2).doubles((long) n * out, -1, 1).toArray();
        Network network = Network.builder(Shape.flat(in))
                .add("layer", new Dense(out, false))
                .build(Loss.SQUARED_ERROR);
        Model model = new Model(network, new double[in * out], new double[0]);
        Dataset data = Dataset.of("rows", Shape.flat(in), Features.of(x, in), Targets.real(e, out));
        double[][] a = new double[in][in];
        double[] gradient = new double[in * out];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < in; j++) {
                for (int k = 0; k < in; k++) {
                    a[j][k] += x[i * in + j] * x[i * in + k] / n;
                }
                for (int o = 0; o < out; o++) {
                    gradient[o * in + j] += e[i * out + o] * x[i * in + j] / n;
                }
            }
        }
        try (Engine engine = SmallProblems.reference(1, 4);
                KroneckerInverse foof = Foof.fit(engine, model, data, PositionScaling.KFC)
                        .inverse(engine.compute(), DampingRule.fixed(damping))) {
            double[] step = new double[in * out];
            foof.apply(gradient, step);

            for (int o = 0; o < out; o++) {
                double[] row = Arrays.copyOfRange(gradient, o * in, (o + 1) * in);
                assertThat(Arrays.copyOfRange(step, o * in, (o + 1) * in))
                        .containsExactly(DenseMatrices.solveDamped(a, damping, row), within(1e-12));
            }
            assertThat(foof.method()).isEqualTo("foof");
        }
    }

    @Test
    void aStepWithoutDampingSolvesALinearRegression() {
        double[] x = new Random(1).doubles(40, -1, 1).toArray();
        double[] weights = {1, -2, 0.5, 3, 0.25};
        double[] y = new double[10];
        Arrays.setAll(y, i -> x[4 * i] - 2 * x[4 * i + 1] + 0.5 * x[4 * i + 2] + 3 * x[4 * i + 3] + 0.25);
        Network network =
                Network.builder(Shape.flat(4)).add("layer", new Dense(1)).build(Loss.SQUARED_ERROR);
        Model start = new Model(network, new double[5], new double[0]);
        Dataset data = Dataset.of("rows", Shape.flat(4), Features.of(x, 4), Targets.real(y, 1));
        try (Engine engine = SmallProblems.reference(1, 4);
                KroneckerInverse foof = Foof.fit(engine, start, data, PositionScaling.KFC)
                        .inverse(engine.compute(), DampingRule.fixed(1e-14))) {
            double[] step = new double[5];
            foof.apply(new PerExample(engine).meanGradient(start, data), step);
            Arrays.setAll(step, i -> -step[i] / 2); // the loss is (z − y)², twice the ½ (z − y)² of the method

            assertThat(step).containsExactly(weights, within(1e-10));
        }
    }

    @ParameterizedTest
    @EnumSource(PositionScaling.class)
    void itIsKfacWithTheIdentityInPlaceOfDerivatives(PositionScaling scaling) {
        Model model = SmallProblems.convolutional(1);
        Dataset data = SmallProblems.rows(model, 15, 7);
        try (Engine engine = SmallProblems.reference(2, 4)) {
            Foof foof = Foof.fit(engine, model, data, scaling);
            Kfac kfac = Kfac.fit(engine, model, data, new Kfac.Options(LabelMode.EMPIRICAL, scaling, 0));
            double[] v =
                    new Random(3).doubles(model.network().layout().length()).toArray();
            double[] found = new double[v.length];
            try (KroneckerInverse inverse = foof.inverse(engine.compute(), DampingRule.fixed(0.2))) {
                inverse.apply(v, found);

                assertThat(inverse.coveragePercent()).isLessThan(100); // the normalisation takes no part
            }
            for (KroneckerShape shape : KroneckerShape.of(model.network())) {
                double[] a = kfac.inputFactor(shape.name());
                assertThat(foof.inputFactor(shape.name())).containsExactly(a, within(1e-12));
                int columns = shape.columns();
                double[][] matrix = new double[columns][];
                Arrays.setAll(matrix, i -> Arrays.copyOfRange(a, i * columns, (i + 1) * columns));
                double[] given = shape.gather(v, 1);
                double[] result = shape.gather(found, 1);
                for (int o = 0; o < shape.outputs(); o++) {
                    double[] row = Arrays.copyOfRange(given, o * columns, (o + 1) * columns);
                    assertThat(Arrays.copyOfRange(result, o * columns, (o + 1) * columns))
                            .containsExactly(DenseMatrices.solveDamped(matrix, 0.2, row), within(1e-11));
                }
            }
        }
    }

    @Test
    void sumsOfPartsGiveTheFactorOfAllRowsAndLabelsDoNotMatter() {
        Model model = SmallProblems.dense(1);
        Dataset data = SmallProblems.rows(model, 15, 7);
        try (Engine engine = SmallProblems.reference(2, 4)) {
            RowSums parts = Foof.sums(engine, model, data, new RowRange(9, 15), PositionScaling.KFC)
                    .plus(Foof.sums(engine, model, data, new RowRange(0, 9), PositionScaling.KFC));
            Foof merged = Foof.of(engine.compute(), model.network(), PositionScaling.KFC, parts);
            Foof whole = Foof.fit(engine, model, data, PositionScaling.KFC);

            for (String layer : whole.layers()) {
                assertThat(merged.inputFactor(layer)).containsExactly(whole.inputFactor(layer), within(1e-12));
            }
            assertThatThrownBy(() -> Foof.fit(engine, model, data.select(new int[0]), PositionScaling.KFC))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no rows");
        }
    }
}
