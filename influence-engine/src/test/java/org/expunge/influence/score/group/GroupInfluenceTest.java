package org.expunge.influence.score.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.curvature.LossOperator;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.Scores;
import org.expunge.influence.score.group.GroupInfluence.Objective;
import org.expunge.influence.score.group.GroupInfluence.Order;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.testkit.ConvexProblem;
import org.expunge.influence.testkit.DenseSolve;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Removal of rows from convex problems, held against the same problems solved without the rows. */
class GroupInfluenceTest {
    private static final ConjugateGradient.Options TIGHT = new ConjugateGradient.Options(1e-15, 200);

    /** Relative to the largest entry of the change. */
    private static final double EXACT = 1e-12;

    private static final int[] GROUP = IntStream.range(0, 8).toArray();

    @Test
    void removingARowFromARidgeIsItsInfluenceDividedByOneLessItsLeverage() {
        assertThat(leverageError(GroupInfluenceTest::stepOfARow)).isLessThan(EXACT);
    }

    @Test
    void theLeverageFormRejectsAFlippedSignAForgottenNAndADecayScaledWithTheRows() {
        assertThat(leverageError((problem, theta, row) -> scaled(-1, stepOfARow(problem, theta, row))))
                .isGreaterThan(0.1);
        assertThat(leverageError((problem, theta, row) -> scaled(problem.rows(), stepOfARow(problem, theta, row))))
                .isGreaterThan(0.1);
        assertThat(leverageError((problem, theta, row) -> {
                    double n = problem.rows();
                    return denseStep(problem, theta, row, problem.l2() * (n - 1) / n);
                }))
                .isGreaterThan(1e-6);
    }

    @Test
    void aNewtonStepOnTheRemainingRowsIsARidgeSolvedWithoutTheGroup() {
        ConvexProblem problem = ConvexProblem.ridge(60, 6, 0.05, 7);
        for (Objective objective : Objective.values()) {
            assertThat(error(problem, Order.NEWTON, objective)).isLessThan(EXACT);
        }
    }

    @ParameterizedTest
    @EnumSource(Objective.class)
    void theSecondOrderTakesAwayMostOfTheFirstOrdersErrorAndTheOtherSignAddsToIt(Objective objective) {
        for (ConvexProblem problem :
                new ConvexProblem[] {ConvexProblem.ridge(60, 6, 0.05, 7), ConvexProblem.logistic(160, 5, 0.01, 3)}) {
            double first = error(problem, Order.FIRST, objective);
            double second = error(problem, Order.SECOND, objective);

            assertThat(first).isGreaterThan(0.01);
            assertThat(second / first).isLessThan(0.5);
            assertThat(errorOfOtherSign(problem, objective) / first).isGreaterThan(1.5);
        }
    }

    @Test
    void upweightingARowFollowsTheDerivativeToSecondOrder() {
        assertThat(upweightingSlope(0)).isCloseTo(2, within(0.1));
    }

    @Test
    void upweightingRejectsACurvatureWithoutTheDecay() {
        assertThat(upweightingSlope(0.05)).isLessThan(1.5);
    }

    @Test
    void influenceOfRowsOnLossesAgreesWithSolvingTheLogisticProblemWithoutThem() {
        ConvexProblem problem = ConvexProblem.logistic(120, 5, 0.01, 11);
        double[] theta = problem.optimum(problem.equalWeights());
        Model model = problem.model(theta);
        Dataset data = problem.data();
        double[] predicted = new double[40];
        double[] measured = new double[40];
        try (Engine engine = SmallProblems.reference(1, 64);
                Hessian hessian = new Hessian(engine, model, data, new WeightDecay(problem.l2()))) {
            GroupInfluence influence = new GroupInfluence(engine, model, new CurvatureSystem(hessian, 0, TIGHT));
            Dataset query = data.select(new int[] {100});
            for (int i = 0; i < 40; i++) {
                GroupEffect effect = influence.effect(new int[] {i}, Order.FIRST, Objective.REMAINING);
                predicted[i] = influence.rise(effect, query)[0];
                double[] without = problem.optimum(weightsWithout(problem, new int[] {i}, Objective.REMAINING));
                PerExample losses = new PerExample(engine);
                measured[i] = losses.losses(problem.model(without), query)[0] - losses.losses(model, query)[0];
            }
        }

        assertThat(correlation(predicted, measured)).isGreaterThan(0.99);
        double slope = IntStream.range(0, 40)
                        .mapToDouble(i -> predicted[i] * measured[i])
                        .sum()
                / IntStream.range(0, 40)
                        .mapToDouble(i -> predicted[i] * predicted[i])
                        .sum();
        assertThat(slope).isCloseTo(1, within(0.1));
    }

