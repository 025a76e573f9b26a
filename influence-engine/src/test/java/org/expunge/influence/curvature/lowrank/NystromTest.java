package org.expunge.influence.curvature.lowrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.EigenKernels;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.RowSums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowRange;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.testkit.DenseMatrices;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;

class NystromTest {
    private static final EigenKernels EIGEN = new ReferenceCompute().eigen();

    @Test
    void aMatrixOfLowRankIsFoundExactly() {
        double[] spectrum = new double[30];
        Arrays.setAll(spectrum, i -> i < 4 ? 4 - i : 0);
        double[][] matrix = ArnoldiTest.rotated(spectrum, 1);
        LowRank pairs =
                Nystrom.fit(ArnoldiTest.operator(matrix), network(30), EIGEN, new Nystrom.Options(8, 2, 1e-10, 3));

        assertThat(pairs.eigenvalues()).containsExactly(new double[] {4, 3, 2, 1}, within(1e-9));
        double[] v = new Random(1).doubles(30, -1, 1).toArray();
        double[] found = new double[30];
        pairs.inverse(0.2, LowRank.Complement.KEPT).apply(v, found);
        assertThat(found).containsExactly(DenseMatrices.solveDamped(matrix, 0.2, v), within(1e-8));
    }

    @Test
    void eigenvaluesAreNeverAboveThoseOfTheMatrixAndTheLargestAreNear() {
        double[] spectrum =
                IntStream.range(0, 60).mapToDouble(i -> Math.pow(10, -i / 6.0)).toArray();
        double[][] matrix = ArnoldiTest.rotated(spectrum, 2);
        LowRank pairs =
                Nystrom.fit(ArnoldiTest.operator(matrix), network(60), EIGEN, new Nystrom.Options(10, 10, 1e-12, 3));

        for (int k = 0; k < 10; k++) {
            assertThat(pairs.eigenvalues()[k]).isLessThanOrEqualTo(spectrum[k] * (1 + 1e-9));
            assertThat(pairs.eigenvalues()[k]).isGreaterThan(spectrum[k] * 0.95);
            for (int j = 0; j <= k; j++) {
                assertThat(pairs.project(pairs.vector(k))[j]).isCloseTo(j == k ? 1 : 0, within(1e-12));
            }
        }
    }

    @Test
    void inFullDimensionItIsTheDirectSolve() {
        Model model = SmallProblems.dense(1);
        Dataset data = SmallProblems.rows(model, 40, 7);
        try (Engine engine = SmallProblems.reference(1, 8);
                GaussNewton curvature = new GaussNewton(engine, model, data)) {
            int p = curvature.dimension();
            LowRank pairs = Nystrom.fit(curvature, model.network(), EIGEN, new Nystrom.Options(p, 0, 1e-13, 3));
            double[] v = new Random(1).doubles(p, -1, 1).toArray();
            double[] found = new double[p];
            pairs.inverse(0.01, LowRank.Complement.KEPT).apply(v, found);

            assertThat(found)
                    .containsExactly(DenseMatrices.solveDamped(DenseMatrices.of(curvature), 0.01, v), within(1e-6));
        }
    }

    @Test
    void sumsOfPartsGiveThePairsOfAllRows() {
        Model model = SmallProblems.convolutional(1);
        Dataset data = SmallProblems.rows(model, 17, 7);
        Nystrom.Options options = new Nystrom.Options(5, 5, 1e-9, 3);
        try (Engine engine = SmallProblems.reference(2, 4);
                GaussNewton whole = new GaussNewton(engine, model, data);
                GaussNewton first = new GaussNewton(engine, model, data.select(new RowRange(0, 6).rows()));
                GaussNewton last = new GaussNewton(engine, model, data.select(new RowRange(6, 17).rows()))) {
            LowRank expected = Nystrom.fit(whole, model.network(), EIGEN, options);
            RowSums sums =
                    Nystrom.sums(last, model.network(), options).plus(Nystrom.sums(first, model.network(), options));
            LowRank found = Nystrom.of(model.network(), EIGEN, options, sums);

            assertThat(found.eigenvalues()).containsExactly(expected.eigenvalues(), within(1e-12));
            assertThat(sums.rows()).isEqualTo(17);
        }
    }

    @Test
    void refusesACurvatureOfAnotherSizeOrOfNothing() {
        assertThatThrownBy(() ->
                        Nystrom.fit(ArnoldiTest.operator(new double[3][3]), network(4), EIGEN, Nystrom.Options.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 parameters but the network has 4");
        assertThatThrownBy(() ->
                        Nystrom.fit(ArnoldiTest.operator(new double[3][3]), network(3), EIGEN, Nystrom.Options.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 along every direction");
    }

    private static Network network(int parameters) {
        return Network.builder(Shape.flat(parameters))
                .add("layer", new Dense(1, false))
                .build(Loss.SQUARED_ERROR);
    }
}
