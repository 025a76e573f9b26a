package org.expunge.influence.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;
import org.junit.jupiter.api.Test;

class MinresTest {
    private final Minres solver = new Minres(new ConjugateGradient.Options(1e-12, 300));

    @Test
    void solvesAnIndefiniteSystemThatConjugateGradientsRefuse() {
        double[] eigenvalues = new double[40];
        for (int i = 0; i < 40; i++) {
            eigenvalues[i] = (i % 3 == 0 ? -1 : 1) * (1 + 0.2 * i);
        }
        KnownSpectrum problem = KnownSpectrum.of(3, eigenvalues);
        double[] solution = new Random(6).doubles(40, -1, 1).toArray();

        SolveResult result = solver.solve(problem.operator(), problem.times(solution));

        assertThat(result.isConverged()).isTrue();
        assertThat(result.solution().toArray()).containsExactly(solution, within(1e-10));
        assertThat(new ConjugateGradient(ConjugateGradient.Options.DEFAULT)
                        .solve(problem.operator(), problem.times(solution)))
                .isInstanceOf(SolveResult.NotPositiveDefinite.class);
    }

    @Test
    void theResidualItReportsIsTheShortestOfTheSubspaceAndNeverGrows() {
        KnownSpectrum problem = KnownSpectrum.of(4, -3, -1, -0.2, 0.5, 2, 4, 7);
        double[] b = {1, -1, 2, 0.5, 0, 1, 3};
        double before = 1;
        for (int products = 1; products <= 7; products++) {
            SolveResult result = new Minres(new ConjugateGradient.Options(1e-12, products))
                    .solve(problem.operator(), ParameterVector.of(b));
            double[] r = problem.times(result.solution().toArray()).toArray();
            Vectors.combine(1, b, -1, r);
            double measured = Vectors.norm(r) / ParameterVector.of(b).norm();

            assertThat(result.relativeResidual()).isCloseTo(measured, within(1e-12));
            assertThat(measured).isLessThanOrEqualTo(before + 1e-14);
            before = measured;
            // the residual is orthogonal to A times everything the iterate is made of
            double[] krylov = b.clone();
            for (int k = 0; k < products; k++) {
                krylov = problem.times(krylov).toArray();
                assertThat(Math.abs(Vectors.dot(krylov, r))).isLessThan(1e-9 * Vectors.norm(krylov));
            }
        }
        assertThat(before).isLessThan(1e-12);
    }

    @Test
    void saysThatNothingSolvesASingularSystemAndGivesTheBestThereIs() {
        LinearOperator singular = SpdProblem.operator(new double[][] {{2, 0, 0}, {0, -1, 0}, {0, 0, 0}});

        SolveResult result = solver.solve(singular, ParameterVector.of(2, 3, 4));

        assertThat(result).isInstanceOf(SolveResult.Inconsistent.class);
        assertThat(result.relativeResidual()).isCloseTo(4 / Math.sqrt(29), within(1e-12));
        double[] x = result.solution().toArray();
        assertThat(x[0]).isCloseTo(1, within(1e-10));
        assertThat(x[1]).isCloseTo(-3, within(1e-10));
    }

    @Test
    void solvesASingularSystemWhereThereIsAnAnswer() {
        LinearOperator singular = SpdProblem.operator(new double[][] {{2, 0}, {0, 0}});

        SolveResult result = solver.solve(singular, ParameterVector.of(3, 0));

        assertThat(result.isConverged()).isTrue();
        assertThat(result.solution().toArray()).containsExactly(new double[] {1.5, 0}, within(1e-14));
    }

    @Test
    void endsAtTheEdges() {
        LinearOperator a = SpdProblem.random(3, 1).operator();

        assertThat(solver.solve(a, ParameterVector.of(0, 0, 0)))
                .isEqualTo(new SolveResult.Converged(ParameterVector.of(0, 0, 0), 0, 0));
        assertThat(solver.solve(SpdProblem.operator(new double[][] {{0}}), ParameterVector.of(2)))
                .isEqualTo(new SolveResult.Inconsistent(ParameterVector.of(0), 1, 1));
        assertThat(solver.solve(SpdProblem.operator(new double[][] {{Double.NaN}}), ParameterVector.of(2)))
                .isInstanceOf(SolveResult.Diverged.class);
        assertThat(new Minres(new ConjugateGradient.Options(1e-12, 2)).solve(a, ParameterVector.of(1, 2, 3)))
                .isInstanceOf(SolveResult.BudgetSpent.class);
        assertThatThrownBy(() -> solver.solve(a, ParameterVector.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("b has length 1 but A is 3 × 3");
    }
}
