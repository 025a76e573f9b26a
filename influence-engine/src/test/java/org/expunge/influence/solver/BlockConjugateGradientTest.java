package org.expunge.influence.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockConjugateGradientTest {
    private static final int P = 40;

    private final KnownSpectrum problem = KnownSpectrum.logarithmic(P, -1, 2, 5);
    private final BlockConjugateGradient solver =
            new BlockConjugateGradient(new BlockConjugateGradient.Options(1e-11, 200, 5));

    @ParameterizedTest(name = "{0} right-hand sides")
    @ValueSource(ints = {1, 3, 5, 12})
    void recoversTheSolutionsTheProblemWasBuiltFrom(int systems) {
        double[][] solutions = solutions(systems);

        BlockConjugateGradient.Solution found =
                solver.solve(problem.operator(), rightHandSides(solutions), StoppingRule.NEVER);

        assertAnswers(found, solutions);
        assertThat(found.products()).isLessThanOrEqualTo(5L * found.sweeps());
    }

    @Test
    void dependentRightHandSidesOfAnySizeDoNoHarm() {
        double[][] solutions = solutions(5);
        solutions[1] = solutions[0].clone();
        Vectors.combine(1e-9, solutions[0], 0, solutions[2]);
        Arrays.setAll(solutions[3], i -> 1e6 * (solutions[0][i] - solutions[4][i]));

        BlockConjugateGradient.Solution found =
                solver.solve(problem.operator(), rightHandSides(solutions), StoppingRule.NEVER);

        assertAnswers(found, solutions);
        // two directions a sweep; a third now and then, once residuals are so short that rounding parts them
        assertThat(found.products()).isLessThan(5L * found.sweeps() / 2);
    }

    @Test
    void moreSystemsThanDimensionsAreSolvedInOneSweep() {
        KnownSpectrum small = KnownSpectrum.of(1, 1, 5, 30);
        double[][] solutions = new double[5][];
        Arrays.setAll(solutions, i -> new Random(i).doubles(3, -1, 1).toArray());
        List<ParameterVector> b = Arrays.stream(solutions).map(small::times).toList();

        BlockConjugateGradient.Solution found = solver.solve(small.operator(), b, StoppingRule.NEVER);

        assertThat(found.sweeps()).isEqualTo(1);
        assertThat(found.products()).isEqualTo(3);
        assertAnswers(found, solutions);
    }

    @Test
    void aSystemLeavesTheBlockOnceItIsSolved() {
        double[][] solutions = solutions(3);
        solutions[1] = problem.eigenvector(7);

        BlockConjugateGradient.Solution found =
                solver.solve(problem.operator(), rightHandSides(solutions), StoppingRule.NEVER);

        assertAnswers(found, solutions);
        assertThat(found.results().get(1).products()).isEqualTo(1);
        assertThat(found.products()).isLessThanOrEqualTo(2L * found.sweeps() + 1);
    }

    @Test
    void aPreconditionerSavesSweepsAndOneThatFailsIsReported() {
        double[][] solutions = solutions(4);
        LinearOperator diagonal = SpdProblem.operator(diagonal(1));
        double[] inverse = new double[P];
        Random random = new Random(2);
        Arrays.setAll(inverse, i -> (0.9 + 0.2 * random.nextDouble()) / eigenvalue(i));
        List<ParameterVector> b = Arrays.stream(solutions)
                .map(x -> {
                    double[] product = new double[P];
                    diagonal.apply(x, product);
                    return ParameterVector.of(product);
                })
                .toList();

        BlockConjugateGradient.Solution plain = solver.solve(diagonal, b, StoppingRule.NEVER);
        BlockConjugateGradient.Solution helped =
                solver.solve(diagonal, b, new DiagonalInverse(inverse), StoppingRule.NEVER);
        inverse[3] = -100;
        BlockConjugateGradient.Solution failed =
                solver.solve(diagonal, b, new DiagonalInverse(inverse), StoppingRule.NEVER);

        assertAnswers(helped, solutions);
        assertThat(helped.sweeps()).isLessThan(plain.sweeps() * 2 / 3);
        assertThat(failed.results())
                .anyMatch(result -> result instanceof SolveResult.PreconditionerNotPositiveDefinite);
    }

    @Test
    void negativeCurvatureEndsAllSystemsWithTheDirectionsCurvature() {
        LinearOperator saddle = SpdProblem.operator(diagonal(-1));

        BlockConjugateGradient.Solution found = solver.solve(saddle, rightHandSides(solutions(3)), StoppingRule.NEVER);

        assertThat(found.results())
                .hasSize(3)
                .allSatisfy(result -> assertThat(result)
                        .isInstanceOfSatisfying(
                                SolveResult.NotPositiveDefinite.class,
                                ended -> assertThat(ended.curvature()).isBetween(-100.0, 0.0)));
    }

    @Test
    void theRuleSeesTheRunningSystemsByTheirNumbers() {
        List<String> seen = new ArrayList<>();

        BlockConjugateGradient.Solution found = new BlockConjugateGradient(
                        new BlockConjugateGradient.Options(1e-11, 50, 2))
                .solve(problem.operator(), rightHandSides(solutions(3)), (products, systems, iterates) -> {
                    seen.add(products + ":" + Arrays.toString(systems));
                    boolean[] settled = new boolean[systems.length];
                    for (int k = 0; k < settled.length; k++) {
                        settled[k] = products == systems[k] + 2;
                    }
                    return settled;
                });

        assertThat(seen).containsExactly("1:[0, 1]", "2:[0, 1]", "3:[1]", "1:[2]", "2:[2]", "3:[2]", "4:[2]");
        assertThat(found.results()).allMatch(result -> result instanceof SolveResult.Settled);
        assertThat(found.sweeps()).isEqualTo(7);
        assertThat(found.products()).isEqualTo(5 + 4);
    }

    @Test
    void endsAtTheEdges() {
        LinearOperator a = problem.operator();
        ParameterVector zero = ParameterVector.of(new double[P]);
        BlockConjugateGradient once = new BlockConjugateGradient(new BlockConjugateGradient.Options(1e-11, 1, 5));

        assertThat(solver.solve(a, List.of(), StoppingRule.NEVER).results()).isEmpty();
        assertThat(solver.solve(a, List.of(zero), StoppingRule.NEVER).results())
                .containsExactly(new SolveResult.Converged(zero, 0, 0));
        assertThat(once.solve(a, rightHandSides(solutions(2)), StoppingRule.NEVER)
                        .results())
                .allMatch(result -> result instanceof SolveResult.BudgetSpent && result.products() == 1);
        assertThat(solver.solve(
                                SpdProblem.operator(new double[][] {{Double.NaN}}),
                                List.of(ParameterVector.of(1)),
                                StoppingRule.NEVER)
                        .results())
                .allMatch(result -> result instanceof SolveResult.NotPositiveDefinite);
        assertThatThrownBy(() -> solver.solve(a, List.of(ParameterVector.of(1)), StoppingRule.NEVER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("b has length 1 but A is 40 × 40");
        assertThatThrownBy(() -> solver.solve(a, List.of(), new DiagonalInverse(new double[1]), StoppingRule.NEVER))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BlockConjugateGradient.Options(0, 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BlockConjugateGradient.Options(0.1, 0, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BlockConjugateGradient.Options(0.1, 1, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertAnswers(BlockConjugateGradient.Solution found, double[][] solutions) {
        assertThat(found.results()).hasSize(solutions.length).allMatch(SolveResult::isConverged);
        for (int i = 0; i < solutions.length; i++) {
            double[] error = found.results().get(i).solution().toArray();
            Vectors.addScaled(-1, solutions[i], error);
            assertThat(Vectors.norm(error)).isLessThan(1e-7 * Vectors.norm(solutions[i]));
        }
    }

    private static double[][] solutions(int count) {
        double[][] solutions = new double[count][];
        Arrays.setAll(solutions, i -> new Random(100 + i).doubles(P, -1, 1).toArray());
        return solutions;
    }

    private List<ParameterVector> rightHandSides(double[][] solutions) {
        return Arrays.stream(solutions).map(problem::times).toList();
    }

    private static double[][] diagonal(double lastSign) {
        double[][] matrix = new double[P][P];
        for (int i = 0; i < P; i++) {
            matrix[i][i] = (i == P - 1 ? lastSign : 1) * eigenvalue(i);
        }
        return matrix;
    }

    private static double eigenvalue(int i) {
        return Math.pow(10, -1 + 3.0 * i / (P - 1));
    }
}
