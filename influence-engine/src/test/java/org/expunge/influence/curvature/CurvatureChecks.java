package org.expunge.influence.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;

/** What products with a curvature must do, to be run on right and on wrong ones. */
final class CurvatureChecks {
    private CurvatureChecks() {}

    /** {@code uᵀCv = vᵀCu} for some vectors, to rounding. */
    static void checkSymmetric(LinearOperator operator) {
        for (int seed = 0; seed < 3; seed++) {
            double[] u = vector(operator.dimension(), 2L * seed);
            double[] v = vector(operator.dimension(), 2L * seed + 1);
            double[] cu = product(operator, u);
            double[] cv = product(operator, v);
            double size = Math.sqrt(dot(u, u) * dot(cv, cv));
            assertThat(dot(u, cv)).as("uᵀCv against vᵀCu").isCloseTo(dot(v, cu), within(1e-12 * size));
        }
    }

    /** {@code vᵀCv ≥ 0} for some vectors, but for rounding. */
    static void checkPositive(LinearOperator operator) {
        for (int seed = 0; seed < 10; seed++) {
            double[] v = vector(operator.dimension(), seed);
            double[] cv = product(operator, v);
            assertThat(dot(v, cv)).as("vᵀCv").isGreaterThanOrEqualTo(-1e-14 * Math.sqrt(dot(v, v) * dot(cv, cv)));
        }
    }

    /** Products with some vectors, in which every column has its part, are those of a matrix known otherwise. */
    static void checkMatrix(LinearOperator operator, double[][] expected, double relative) {
        int p = expected.length;
        double[][] x = {vector(p, 1), vector(p, 2), vector(p, 3)};
        double[][] y = new double[x.length][p];
        operator.applyAll(x, y);
        for (int k = 0; k < x.length; k++) {
            double[] product = new double[p];
            for (int i = 0; i < p; i++) {
                product[i] = dot(expected[i], x[k]);
            }
            checkClose(y[k], product, relative);
        }
    }

    /** Entries agree relative to the largest. */
    static void checkClose(double[] actual, double[] expected, double relative) {
        double size = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        assertThat(actual).as("product").containsExactly(expected, within(relative * size));
    }

    static double[] product(LinearOperator operator, double[] x) {
        double[] y = new double[x.length];
        operator.apply(x, y);
        return y;
    }

    static double[] vector(int length, long seed) {
        return new Random(seed).doubles(length, -1, 1).toArray();
    }

    static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }
}
