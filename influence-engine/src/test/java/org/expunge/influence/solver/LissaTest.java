package org.expunge.influence.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.curvature.RowOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LissaTest {
    private static final int ROWS = 200;
    private static final int P = 8;
    private static final double DAMPING = 0.1;

    private final OuterProducts rows = new OuterProducts(ROWS, P, 3);
    private final ParameterVector b =
            ParameterVector.of(new Random(4).doubles(P, -1, 1).toArray());

    /** The fixed point of the widely used form at d = .01 and σ = 10 is that of a damping of .1. */
    @Test
    void meetsThePublishedExampleWithItsDampingTimesItsScale() {
        RowOperator diagonal = new OneMatrix(new double[][] {{0.5, 0}, {0, 2}});
        ParameterVector ones = ParameterVector.of(1, 1);

        double[] ours = lissa(0.01 * 10, new Scale.Fixed(10), 1, 2_000, 1)
                .solve(diagonal, List.of(ones))
                .results()
                .get(0)
                .solution()
                .toArray();
        double[] slipped = lissa(0.01, new Scale.Fixed(10), 1, 2_000, 1)
                .solve(diagonal, List.of(ones))
                .results()
                .get(0)
                .solution()
                .toArray();

        assertThat(ours).containsExactly(new double[] {1.6666666667, 0.4761904762}, within(1e-7));
        assertThat(slipped).containsExactly(new double[] {1 / 0.51, 1 / 2.01}, within(1e-7));
        assertThat(dampedTwice(new double[] {0.5, 2}, 0.01, 10))
                .as("the form with the slip")
                .containsExactly(ours, within(1e-7));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 50})
    void onOneFixedMatrixTheErrorKeepsItsBound(int depth) {
        KnownSpectrum problem = KnownSpectrum.of(5, 0.2, 0.9, 1.5, 4);
        double[] solution = {1, -2, 0.5, 1};
        double scale = 4 + DAMPING;
        double[] right = problem.times(solution).toArray();
        Vectors.addScaled(DAMPING, solution, right);

        double[] error = lissa(DAMPING, new Scale.Fixed(scale), 1, depth, 1)
                .solve(new OneMatrix(problem.matrix()), List.of(ParameterVector.of(right)))
                .results()
                .get(0)
                .solution()
                .toArray();

        Vectors.addScaled(-1, solution, error);
        double bound = Math.pow(1 - (0.2 + DAMPING) / scale, depth);
        assertThat(Vectors.norm(error) / Vectors.norm(solution)).isLessThanOrEqualTo(bound);
    }

    @Test
    void theMeanOverRepeatsIsNearTheAnswerAsItsStandardErrorSays() {
        Lissa.Solution solution =
                lissa(DAMPING, new Scale.Estimated(8, 1.2, 0), 50, 400, 12).solve(rows, List.of(b));

        SolveResult result = solution.results().get(0);
        assertThat(result.isConverged()).isTrue();
        double[] error = result.solution().toArray();
        double[] exact = exact();
        Vectors.addScaled(-1, exact, error);
        double relative = Vectors.norm(error) / Vectors.norm(exact);
        // a mean of 8 squared normal errors is below 4 of its expectation but once in 1e4, beside a small bias
        assertThat(relative).isLessThan(2 * solution.standardErrors().get(0) + 0.005);
        assertThat(solution.standardErrors().get(0)).isBetween(5e-3, 0.05);
        assertThat(result.relativeResidual()).isLessThan(0.05);
    }

    @Test
    void allRightHandSidesSeeTheSameBatches() {
        Lissa lissa = lissa(DAMPING, Scale.Estimated.DEFAULT, 20, 50, 2);
        ParameterVector other =
                ParameterVector.of(new Random(9).doubles(P, -1, 1).toArray());

        Lissa.Solution together = lissa.solve(rows, List.of(b, other));

        assertThat(together.results().get(0))
                .isEqualTo(lissa.solve(rows, List.of(b)).results().get(0));
        assertThat(together.results().get(1))
                .isEqualTo(lissa.solve(rows, List.of(other)).results().get(0));
        assertThat(lissa(DAMPING, Scale.Estimated.DEFAULT, 20, 50, 1)
                        .solve(rows, List.of(b))
                        .standardErrors()
                        .get(0))
                .isNaN();
    }

    @Test
    void reportsDivergenceInPlaceOfAnAnswer() {
        double largest = 1.2 * new Scale.Estimated(8, 1, 0).of(rows).value();

        Lissa.Solution solution =
                lissa(DAMPING, new Scale.Fixed(0.35 * largest), 20, 5_000, 2).solve(rows, List.of(b));

        assertThat(solution.results().get(0))
                .isInstanceOfSatisfying(
                        SolveResult.Diverged.class,
                        found -> assertThat(found.growth()).isGreaterThan(1));
        assertThat(solution.results().get(0).solution().toArray()).containsOnly(0);
    }

    @Test
    void saysWhereItsDepthWasTooSmall() {
        SolveResult result = lissa(1e-4, new Scale.Fixed(50), 20, 3, 1)
                .solve(rows, List.of(b))
                .results()
                .get(0);

        assertThat(result).isInstanceOf(SolveResult.BudgetSpent.class);
        assertThat(result.relativeResidual()).isBetween(0.5, 1.0);
        // three batches of a tenth, and one product over all rows for the residual
        assertThat(result.products()).isEqualTo(2);
    }

    @Test
    void takesEveryRowOnceBeforeAnyASecondTime() {
        List<int[]> seen = new ArrayList<>();
        RowOperator watched = new RowOperator() {
            @Override
            public int rows() {
                return 10;
            }

            @Override
            public int dimension() {
                return 1;
            }

            @Override
            public void apply(double[] x, double[] y) {
                y[0] = x[0];
            }

            @Override
            public void applyAll(int[] chosen, double[][] x, double[][] y) {
                seen.add(chosen);
                y[0][0] = x[0][0];
            }
        };

        lissa(0, new Scale.Fixed(1), 5, 4, 1).solve(watched, List.of(ParameterVector.of(1)));

        // a fixed scale still looks at no batch's products, but three batches are drawn for it: then 3 + 4 in order
        assertThat(seen)
                .hasSize(4)
                .allMatch(batch -> Arrays.stream(batch).distinct().count() == 5);
        int[] epoch = IntStream.concat(Arrays.stream(seen.get(1)), Arrays.stream(seen.get(2)))
                .sorted()
                .toArray();
        assertThat(epoch).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void theZeroVectorIsAnsweredAndWrongArgumentsAreRefused() {
        Lissa lissa = new Lissa(Lissa.Options.withDamping(DAMPING));

        Lissa.Solution solution = lissa.solve(rows, List.of(ParameterVector.of(new double[P])));

        assertThat(solution.results().get(0).isConverged()).isTrue();
        assertThat(solution.results().get(0).solution().toArray()).containsOnly(0);
        assertThatThrownBy(() -> lissa.solve(rows, List.of(ParameterVector.of(1))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Lissa.Options.withDamping(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> lissa(0, Scale.Estimated.DEFAULT, 0, 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> lissa(0, Scale.Estimated.DEFAULT, 1, 0, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> lissa(0, Scale.Estimated.DEFAULT, 1, 1, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private double[] exact() {
        return new ConjugateGradient(new ConjugateGradient.Options(1e-13, 100))
                .solve(rows.damped(DAMPING), b)
                .solution()
                .toArray();
    }

    private static Lissa lissa(double damping, Scale scale, int batch, int depth, int repeats) {
        return new Lissa(new Lissa.Options(damping, scale, batch, depth, repeats, 0.05, 7));
    }

    /** The form in wide use: {@code h ← v + (1 − d) h − C h / σ}, answered by {@code h / σ}. */
    private static double[] dampedTwice(double[] diagonal, double d, double scale) {
        double[] h = new double[diagonal.length];
        for (int t = 0; t < 2_000; t++) {
            Arrays.setAll(h, i -> 1 + (1 - d) * h[i] - diagonal[i] * h[i] / scale);
        }
        return Arrays.stream(h).map(value -> value / scale).toArray();
    }

    /** One row whose matrix is given. */
    private static final class OneMatrix implements RowOperator {
        private final double[][] matrix;

        OneMatrix(double[][] matrix) {
            this.matrix = matrix;
        }

        @Override
        public int rows() {
            return 1;
        }

        @Override
        public int dimension() {
            return matrix.length;
        }

        @Override
        public void apply(double[] x, double[] y) {
            SpdProblem.operator(matrix).apply(x, y);
        }

        @Override
        public void applyAll(int[] rows, double[][] x, double[][] y) {
            applyAll(x, y);
        }
    }

    /** The mean of {@code a_i a_iᵀ}: linear regression. */
    private static final class OuterProducts implements RowOperator {
        private final double[][] rows;
        private final int p;

        OuterProducts(int n, int p, long seed) {
            Random random = new Random(seed);
            this.p = p;
            this.rows = new double[n][p];
            for (double[] row : rows) {
                Arrays.setAll(row, i -> random.nextGaussian());
            }
        }

        @Override
        public int rows() {
            return rows.length;
        }

        @Override
        public int dimension() {
            return p;
        }

        @Override
        public void apply(double[] x, double[] y) {
            applyAll(IntStream.range(0, rows.length).toArray(), new double[][] {x}, new double[][] {y});
        }

        @Override
        public void applyAll(int[] chosen, double[][] x, double[][] y) {
            for (int k = 0; k < x.length; k++) {
                Arrays.fill(y[k], 0);
                for (int row : chosen) {
                    Vectors.addScaled(Vectors.dot(rows[row], x[k]) / chosen.length, rows[row], y[k]);
                }
            }
        }
    }
}
