package org.expunge.influence.curvature.factor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.EmpiricalFisher;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.testkit.DenseMatrices;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;

class MFacTest {
    private static final Compute COMPUTE = new ReferenceCompute();
    private static final int P = 50;

    @Test
    void twoGradientsAreWorkedOutByHand() {
        InverseCurvature inverse =
                MFac.of(network(2), new double[] {1, 0}, new double[] {1, 2}).inverse(COMPUTE, 0.5);

        assertThat(applied(inverse, 1, 1)).containsExactly(new double[] {.5454545455, .1818181818}, within(1e-10));
    }

    @Test
    void theWindowTheSingleStepTheRecursionAndTheDenseMatrixAgree() {
        double[][] gradients = gradients(20, 1);
        double[] x = new Random(2).doubles(P, -1, 1).toArray();
        DynamicMFac window = new DynamicMFac(network(P), COMPUTE.cholesky(), 20);
        for (double[] gradient : gradients) {
            window.add(gradient);
        }
        double[] expected = DenseMatrices.solveDamped(fisher(gradients), 0.1, x);

        assertThat(applied(MFac.of(network(P), gradients).inverse(COMPUTE, 0.1), x))
                .containsExactly(expected, within(1e-12));
        assertThat(applied(window.inverse(0.1), x)).containsExactly(expected, within(1e-12));
        assertThat(shermanMorrison(gradients, 0.1, x)).containsExactly(expected, within(1e-12));
    }

    @Test
    void aGradientInAFullWindowTakesThePlaceOfTheOldest() {
        double[][] gradients = gradients(9, 3);
        double[] x = new Random(2).doubles(P, -1, 1).toArray();
        DynamicMFac window = new DynamicMFac(network(P), COMPUTE.cholesky(), 4);
        for (int k = 0; k < 9; k++) {
            window.add(gradients[k]);
            double[][] last = Arrays.copyOfRange(gradients, Math.max(0, k - 3), k + 1);

            assertThat(window.size()).isEqualTo(last.length);
            assertThat(applied(window.inverse(0.1), x))
                    .containsExactly(DenseMatrices.solveDamped(fisher(last), 0.1, x), within(1e-12));
        }
    }

    @Test
    void anInverseTakenEarlierDoesNotChange() {
        double[][] gradients = gradients(3, 4);
        double[] x = new Random(2).doubles(P, -1, 1).toArray();
        DynamicMFac window = new DynamicMFac(network(P), COMPUTE.cholesky(), 2);
        window.add(gradients[0]);
        window.add(gradients[1]);
        InverseCurvature before = window.inverse(0.1);
        double[] expected = applied(before, x);
        window.add(gradients[2]);

        assertThat(applied(before, x)).isEqualTo(expected);
        assertThat(before.inputs()).isNotEqualTo(window.inverse(0.1).inputs());
    }

    @Test
    void theOrderOfGradientsRepeatsAndZerosDoNotHurt() {
        double[][] gradients = gradients(6, 5);
        gradients[1] = gradients[4].clone();
        gradients[2] = new double[P];
        double[] x = new Random(2).doubles(P, -1, 1).toArray();
        double[][] backwards = new double[6][];
        Arrays.setAll(backwards, k -> gradients[5 - k]);
        double[] expected = DenseMatrices.solveDamped(fisher(gradients), 1e-3, x);

        assertThat(applied(MFac.of(network(P), gradients).inverse(COMPUTE, 1e-3), x))
                .containsExactly(expected, within(1e-9));
        assertThat(applied(MFac.of(network(P), backwards).inverse(COMPUTE, 1e-3), x))
                .containsExactly(expected, within(1e-9));
    }

    @Test
    void moreGradientsThanParametersAreFineToo() {
        Random random = new Random(6);
        double[][] gradients = new double[9][];
        Arrays.setAll(gradients, k -> random.doubles(4, -1, 1).toArray());
        double[] x = {1, 2, -1, 0.5};
        double[][] fisher = fisher(gradients);
        double mean = (fisher[0][0] + fisher[1][1] + fisher[2][2] + fisher[3][3]) / 4;
        InverseCurvature inverse = MFac.of(network(4), gradients).inverse(COMPUTE, DampingRule.relativeToMean(0.1));

        assertThat(applied(inverse, x))
                .containsExactly(DenseMatrices.solveDamped(fisher, 0.1 * mean, x), within(1e-11));
        assertThat(inverse.dampings().get("layer")).isCloseTo(0.1 * mean, within(1e-12));
        assertThat(inverse.coveragePercent()).isEqualTo(100);
    }

