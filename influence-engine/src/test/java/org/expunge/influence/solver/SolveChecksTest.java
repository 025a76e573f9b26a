package org.expunge.influence.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.EigenKernels;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.curvature.RectangularOperator;
import org.junit.jupiter.api.Test;

/** Every solver passes the checks, and wrong ones that are in use elsewhere do not. */
class SolveChecksTest {
    @Test
    void everySolverSolvesABadlyConditionedSystem() {
        SolveChecks.checkSolves(SolveChecksTest::conjugateGradient);
        SolveChecks.checkSolves(SolveChecksTest::block);
        SolveChecks.checkSolves(SolveChecksTest::minres);
        SolveChecks.checkSolves(SolveChecksTest::lanczos);
        SolveChecks.checkSolves((a, b, most) -> new Cgls(new ConjugateGradient.Options(1e-10, 2_000))
                .solve(factor(), ParameterVector.of(rootOf(b)), 0)
                .solution()
                .toArray());
    }

    @Test
    void conjugateGradientsKeepTheirBoundAtEveryStep() {
        SolveChecks.checkChebyshevBound(SolveChecksTest::conjugateGradient);
        SolveChecks.checkChebyshevBound(SolveChecksTest::block);
        SolveChecks.checkChebyshevBound(SolveChecksTest::lanczos);
    }

    @Test
    void theIdentityIsNoSolver() {
        assertThatThrownBy(() -> SolveChecks.checkSolves((a, b, most) -> b.toArray()))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> SolveChecks.checkChebyshevBound((a, b, most) -> b.toArray()))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void tenIterationsAreNotEnoughWhateverIsAsked() {
        assertThatThrownBy(() -> SolveChecks.checkSolves((a, b, most) -> conjugateGradient(a, b, 10)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("residual");
    }

    @Test
    void dividingByTheDampingIsOnlyGoodWhereThereIsNoCurvature() {
        assertThatThrownBy(() -> SolveChecks.checkSolves((a, b, most) -> {
                    double[] x = b.toArray();
                    Vectors.combine(0, x, 1 / 0.01, x);
                    return x;
                }))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void steepestDescentMissesTheBound() {
        assertThatThrownBy(() -> SolveChecks.checkChebyshevBound(SolveChecksTest::steepestDescent))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("products");
    }

    @Test
    void aBlockSharesWhatEachSystemFinds() {
        LinearOperator a = SolveChecks.PROBLEM.operator();
        Random random = new Random(4);
        List<ParameterVector> b = IntStream.range(0, 10)
                .mapToObj(i -> ParameterVector.of(random.doubles(100, -1, 1).toArray()))
                .toList();
        ConjugateGradient single = new ConjugateGradient(new ConjugateGradient.Options(1e-8, 2_000));

        BlockConjugateGradient.Solution together = new BlockConjugateGradient(
                        new BlockConjugateGradient.Options(1e-8, 2_000, 10))
                .solve(a, b, StoppingRule.NEVER);

        long alone = b.stream().mapToLong(v -> single.solve(a, v).products()).sum();
        assertThat(together.results()).allMatch(SolveResult::isConverged);
        assertThat(together.products()).isLessThan(alone / 4);
        assertThat(together.sweeps()).isLessThan(25);
    }

    static double[] conjugateGradient(LinearOperator a, ParameterVector b, int most) {
        return new ConjugateGradient(new ConjugateGradient.Options(1e-10, most))
                .solve(a, b)
                .solution()
                .toArray();
    }

    private static double[] block(LinearOperator a, ParameterVector b, int most) {
        return new BlockConjugateGradient(new BlockConjugateGradient.Options(1e-10, most, 4))
                .solve(a, List.of(b), StoppingRule.NEVER)
                .results()
                .get(0)
                .solution()
                .toArray();
    }

    private static double[] minres(LinearOperator a, ParameterVector b, int most) {
        return new Minres(new ConjugateGradient.Options(1e-10, most))
                .solve(a, b)
                .solution()
                .toArray();
    }

    private static double[] lanczos(LinearOperator a, ParameterVector b, int most) {
        EigenKernels eigen = new ReferenceCompute().eigen();
        return new Lanczos(new Lanczos.Options(Math.min(most, 100), 0, 0))
                .run(a, b)
                .ritz(eigen)
                .function(theta -> 1 / theta);
    }

    private static double[] steepestDescent(LinearOperator a, ParameterVector b, int most) {
        double[] x = new double[b.length()];
        double[] r = b.toArray();
        double[] ar = new double[b.length()];
        for (int k = 0; k < most; k++) {
            a.apply(r, ar);
            double alpha = Vectors.dot(r, r) / Vectors.dot(r, ar);
            Vectors.addScaled(alpha, r, x);
            Vectors.addScaled(-alpha, ar, r);
        }
        return x;
    }

    /** The symmetric root of the matrix: least squares with it has the matrix as its normal equations. */
    private static RectangularOperator factor() {
        return CglsTest.matrix(root(0.5));
    }

    private static double[] rootOf(ParameterVector b) {
        double[] y = new double[b.length()];
        SpdProblem.operator(root(-0.5)).apply(b.toArray(), y);
        return y;
    }

    private static double[][] root(double power) {
        KnownSpectrum problem = SolveChecks.PROBLEM;
        double[][] root = new double[100][100];
        for (int k = 0; k < 100; k++) {
            double[] q = problem.eigenvector(k);
            for (int i = 0; i < 100; i++) {
                Vectors.addScaled(Math.pow(problem.eigenvalues()[k], power) * q[i], q, root[i]);
            }
        }
        return root;
    }
}
