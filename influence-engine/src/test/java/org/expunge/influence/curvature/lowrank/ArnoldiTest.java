package org.expunge.influence.curvature.lowrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.expunge.influence.compute.EigenKernels;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.solver.ArnoldiIteration;
import org.expunge.influence.solver.KrylovBasis;
import org.expunge.influence.solver.Lanczos;
import org.expunge.influence.solver.RitzPairs;
import org.expunge.influence.testkit.DenseMatrices;
import org.junit.jupiter.api.Test;

class ArnoldiTest {
    private static final double DAMPING = 0.1;
    private static final EigenKernels EIGEN = new ReferenceCompute().eigen();

    @Test
    void ritzValuesAndProjectedInfluenceOfADiagonalAreThoseWorkedOutByHand() {
        Arnoldi arnoldi = distilled(diagonal(1, 2, 3), 2, new double[] {1, 1, 1});

        assertThat(arnoldi.pairs().eigenvalues())
                .containsExactly(new double[] {2.8164965809, 1.1835034191}, within(1e-9));
        double[] one = arnoldi.pairs().project(new double[] {1, 0, 2});
        double[] other = arnoldi.pairs().project(new double[] {0, 1, 1});
        double influence = 0;
        for (int k = 0; k < 2; k++) {
            influence += one[k] * other[k] / arnoldi.pairs().eigenvalues()[k];
        }
        assertThat(influence).isCloseTo(1, within(1e-9)); // 2/3 with all three pairs
    }

    @Test
    void theTenLargestOfAKnownSpectrumAreFoundAndTheirCertificatesAreMeasured() {
        double[] spectrum = IntStream.range(0, 100)
                .mapToDouble(i -> Math.pow(10, -2 + i / 25.0))
                .toArray();
        double[][] matrix = rotated(spectrum, 3);
        LinearOperator operator = operator(matrix);

        LowRank pairs =
                Arnoldi.fit(operator, network(100), EIGEN, options(80, 10)).pairs();

        double[] largest = Arrays.copyOf(descending(spectrum), 10);
        assertThat(pairs.eigenvalues()).containsExactly(largest, within(1e-8));
        for (int k = 0; k < pairs.rank(); k++) {
            double[] vector = pairs.vector(k);
            double[] product = new double[100];
            operator.apply(vector, product);
            double theta = pairs.eigenvalues()[k];
            double residual = Math.sqrt(IntStream.range(0, 100)
                    .mapToDouble(i -> product[i] - theta * vector[i])
                    .map(d -> d * d)
                    .sum());
            assertThat(pairs.residuals()[k]).isCloseTo(residual, within(1e-10));
        }
    }

    @Test
    void inFullDimensionItIsTheDirectSolve() {
        double[][] matrix = rotated(spread(30), 4);
        Arnoldi arnoldi = Arnoldi.fit(operator(matrix), network(30), EIGEN, options(30, 30));
        double[] v = new Random(1).doubles(30, -1, 1).toArray();

        assertThat(arnoldi.diagnostics().isInvariant()).isTrue();
        assertThat(arnoldi.diagnostics().orthogonalityError()).isLessThan(1e-12);
        assertThat(applied(arnoldi.pairs().inverse(DAMPING, LowRank.Complement.KEPT), v))
                .containsExactly(DenseMatrices.solveDamped(matrix, DAMPING, v), within(1e-8));
    }

    /** The check of the low rank inverse, and what it says of an inverse that drops the complement. */
    @Test
    void ofRankKItIsTheInverseOfTheTruncatedMatrixWithItsComplementAndRejectsADroppedOne() {
        double[][] matrix = rotated(spread(40), 5);
        LowRank pairs = Arnoldi.fit(operator(matrix), network(40), EIGEN, options(40, 6))
                .pairs();

        assertThat(woodburyError(pairs, LowRank.Complement.KEPT)).isLessThan(1e-8);
        assertThat(woodburyError(pairs, LowRank.Complement.DROPPED)).isGreaterThan(0.5);
    }

    /** Returns the largest relative error of an inverse against a dense one of {@code Σ θ e eᵀ + λI}. */
    private static double woodburyError(LowRank pairs, LowRank.Complement complement) {
        int p = pairs.vector(0).length;
        double[][] truncated = new double[p][p];
        for (int k = 0; k < pairs.rank(); k++) {
            double[] e = pairs.vector(k);
            for (int i = 0; i < p; i++) {
                for (int j = 0; j < p; j++) {
                    truncated[i][j] += pairs.eigenvalues()[k] * e[i] * e[j];
                }
            }
        }
        double[] v = new Random(2).doubles(p, -1, 1).toArray();
        double[] expected = DenseMatrices.solveDamped(truncated, DAMPING, v);
        double[] found = applied(pairs.inverse(DAMPING, complement), v);
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        return IntStream.range(0, p)
                        .mapToDouble(i -> Math.abs(found[i] - expected[i]))
                        .max()
                        .orElseThrow()
                / largest;
    }