    @Test
    void theFirstOrderOfAnUnscaledGroupIsTheSumOfItsRowsScoresOverN() {
        Model model = SmallProblems.dense(3);
        Dataset train = SmallProblems.rows(model, 20, 1);
        Dataset queries = SmallProblems.rows(model, 3, 2);
        int[] group = {4, 7, 11};
        try (Engine engine = SmallProblems.reference(2, 8);
                GaussNewton curvature = new GaussNewton(engine, model, train);
                KroneckerInverse kfac = Kfac.fit(engine, model, train, Kfac.Options.DEFAULT)
                        .inverse(engine.compute(), DampingRule.relativeToMean(0.1))) {
            Scores scores =
                    new InfluenceFunction(engine, model, kfac, InfluenceFunction.Options.DEFAULT).score(train, queries);
            GroupInfluence influence = new GroupInfluence(engine, model, curvature, kfac);

            double[] rise = influence.rise(influence.effect(group, Order.FIRST, Objective.UNSCALED), queries);

            for (int q = 0; q < 3; q++) {
                int query = q;
                double sum = Arrays.stream(group)
                        .mapToDouble(i -> scores.score(query, i))
                        .sum();
                assertThat(rise[q]).isCloseTo(sum / 20, within(1e-12));
            }
        }
    }

    @Test
    void theLossesOfTheMovedModelAreThoseOfItsParameters() {
        ConvexProblem problem = ConvexProblem.ridge(60, 6, 0.05, 7);
        try (Engine engine = SmallProblems.reference(1, 16);
                Solved solved = new Solved(engine, problem)) {
            GroupEffect effect = solved.influence.effect(GROUP, Order.NEWTON, Objective.REMAINING);
            double[] rise = solved.influence.riseAtMovedModel(effect, problem.data());

            double[] without = problem.optimum(weightsWithout(problem, GROUP, Objective.REMAINING));
            double[] after = new PerExample(engine).losses(problem.model(without), problem.data());
            double[] before = new PerExample(engine).losses(solved.model, problem.data());
            for (int i = 0; i < 60; i++) {
                assertThat(rise[i]).isCloseTo(after[i] - before[i], within(1e-11));
            }
            assertThat(effect.evidence().unconverged()).isZero();
            assertThat(effect.rows()).isEqualTo(8);
        }
    }

