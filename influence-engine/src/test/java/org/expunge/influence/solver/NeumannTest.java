package org.expunge.influence.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NeumannTest {
    private static final double LARGEST = 4;
    private static final double SMALLEST = 0.1;

    private final KnownSpectrum problem = KnownSpectrum.of(2, SMALLEST, 0.3, 0.7, 1, 2, LARGEST);
    private final double[] solution = new Random(1).doubles(6, -1, 1).toArray();

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 20, 100})
    void theErrorKeepsItsBound(int terms) {
        SolveResult result =
                solver(1e-12, terms, new Scale.Fixed(LARGEST)).solve(problem.operator(), problem.times(solution));

        double[] error = result.solution().toArray();
        Vectors.addScaled(-1, solution, error);
        double bound = Math.pow(1 - SMALLEST / LARGEST, terms);
        assertThat(Vectors.norm(error) / Vectors.norm(solution)).isBetween(bound * 0.01, bound);
        double[] r = problem.times(result.solution().toArray()).toArray();
        Vectors.combine(1, problem.times(solution).toArray(), -1, r);
        assertThat(result.relativeResidual())
                .isCloseTo(Vectors.norm(r) / problem.times(solution).norm(), within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.2, 0.4, 0.49, 0.499})
    void aScaleBelowHalfTheLargestEigenvalueIsReportedAsDivergence(double share) {
        SolveResult result = solver(1e-12, 3_000, new Scale.Fixed(share * LARGEST))
                .solve(problem.operator(), problem.times(solution));

        assertThat(result)
                .isInstanceOfSatisfying(
                        SolveResult.Diverged.class,
                        found -> assertThat(found.growth()).isBetween(1.0, 1 / share - 1 + 1e-9));
        assertThat(result.relativeResidual()).isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.501, 0.51, 1, 3})
    void aScaleAboveHalfTheLargestEigenvalueConverges(double share) {
        SolveResult result = solver(1e-10, 20_000, new Scale.Fixed(share * LARGEST))
                .solve(problem.operator(), problem.times(solution));

        assertThat(result.isConverged()).isTrue();
        assertThat(result.solution().toArray()).containsExactly(solution, within(1e-7));
    }

    @Test
    void aNegativeEigenvalueDivergesWhateverTheScale() {
        LinearOperator saddle = SpdProblem.operator(new double[][] {{3, 0}, {0, -0.2}});

        assertThat(solver(1e-12, 1_000, new Scale.Fixed(50)).solve(saddle, ParameterVector.of(1, 1)))
                .isInstanceOf(SolveResult.Diverged.class);
    }

    @Test
    void choosesItsScaleFromTheLargestEigenvalueAndCountsTheProducts() {
        Scale.Choice choice = new Scale.Estimated(6, 1.2, 3).of(problem.operator());
        SolveResult result = new Neumann(new Neumann.Options(1e-6, 2_000, new Scale.Estimated(6, 1, 3)))
                .solve(problem.operator(), problem.times(solution));

        assertThat(choice.value()).isCloseTo(1.2 * LARGEST, within(1e-9));
        assertThat(choice.products()).isEqualTo(6);
        assertThat(result.isConverged()).isTrue();
        assertThat(result.products()).isGreaterThan(6);
        assertThat(new Scale.Estimated(4, 1, 3)
                        .of(SpdProblem.operator(new double[][] {{-7, 0}, {0, 2}}))
                        .value())
                .isCloseTo(7, within(1e-9));
        assertThat(Scale.Estimated.DEFAULT
                        .of(SpdProblem.operator(new double[2][2]))
                        .value())
                .isEqualTo(1);
    }

    @Test
    void dampingKeepsItsMeaningWhateverTheScale() {
        LinearOperator diagonal = SpdProblem.operator(new double[][] {{0.5, 0}, {0, 2}});

        for (double scale : new double[] {3, 10}) {
            assertThat(solver(1e-12, 10_000, new Scale.Fixed(scale))
                            .solve(diagonal.damped(0.1), ParameterVector.of(1, 1))
                            .solution()
                            .toArray())
                    .containsExactly(new double[] {1 / 0.6, 1 / 2.1}, within(1e-9));
        }
    }

    @Test
    void endsAtTheEdges() {
        assertThat(solver(0.1, 1, new Scale.Fixed(1)).solve(problem.operator(), ParameterVector.of(new double[6])))
                .isEqualTo(new SolveResult.Converged(ParameterVector.of(new double[6]), 0, 0));
        assertThat(solver(0.1, 9, new Scale.Fixed(1))
                        .solve(SpdProblem.operator(new double[][] {{Double.NaN}}), ParameterVector.of(1)))
                .isInstanceOf(SolveResult.Diverged.class);
        assertThatThrownBy(() -> new Scale.Fixed(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Scale.Estimated(5, 0.5, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Scale.Estimated(0, 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> solver(1, 1, new Scale.Fixed(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> solver(0.1, 0, new Scale.Fixed(1))).isInstanceOf(IllegalArgumentException.class);
    }

    private static Neumann solver(double tolerance, int products, Scale scale) {
        return new Neumann(new Neumann.Options(tolerance, products, scale));
    }
}
