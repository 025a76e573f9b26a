package org.expunge.influence.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;
import org.junit.jupiter.api.Test;

class ShiftedConjugateGradientTest {
    private static final List<Double> SHIFTS = List.of(10.0, 0.5, 0.0, 1e-3);

    /** Both solvers stop at a residual of 1e-12 · ‖b‖ with ‖A⁻¹‖ ≤ 1 and ‖b‖ < 40. */
    private static final double TWO_SOLVES = 2e-10;

    private final ConjugateGradient.Options options = new ConjugateGradient.Options(1e-12, 200);
    private final ShiftedConjugateGradient solver = new ShiftedConjugateGradient(options);

    @Test
    void equalsOneSolveForEachShift() {
        SpdProblem problem = SpdProblem.random(30, 9);
        ConjugateGradient single = new ConjugateGradient(options);

        List<SolveResult> results = solver.solve(problem.operator(), problem.rightHandSide(), SHIFTS);

        for (int k = 0; k < SHIFTS.size(); k++) {
            SolveResult alone = single.solve(problem.operator().damped(SHIFTS.get(k)), problem.rightHandSide());
            assertThat(results.get(k)).isInstanceOf(SolveResult.Converged.class);
            assertThat(results.get(k).solution().toArray())
                    .containsExactly(alone.solution().toArray(), within(TWO_SOLVES));
            assertThat(results.get(k).products()).isCloseTo(alone.products(), within(1));
        }
    }

    @Test
    void truncatedIteratesAndResidualsAreThoseOfASingleSolve() {
        SpdProblem problem = SpdProblem.random(30, 9);
        ConjugateGradient.Options four = new ConjugateGradient.Options(1e-12, 4);

        List<SolveResult> results =
                new ShiftedConjugateGradient(four).solve(problem.operator(), problem.rightHandSide(), SHIFTS);

        for (int k = 0; k < SHIFTS.size(); k++) {
            SolveResult alone = new ConjugateGradient(four)
                    .solve(problem.operator().damped(SHIFTS.get(k)), problem.rightHandSide());
            assertThat(results.get(k)).hasSameClassAs(alone);
            assertThat(results.get(k).relativeResidual()).isCloseTo(alone.relativeResidual(), within(1e-12));
            assertThat(results.get(k).solution().toArray())
                    .containsExactly(alone.solution().toArray(), within(1e-12));
        }
    }

    @Test
    void spendsTheProductsOfTheSmallestShiftAlone() {
        SpdProblem problem = SpdProblem.random(30, 9);
        int[] calls = new int[1];
        LinearOperator counted = new LinearOperator() {
            @Override
            public int dimension() {
                return 30;
            }

            @Override
            public void apply(double[] x, double[] y) {
                calls[0]++;
                problem.operator().apply(x, y);
            }
        };

        List<SolveResult> results = solver.solve(counted, problem.rightHandSide(), SHIFTS);

        assertThat(calls[0]).isEqualTo(results.get(2).products());
    }

    @Test
    void reportsNegativeCurvatureForEverySystemStillRunning() {
        LinearOperator saddle = SpdProblem.operator(new double[][] {{1, 0}, {0, -2}});

        List<SolveResult> results = solver.solve(saddle, ParameterVector.of(0, 1), List.of(0.0, 1.0));

        assertThat(results)
                .allSatisfy(result -> assertThat(result).isInstanceOf(SolveResult.NotPositiveDefinite.class));
    }

    @Test
    void theZeroVectorIsSolvedWithoutAProduct() {
        List<SolveResult> results =
                solver.solve(SpdProblem.random(2, 1).operator(), ParameterVector.of(0, 0), List.of(0.0, 1.0));

        assertThat(results).containsOnly(new SolveResult.Converged(ParameterVector.of(0, 0), 0, 0));
    }

    @Test
    void aProductThatIsNotFiniteIsNeverAConvergedAnswer() {
        LinearOperator infinite = SpdProblem.operator(new double[][] {{Double.POSITIVE_INFINITY, 0}, {0, 1}});

        assertThat(solver.solve(infinite, ParameterVector.of(1, 1), List.of(0.0, 1.0)))
                .noneMatch(SolveResult::isConverged);
    }

    @Test
    void refusesShiftsThatCannotBeUsed() {
        LinearOperator a = SpdProblem.random(2, 1).operator();
        ParameterVector b = ParameterVector.of(1, 1);

        assertThatThrownBy(() -> solver.solve(a, b, List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> solver.solve(a, b, List.of(-1.0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> solver.solve(a, b, List.of(1.0, Double.NaN)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> solver.solve(a, ParameterVector.of(1), List.of(1.0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("b has length 1 but A is 2 × 2");
    }
}