    @Test
    void refusesGroupsThatAreEmptyOrEverythingAndANewtonStepWithAClosedForm() {
        Model model = SmallProblems.dense(3);
        Dataset train = SmallProblems.rows(model, 6, 1);
        try (Engine engine = SmallProblems.reference(1, 8);
                GaussNewton curvature = new GaussNewton(engine, model, train);
                KroneckerInverse kfac = Kfac.fit(engine, model, train, Kfac.Options.DEFAULT)
                        .inverse(engine.compute(), DampingRule.relativeToMean(0.1))) {
            GroupInfluence influence = new GroupInfluence(engine, model, curvature, kfac);

            assertThatThrownBy(() -> influence.effect(new int[0], Order.FIRST, Objective.REMAINING))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1 to 5 of the 6 rows, got 0");
            assertThatThrownBy(
                            () -> influence.effect(IntStream.range(0, 6).toArray(), Order.FIRST, Objective.REMAINING))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> influence.effect(new int[] {1}, Order.NEWTON, Objective.REMAINING))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("closed form");
        }
    }

    /** The step that removing one row makes by influence, {@code (1/n) H⁻¹ g_i}. */
    private interface RowStep {
        double[] of(ConvexProblem problem, double[] theta, int row);
    }

    private static double[] stepOfARow(ConvexProblem problem, double[] theta, int row) {
        try (Engine engine = SmallProblems.reference(1, 16);
                Solved solved = new Solved(engine, problem)) {
            return solved.influence
                    .effect(new int[] {row}, Order.FIRST, Objective.UNSCALED)
                    .change()
                    .toArray();
        }
    }

    /** How far a step divided by {@code 1 − h} is from removing the row exactly: the worst of some rows. */
    private static double leverageError(RowStep step) {
        ConvexProblem problem = ConvexProblem.ridge(40, 6, 0.05, 5);
        double[] weights = problem.equalWeights();
        double[] theta = problem.optimum(weights);
        double worst = 0;
        for (int row : new int[] {0, 13, 39}) {
            double[] x = problem.features(row);
            double leverage = 2.0 / 40 * dot(x, DenseSolve.solve(problem.hessian(theta, weights), x));
            double[] without = problem.optimum(weightsWithout(problem, new int[] {row}, Objective.UNSCALED));
            double[] found = scaled(1 / (1 - leverage), step.of(problem, theta, row));
            worst = Math.max(worst, error(found, theta, without));
        }
        return worst;
    }

    private static double[] denseStep(ConvexProblem problem, double[] theta, int row, double l2) {
        double[] weights = problem.equalWeights();
        double[][] hessian = problem.hessian(theta, weights);
        for (int f = 0; f < theta.length; f++) {
            hessian[f][f] += l2 - problem.l2();
        }
        double[] only = new double[weights.length];
        only[row] = weights[row];
        double[] gradient = problem.gradient(theta, only);
        Arrays.setAll(gradient, f -> gradient[f] - problem.l2() * theta[f]);
        return DenseSolve.solve(hessian, gradient);
    }

    /** The log-log slope of what is left of an up-weighted optimum after its derivative is taken away. */
    private static double upweightingSlope(double missingDecay) {
        ConvexProblem problem = ConvexProblem.logistic(50, 4, 0.05, 21);
        int row = 17;
        double[] theta = problem.optimum(problem.equalWeights());
        Model model = problem.model(theta);
        double[] derivative;
        WeightDecay decay = new WeightDecay(problem.l2() - missingDecay);
        try (Engine engine = SmallProblems.reference(1, 64);
                Hessian hessian = new Hessian(engine, model, problem.data(), decay)) {
            GroupInfluence influence = new GroupInfluence(engine, model, new CurvatureSystem(hessian, 0, TIGHT));
            double[] removal = influence
                    .effect(new int[] {row}, Order.FIRST, Objective.UNSCALED)
                    .change()
                    .toArray();
            derivative = scaled(-problem.rows(), removal);
        }
        double large = left(problem, theta, derivative, row, 1e-2);
        double small = left(problem, theta, derivative, row, 1e-4);
        return Math.log10(large / small) / 2;
    }

    private static double left(ConvexProblem problem, double[] theta, double[] derivative, int row, double epsilon) {
        double[] weights = problem.equalWeights();
        weights[row] += epsilon;
        double[] moved = problem.optimum(weights);
        double sum = 0;
        for (int f = 0; f < theta.length; f++) {
            double rest = moved[f] - theta[f] - epsilon * derivative[f];
            sum += rest * rest;
        }
        return Math.sqrt(sum);
    }

    private static double error(ConvexProblem problem, Order order, Objective objective) {
        try (Engine engine = SmallProblems.reference(1, 16);
                Solved solved = new Solved(engine, problem)) {
            double[] change =
                    solved.influence.effect(GROUP, order, objective).change().toArray();
            return error(change, solved.theta, problem.optimum(weightsWithout(problem, GROUP, objective)));
        }
    }

    private static double errorOfOtherSign(ConvexProblem problem, Objective objective) {
        try (Engine engine = SmallProblems.reference(1, 16);
                Solved solved = new Solved(engine, problem)) {
            double[] first = solved.influence
                    .effect(GROUP, Order.FIRST, objective)
                    .change()
                    .toArray();
            double[] second = solved.influence
                    .effect(GROUP, Order.SECOND, objective)
                    .change()
                    .toArray();
            Arrays.setAll(second, f -> 2 * first[f] - second[f]);
            return error(second, solved.theta, problem.optimum(weightsWithout(problem, GROUP, objective)));
        }
    }

    /** The distance from a change to the true one, relative to the true one. */
    private static double error(double[] change, double[] theta, double[] without) {
        double square = 0;
        double size = 0;
        for (int f = 0; f < theta.length; f++) {
            double truth = without[f] - theta[f];
            square += (change[f] - truth) * (change[f] - truth);
            size += truth * truth;
        }
        return Math.sqrt(square / size);
    }

    private static double[] weightsWithout(ConvexProblem problem, int[] group, Objective objective) {
        int n = problem.rows();
        double[] weights = new double[n];
        Arrays.fill(weights, 1.0 / (objective == Objective.UNSCALED ? n : n - group.length));
        for (int row : group) {
            weights[row] = 0;
        }
        return weights;
    }

    private static double[] scaled(double factor, double[] x) {
        return Arrays.stream(x).map(value -> factor * value).toArray();
    }

    private static double dot(double[] x, double[] y) {
        return IntStream.range(0, x.length).mapToDouble(i -> x[i] * y[i]).sum();
    }

    private static double correlation(double[] x, double[] y) {
        double mx = Arrays.stream(x).average().orElse(0);
        double my = Arrays.stream(y).average().orElse(0);
        double[] dx = Arrays.stream(x).map(v -> v - mx).toArray();
        double[] dy = Arrays.stream(y).map(v -> v - my).toArray();
        return dot(dx, dy) / Math.sqrt(dot(dx, dx) * dot(dy, dy));
    }

    /** A problem's optimum and the influence of groups there. */
    private static final class Solved implements AutoCloseable {
        private final double[] theta;
        private final Model model;
        private final LossOperator hessian;
        private final GroupInfluence influence;

        Solved(Engine engine, ConvexProblem problem) {
            theta = problem.optimum(problem.equalWeights());
            model = problem.model(theta);
            hessian = new Hessian(engine, model, problem.data(), new WeightDecay(problem.l2()));
            influence = new GroupInfluence(engine, model, new CurvatureSystem(hessian, 0, TIGHT));
        }

        @Override
        public void close() {
            hessian.close();
        }
    }
}
