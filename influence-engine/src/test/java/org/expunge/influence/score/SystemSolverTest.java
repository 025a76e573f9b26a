package org.expunge.influence.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SystemSolverTest {
    private static final double DAMPING = 0.5;

    private final Model model = SmallProblems.dense(3);
    private final Dataset train = SmallProblems.rows(model, 12, 1);
    private final Dataset queries = SmallProblems.rows(model, 4, 2);

    @ParameterizedTest
    @EnumSource
    void theDampedCurvatureTimesAnAnswerIsTheGradient(SystemSolver kind) {
        try (Engine engine = SmallProblems.reference(1, 5);
                GaussNewton curvature = new GaussNewton(engine, model, train)) {
            QuerySolver solver = QuerySolver.of(system(curvature, 1_000), kind);
            double[][] gradients = new PerExample(engine).gradients(model, queries);

            double[][] answers = solver.solveAll(gradients);

            double[] product = new double[answers[0].length];
            for (int q = 0; q < answers.length; q++) {
                curvature.damped(DAMPING).apply(answers[q], product);
                assertThat(product).containsExactly(gradients[q], within(1e-6));
            }
            assertThat(solver.evidence().solves()).isEqualTo(4);
            assertThat(solver.evidence().unconverged()).isZero();
            assertThat(solver.evidence().products()).isPositive();
            assertThat(solver.inputs()).containsEntry("solver", kind.toString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void solvesThatEndEarlyAreCounted(SystemSolver kind) {
        try (Engine engine = SmallProblems.reference(1, 5);
                GaussNewton curvature = new GaussNewton(engine, model, train)) {
            QuerySolver solver = QuerySolver.of(system(curvature, 1), kind);

            solver.solveAll(new PerExample(engine).gradients(model, queries));

            assertThat(solver.evidence().unconverged()).isEqualTo(4);
            assertThat(solver.evidence().largestResidual()).isGreaterThan(1e-7);
        }
    }

    @Test
    void aPreconditionerIsRefusedByThoseThatTakeNone() {
        try (Engine engine = SmallProblems.reference(1, 5);
                GaussNewton curvature = new GaussNewton(engine, model, train);
                KroneckerInverse inverse = Ekfac.fit(engine, model, train, Kfac.Options.DEFAULT)
                        .inverse(engine.compute(), DampingRule.relativeToMean(0.1))) {
            CurvatureSystem guided = system(curvature, 10).preconditionedBy(inverse);

            assertThatThrownBy(() -> QuerySolver.of(guided, SystemSolver.MINRES))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("minres takes no preconditioner, but the system has ekfac");
        }
    }

    private static CurvatureSystem system(GaussNewton curvature, int products) {
        return new CurvatureSystem(curvature, DAMPING, new ConjugateGradient.Options(1e-7, products));
    }
}
