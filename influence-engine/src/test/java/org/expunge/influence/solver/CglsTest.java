package org.expunge.influence.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.curvature.RectangularOperator;
import org.junit.jupiter.api.Test;

class CglsTest {
    private final Cgls solver = new Cgls(new ConjugateGradient.Options(1e-13, 100));

    @Test
    void meetsTheNormalEquationsOfATallMatrix() {
        // AᵀA = (2, 1; 1, 2), Aᵀb = (4, 5): x = (1, 2)
        SolveResult result =
                solver.solve(matrix(new double[][] {{1, 0}, {0, 1}, {1, 1}}), ParameterVector.of(1, 2, 3), 0);

        assertThat(result.isConverged()).isTrue();
        assertThat(result.solution().toArray()).containsExactly(new double[] {1, 2}, within(1e-12));
    }

    @Test
    void dampingIsAddedToTheEigenvaluesOfTheNormalMatrix() {
        SolveResult result =
                solver.solve(matrix(new double[][] {{3, 0}, {0, 1}, {0, 0}}), ParameterVector.of(3, 2, 5), 1);

        assertThat(result.solution().toArray()).containsExactly(new double[] {9 / 10.0, 1}, within(1e-12));
    }

    @Test
    void takesTheShortestOfManyAnswers() {
        SolveResult wide = solver.solve(matrix(new double[][] {{1, 2, 2}}), ParameterVector.of(9), 0);
        SolveResult singular = solver.solve(matrix(new double[][] {{1, 1}, {1, 1}}), ParameterVector.of(1, 3), 0);

        assertThat(wide.solution().toArray()).containsExactly(new double[] {1, 2, 2}, within(1e-12));
        assertThat(singular.solution().toArray()).containsExactly(new double[] {1, 1}, within(1e-12));
    }

    @Test
    void overSomeColumnsItAnswersForTheResidualsOfAllRows() {
        LinearOperator h = SpdProblem.operator(new double[][] {{2, 1}, {1, 3}});

        SolveResult result = solver.solve(h.columns(new int[] {0}), ParameterVector.of(1, 1), 0);

        assertThat(result.solution().toArray()).containsExactly(new double[] {0.6}, within(1e-12));
        assertThatThrownBy(() -> h.columns(new int[] {2})).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> h.columns(new int[] {1, 1})).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void saysThatTheBudgetWasSpentAndCountsProductsFromBothSides() {
        KnownSpectrum problem = SolveChecks.PROBLEM;

        SolveResult result = new Cgls(new ConjugateGradient.Options(1e-10, 8))
                .solve(matrix(problem.matrix()), SolveChecks.rightHandSide(), 0);

        assertThat(result).isInstanceOf(SolveResult.BudgetSpent.class);
        assertThat(result.products()).isEqualTo(7);
        double[] s = SolveChecks.rightHandSide().toArray();
        Vectors.addScaled(-1, problem.times(result.solution().toArray()).toArray(), s);
        double expected = problem.times(s).norm()
                / problem.times(SolveChecks.rightHandSide().toArray()).norm();
        assertThat(result.relativeResidual()).isCloseTo(expected, within(1e-10));
    }

    @Test
    void whatTheColumnsCannotReachIsNothingToDo() {
        SolveResult result = solver.solve(matrix(new double[][] {{1}, {0}}), ParameterVector.of(0, 4), 0);

        assertThat(result).isEqualTo(new SolveResult.Converged(ParameterVector.of(0), 1, 0));
    }

    @Test
    void aProductThatIsNotANumberIsNoAnswerAndWrongArgumentsAreRefused() {
        RectangularOperator a = matrix(new double[][] {{1, 2}});

        assertThat(solver.solve(matrix(new double[][] {{Double.NaN}}), ParameterVector.of(1), 0))
                .isInstanceOf(SolveResult.NotPositiveDefinite.class);
        assertThatThrownBy(() -> solver.solve(a, ParameterVector.of(1, 2), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("b has length 2 but A has 1 rows");
        assertThatThrownBy(() -> solver.solve(a, ParameterVector.of(Double.NaN), 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> solver.solve(a, ParameterVector.of(1), -1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    static RectangularOperator matrix(double[][] matrix) {
        return new RectangularOperator() {
            @Override
            public int rows() {
                return matrix.length;
            }

            @Override
            public int columns() {
                return matrix[0].length;
            }

            @Override
            public void apply(double[] x, double[] y) {
                for (int i = 0; i < matrix.length; i++) {
                    y[i] = Vectors.dot(matrix[i], x);
                }
            }

            @Override
            public void applyTransposed(double[] y, double[] x) {
                Arrays.fill(x, 0);
                for (int i = 0; i < matrix.length; i++) {
                    Vectors.addScaled(y[i], matrix[i], x);
                }
            }
        };
    }
}
