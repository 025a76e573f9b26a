package org.expunge.influence.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConjugateGradientTest {
    /** Every random matrix has ‖A⁻¹‖ ≤ 1 and ‖b‖ < 40, so a residual of 1e-12 · ‖b‖ leaves under 1e-10. */
    private static final double ANSWER_TOLERANCE = 1e-10;

    private final ConjugateGradient solver = new ConjugateGradient(new ConjugateGradient.Options(1e-12, 200));

    @ParameterizedTest(name = "p = {0}")
    @ValueSource(ints = {1, 2, 7, 40})
    void recoversTheSolutionTheProblemWasBuiltFrom(int p) {
        SpdProblem problem = SpdProblem.random(p, 42L + p);

        SolveResult result = solver.solve(problem.operator(), problem.rightHandSide());

        assertThat(result).isInstanceOf(SolveResult.Converged.class);
        assertThat(result.solution().toArray()).containsExactly(problem.solution(), within(ANSWER_TOLERANCE));
        assertThat(result.products()).isBetween(1, 2 * p);
        assertThat(result.relativeResidual()).isLessThanOrEqualTo(1e-12);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 10})
    void dampingShiftsTheEigenvaluesOfTheOperatorItself(double damping) {
        LinearOperator diagonal = SpdProblem.operator(new double[][] {{2, 0}, {0, 5}});

        SolveResult result = solver.solve(diagonal.damped(damping), ParameterVector.of(1, 1));

        assertThat(result.solution().toArray())
                .containsExactly(new double[] {1 / (2 + damping), 1 / (5 + damping)}, within(ANSWER_TOLERANCE));
    }

    @Test
    void reportsNegativeCurvatureAsAnOutcome() {
        LinearOperator saddle = SpdProblem.operator(new double[][] {{1, 0}, {0, -2}});

        SolveResult result = solver.solve(saddle, ParameterVector.of(0, 1));

        assertThat(result)
                .isInstanceOfSatisfying(
                        SolveResult.NotPositiveDefinite.class,
                        found -> assertThat(found.curvature()).isCloseTo(-2, within(1e-15)));
        assertThat(result.relativeResidual()).isEqualTo(1);
    }

    @Test
    void reportsAProductThatIsNotANumberAsAnOutcome() {
        LinearOperator broken = SpdProblem.operator(new double[][] {{Double.NaN}});

        SolveResult result = solver.solve(broken, ParameterVector.of(1));

        assertThat(result).isInstanceOf(SolveResult.NotPositiveDefinite.class);
        assertThat(result.solution().toArray()).containsExactly(0);
    }

    @Test
    void saysThatTheBudgetWasSpentAndHowFarItCame() {
        SpdProblem problem = SpdProblem.random(30, 3);
        double[] b = problem.rightHandSide().toArray();

        SolveResult result = new ConjugateGradient(new ConjugateGradient.Options(1e-12, 3))
                .solve(problem.operator(), problem.rightHandSide());

        double[] ax = new double[30];
        problem.operator().apply(result.solution().toArray(), ax);
        double[] r = b.clone();
        Vectors.addScaled(-1, ax, r);
        assertThat(result).isInstanceOf(SolveResult.BudgetSpent.class);
        assertThat(result.products()).isEqualTo(3);
        assertThat(result.relativeResidual())
                .isCloseTo(Math.sqrt(Vectors.dot(r, r) / Vectors.dot(b, b)), within(1e-12));
    }

    @Test
    void theZeroVectorIsSolvedWithoutAProduct() {
        SpdProblem problem = SpdProblem.random(5, 1);

        SolveResult result = solver.solve(problem.operator(), ParameterVector.of(new double[5]));

        assertThat(result).isEqualTo(new SolveResult.Converged(ParameterVector.of(new double[5]), 0, 0));
    }

    @Test
    void sideBySideEachSystemHasTheIteratesItHasAlone() {
        LinearOperator a = SpdProblem.random(30, 3).operator();
        List<ParameterVector> b = IntStream.range(0, 20)
                .mapToObj(seed -> ParameterVector.of(
                        seed == 4
                                ? new double[30]
                                : new Random(seed).doubles(30, -1, 1).toArray()))
                .toList();
        ConjugateGradient short6 = new ConjugateGradient(new ConjugateGradient.Options(1e-6, 9));
        StoppingRule seventh = (products, systems, iterates) -> {
            boolean[] settled = new boolean[systems.length];
            for (int k = 0; k < systems.length; k++) {
                settled[k] = systems[k] == 7 && products == 3;
            }
            return settled;
        };

        List<SolveResult> together = short6.solveAll(a, b, seventh);

        for (int i = 0; i < b.size(); i++) {
            int only = i;
            StoppingRule alone = (products, systems, iterates) -> new boolean[] {only == 7 && products == 3};
            assertThat(together.get(i)).isEqualTo(short6.solve(a, b.get(i), alone));
        }
        assertThat(together.get(7)).isInstanceOf(SolveResult.Settled.class);
        assertThat(together.get(7).products()).isEqualTo(3);
        assertThat(short6.solveAll(a, List.of(), StoppingRule.NEVER)).isEmpty();
    }

    @Test
    void matchCallsTheHandlerOfTheOutcome() {
        SolveResult result = solver.solve(SpdProblem.operator(new double[][] {{4}}), ParameterVector.of(2));

        assertThat(result.outcome()).isEqualTo("converged");
        assertThat(result.isConverged()).isTrue();
    }

    @Test
    void refusesArgumentsThatCannotBeSolved() {
        LinearOperator a = SpdProblem.random(3, 1).operator();

        assertThatThrownBy(() -> solver.solve(a, ParameterVector.of(1, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("b has length 2 but A is 3 × 3");
        assertThatThrownBy(() -> solver.solve(a, ParameterVector.of(1, 2, Double.NaN)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("finite");
        assertThatThrownBy(() -> a.damped(-1)).isInstanceOf(IllegalArgumentException.class);
        for (double tolerance : Arrays.asList(0.0, 1.0, Double.NaN)) {
            assertThatThrownBy(() -> new ConjugateGradient.Options(tolerance, 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new ConjugateGradient.Options(0.1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Nested
    class WithAPreconditioner {
        @ParameterizedTest(name = "p = {0}")
        @ValueSource(ints = {1, 2, 7, 40})
        void recoversTheSolutionTheProblemWasBuiltFrom(int p) {
            SpdProblem problem = SpdProblem.random(p, 42L + p);
            double[] weights = new Random(1).doubles(p, 0.5, 2).toArray();

            SolveResult result = solver.solve(problem.operator(), problem.rightHandSide(), diagonal(weights));

            assertThat(result).isInstanceOf(SolveResult.Converged.class);
            assertThat(result.solution().toArray()).containsExactly(problem.solution(), within(ANSWER_TOLERANCE));
        }

        @Test
        void theExactInverseTakesOneProduct() {
            double[] matrix = {1, 1e3, 1e-3, 7};
            LinearOperator a = scaling(matrix);
            double[] inverse = Arrays.stream(matrix).map(value -> 1 / value).toArray();

            SolveResult result = solver.solve(a, ParameterVector.of(1, 2, 3, 4), diagonal(inverse));

            assertThat(result.products()).isEqualTo(1);
            assertThat(result.solution().toArray()).containsExactly(new double[] {1, 2e-3, 3e3, 4 / 7.0}, within(1e-9));
        }

        @Test
        void aNearInverseTakesFewerProductsThanNone() {
            double[] matrix = new double[60];
            Arrays.setAll(matrix, i -> Math.pow(10, i / 15.0));
            double[] near = new Random(2).doubles(60, 0.8, 1.25).toArray();
            Arrays.setAll(near, i -> near[i] / matrix[i]);
            double[] ones = new double[60];
            Arrays.fill(ones, 1);

            SolveResult plain = solver.solve(scaling(matrix), ParameterVector.of(ones));
            SolveResult helped = solver.solve(scaling(matrix), ParameterVector.of(ones), diagonal(near));

            assertThat(helped).isInstanceOf(SolveResult.Converged.class);
            assertThat(helped.products()).isLessThan(plain.products() / 3);
        }

        @Test
        void reportsAPreconditionerThatIsNotPositiveDefiniteAsAnOutcome() {
            LinearOperator a = scaling(1, 2);

            SolveResult atOnce = solver.solve(a, ParameterVector.of(0, 1), diagonal(1, -1));
            SolveResult later = solver.solve(a, ParameterVector.of(1, 0.5), diagonal(1, -1));

            assertThat(atOnce)
                    .isEqualTo(new SolveResult.PreconditionerNotPositiveDefinite(ParameterVector.of(0, 0), 0, 1, -1));
            assertThat(later)
                    .isInstanceOfSatisfying(
                            SolveResult.PreconditionerNotPositiveDefinite.class,
                            found -> assertThat(found.quotient()).isNegative());
            assertThat(later.products()).isEqualTo(1);
        }

        @Test
        void refusesAPreconditionerOfAnotherSize() {
            LinearOperator a = scaling(1, 2);

            assertThatThrownBy(() -> solver.solve(a, ParameterVector.of(0, 1), diagonal(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the preconditioner is for 1 parameters but A is 2 × 2");
        }

        private LinearOperator scaling(double... values) {
            double[][] matrix = new double[values.length][values.length];
            for (int i = 0; i < values.length; i++) {
                matrix[i][i] = values[i];
            }
            return SpdProblem.operator(matrix);
        }

        private InverseCurvature diagonal(double... values) {
            return new DiagonalInverse(values);
        }
    }
}