    @Test
    void aStartThatMeansSomethingHidesPairsAndARandomOneDoesNot() {
        LinearOperator operator = diagonal(5, 4, 3, 2, 1);

        assertThat(distilled(operator, 5, new double[] {0, 0, 1, 1, 1}).pairs().eigenvalues())
                .containsExactly(new double[] {3, 2, 1}, within(1e-9));
        assertThat(Arnoldi.fit(operator, network(5), EIGEN, options(5, 5))
                        .pairs()
                        .eigenvalues())
                .containsExactly(new double[] {5, 4, 3, 2, 1}, within(1e-9));
    }

    @Test
    void aMatrixOfRankThreeEndsTheIterationAfterFourSteps() {
        double[] spectrum = new double[20];
        spectrum[4] = 3;
        spectrum[9] = 2;
        spectrum[13] = 1;
        Arnoldi arnoldi = Arnoldi.fit(operator(rotated(spectrum, 6)), network(20), EIGEN, options(15, 10));

        assertThat(arnoldi.diagnostics().products()).isEqualTo(4);
        assertThat(arnoldi.diagnostics().isInvariant()).isTrue();
        assertThat(arnoldi.pairs().eigenvalues()).containsExactly(new double[] {3, 2, 1}, within(1e-10));
    }

    @Test
    void keepsNegativePairsOnlyWhenAskedTo() {
        LinearOperator operator = diagonal(3, -4, 1, 0.5, -0.25);
        double[] v = {1, 1, 1, 1, 1};
        Arnoldi byMagnitude = Arnoldi.fit(
                operator,
                network(5),
                EIGEN,
                new Arnoldi.Options(new Lanczos.Options(5, 1e-10, 1), 2, RitzPairs.Selection.MAGNITUDE, 0.1, 0));

        assertThat(byMagnitude.pairs().eigenvalues()).containsExactly(new double[] {-4, 3}, within(1e-9));
        assertThat(byMagnitude.diagnostics().negative()).isEqualTo(1);
        InverseCurvature inverse = byMagnitude.pairs().inverse(1, LowRank.Complement.KEPT);
        double[] preconditioned = new double[5];
        inverse.precondition(v, preconditioned);
        assertThat(applied(inverse, v)).containsExactly(new double[] {1 / 4.0, -1 / 3.0, 1, 1, 1}, within(1e-9));
        assertThat(preconditioned).containsExactly(new double[] {1 / 4.0, 1 / 5.0, 1, 1, 1}, within(1e-9));
        assertThat(Arnoldi.fit(operator, network(5), EIGEN, options(5, 2))
                        .pairs()
                        .eigenvalues())
                .containsExactly(new double[] {3, 1}, within(1e-9));
        assertThatThrownBy(() -> byMagnitude.pairs().inverse(4, LowRank.Complement.KEPT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cancel");
    }

    @Test
    void dropsPairsThatAreNotAccurateEnoughAndCountsThem() {
        LinearOperator operator = operator(rotated(spread(60), 8));
        Arnoldi strict = Arnoldi.fit(
                operator,
                network(60),
                EIGEN,
                new Arnoldi.Options(new Lanczos.Options(20, 1e-10, 1), 15, RitzPairs.Selection.POSITIVE, 1e-6, 0));

        assertThat(strict.diagnostics().inaccurate()).isBetween(1, 14);
        assertThat(strict.pairs().rank()).isEqualTo(15 - strict.diagnostics().inaccurate());
        for (int k = 0; k < strict.pairs().rank(); k++) {
            assertThat(strict.pairs().residuals()[k])
                    .isLessThanOrEqualTo(1e-6 * strict.pairs().eigenvalues()[k]);
        }
        assertThatThrownBy(() -> Arnoldi.fit(
                        operator,
                        network(60),
                        EIGEN,
                        new Arnoldi.Options(
                                new Lanczos.Options(2, 1e-10, 1), 15, RitzPairs.Selection.POSITIVE, 1e-9, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("take more steps");
    }

    @Test
    void anOperatorThatIsAnotherMatrixEachTimeShowsInTheDiagnostics() {
        double[][] matrix = rotated(spread(30), 9);
        LinearOperator fixed = operator(matrix);
        SplittableRandom noise = new SplittableRandom(1);
        LinearOperator stochastic = new LinearOperator() {
            @Override
            public int dimension() {
                return 30;
            }

            @Override
            public void apply(double[] x, double[] y) {
                fixed.apply(x, y);
                Arrays.setAll(y, i -> y[i] * (1 + 0.1 * noise.nextDouble()));
            }
        };

        assertThat(Arnoldi.fit(fixed, network(30), EIGEN, options(15, 3))
                        .diagnostics()
                        .asymmetry())
                .isLessThan(1e-12);
        assertThat(Arnoldi.fit(stochastic, network(30), EIGEN, options(15, 3))
                        .diagnostics()
                        .asymmetry())
                .isGreaterThan(1e-3);
    }

    @Test
    void aMultipleOfTheIdentityShiftsTheValuesAndKeepsTheVectors() {
        double[][] matrix = rotated(spread(20), 10);
        LowRank pairs = Arnoldi.fit(operator(matrix), network(20), EIGEN, options(20, 4))
                .pairs();
        LowRank shifted = Arnoldi.fit(operator(matrix).damped(0.5), network(20), EIGEN, options(20, 4))
                .pairs();

        for (int k = 0; k < 4; k++) {
            assertThat(shifted.eigenvalues()[k]).isCloseTo(pairs.eigenvalues()[k] + 0.5, within(1e-9));
            assertThat(Math.abs(pairs.project(shifted.vector(k))[k])).isCloseTo(1, within(1e-9));
        }
    }

    @Test
    void aRuleSeesAllEigenvaluesAndEveryLayerIsCovered() {
        LowRank pairs = Arnoldi.fit(diagonal(5, 4, 3, 2, 1), network(5), EIGEN, options(5, 2))
                .pairs();
        InverseCurvature inverse = pairs.inverse(DampingRule.relativeToMean(0.1));

        assertThat(inverse.dampings()).containsOnlyKeys("layer");
        assertThat(inverse.dampings().get("layer")).isCloseTo(0.1 * 9 / 5, within(1e-9));
        assertThat(inverse.coveragePercent()).isEqualTo(100);
        assertThat(inverse.method()).isEqualTo("arnoldi");
        assertThat(inverse.inputs())
                .isNotEqualTo(pairs.inverse(0.18, LowRank.Complement.DROPPED).inputs());
    }

    private static Arnoldi distilled(LinearOperator operator, int steps, double[] start) {
        KrylovBasis basis =
                new ArnoldiIteration(new Lanczos.Options(steps, 1e-10, 0)).run(operator, ParameterVector.of(start));
        return Arnoldi.distill(
                basis,
                network(start.length),
                EIGEN,
                new Arnoldi.Options(new Lanczos.Options(steps, 1e-10, 0), steps, RitzPairs.Selection.POSITIVE, 10, 0));
    }

    private static Arnoldi.Options options(int steps, int rank) {
        return new Arnoldi.Options(new Lanczos.Options(steps, 1e-10, 1), rank, RitzPairs.Selection.POSITIVE, 0.1, 1e-9);
    }

    private static Network network(int parameters) {
        return Network.builder(Shape.flat(parameters))
                .add("layer", new Dense(1, false))
                .build(Loss.SQUARED_ERROR);
    }

    private static double[] applied(InverseCurvature inverse, double[] v) {
        double[] to = new double[v.length];
        inverse.apply(v, to);
        return to;
    }

    private static double[] spread(int count) {
        return IntStream.range(0, count)
                .mapToDouble(i -> Math.pow(10, -2 + 3.0 * i / count))
                .toArray();
    }

    private static double[] descending(double[] values) {
        double[] sorted = Arrays.stream(values).map(v -> -v).sorted().toArray();
        return Arrays.stream(sorted).map(v -> -v).toArray();
    }

    private static LinearOperator diagonal(double... values) {
        double[][] matrix = new double[values.length][values.length];
        Arrays.setAll(values, i -> matrix[i][i] = values[i]);
        return operator(matrix);
    }

    static LinearOperator operator(double[][] matrix) {
        return new LinearOperator() {
            @Override
            public int dimension() {
                return matrix.length;
            }

            @Override
            public void apply(double[] x, double[] y) {
                for (int i = 0; i < y.length; i++) {
                    y[i] = 0;
                    for (int j = 0; j < x.length; j++) {
                        y[i] += matrix[i][j] * x[j];
                    }
                }
            }
        };
    }

    /** Returns a dense matrix of a given spectrum: the eigenvectors of a random symmetric one. */
    static double[][] rotated(double[] spectrum, long seed) {
        int n = spectrum.length;
        Random random = new Random(seed);
        double[] q = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                q[i * n + j] = random.nextGaussian();
                q[j * n + i] = q[i * n + j];
            }
        }
        EIGEN.decompose(n, q);
        double[][] matrix = new double[n][n];
        for (int k = 0; k < n; k++) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    matrix[i][j] += spectrum[k] * q[k * n + i] * q[k * n + j];
                }
            }
        }
        return matrix;
    }
}