    @Test
    void theDiagonalIsThatOfTheDenseInverse() {
        double[][] gradients = gradients(7, 7);
        double[] diagonal = MFac.of(network(P), gradients).inverseDiagonal(COMPUTE, 0.1);

        for (int i = 0; i < P; i++) {
            double[] unit = new double[P];
            unit[i] = 1;
            assertThat(diagonal[i])
                    .isCloseTo(DenseMatrices.solveDamped(fisher(gradients), 0.1, unit)[i], within(1e-12));
        }
    }

    @Test
    void ofAllRowsItInvertsTheEmpiricalFisherMatrix() {
        Model model = SmallProblems.convolutional(2);
        Dataset data = SmallProblems.rows(model, 12, 7);
        try (Engine engine = SmallProblems.reference(2, 4);
                EmpiricalFisher fisher = new EmpiricalFisher(engine, model, data)) {
            double[] v = new Random(1).doubles(fisher.dimension(), -1, 1).toArray();
            double[] product = new double[v.length];
            MFac all = MFac.fit(engine, model, data, MFac.Options.DEFAULT);
            fisher.damped(0.02).apply(applied(all.inverse(engine.compute(), 0.02), v), product);

            assertThat(product).containsExactly(v, within(1e-10));
            assertThat(all.gradients()).isEqualTo(12);
            assertThat(MFac.fit(engine, model, data, new MFac.Options(5, 1)).gradients())
                    .isEqualTo(5);
        }
    }

    @Test
    void aGradientThatIsRefusedLeavesTheWindowAsItWas() {
        DynamicMFac window = new DynamicMFac(network(2), COMPUTE.cholesky(), 1);
        window.add(new double[] {1, 2});

        assertThatThrownBy(() -> window.add(new double[] {Double.NaN, 0})).hasMessageContaining("not finite");
        double[] product = new double[2];
        window.inverse(1).apply(new double[] {1, 2}, product);

        assertThat(product).containsExactly(new double[] {1 / 6.0, 2 / 6.0}, within(1e-15)); // λ + ‖g‖² = 6
    }

    @Test
    void refusesNothingWrongLengthsAndNumbersThatAreNotFinite() {
        DynamicMFac window = new DynamicMFac(network(2), COMPUTE.cholesky(), 2);

        assertThatThrownBy(() -> window.inverse(0.1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> window.add(new double[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 numbers instead of 2");
        assertThatThrownBy(() -> MFac.of(network(2), new double[] {Double.NaN, 0}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not finite");
        assertThatThrownBy(() -> MFac.of(network(2))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MFac.of(network(2), new double[2]).inverse(COMPUTE, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("above 0");
    }

    /** The paper's recursion, one gradient at a time. */
    private static double[] shermanMorrison(double[][] gradients, double damping, double[] x) {
        int m = gradients.length;
        double[][] v = new double[m][];
        double[] denominators = new double[m];
        for (int k = 0; k < m; k++) {
            v[k] = reduced(gradients[k], damping, v, denominators, k);
            denominators[k] = m + dot(gradients[k], v[k]);
        }
        return reduced(x, damping, v, denominators, m);
    }

    private static double[] reduced(double[] x, double damping, double[][] v, double[] denominators, int count) {
        double[] y = Arrays.stream(x).map(value -> value / damping).toArray();
        for (int j = 0; j < count; j++) {
            double share = dot(v[j], x) / denominators[j];
            for (int i = 0; i < y.length; i++) {
                y[i] -= share * v[j][i];
            }
        }
        return y;
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    private static double[][] fisher(double[][] gradients) {
        int p = gradients[0].length;
        double[][] matrix = new double[p][p];
        for (double[] gradient : gradients) {
            for (int i = 0; i < p; i++) {
                for (int j = 0; j < p; j++) {
                    matrix[i][j] += gradient[i] * gradient[j] / gradients.length;
                }
            }
        }
        return matrix;
    }

    private static double[][] gradients(int m, long seed) {
        Random random = new Random(seed);
        double[][] gradients = new double[m][];
        Arrays.setAll(gradients, k -> random.doubles(P, -1, 1).toArray());
        return gradients;
    }

    private static double[] applied(InverseCurvature inverse, double... v) {
        double[] to = new double[v.length];
        inverse.apply(v, to);
        return to;
    }

    private static Network network(int parameters) {
        return Network.builder(Shape.flat(parameters))
                .add("layer", new Dense(1, false))
                .build(Loss.SQUARED_ERROR);
    }
}
