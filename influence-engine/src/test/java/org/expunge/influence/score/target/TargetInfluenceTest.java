package org.expunge.influence.score.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.evaluate.RankMetrics;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.InnerProduct;
import org.expunge.influence.score.Scores;
import org.expunge.influence.score.TrajectoryEstimator;
import org.expunge.influence.score.dropout.DropoutEnsemble;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.testkit.ConvexProblem;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;

class TargetInfluenceTest {
    private static final Target LOSS = new Utility(Utility.Kind.LOSS);
    private static final Target PARITY = new DemographicParity(new Groups("sex", "m", "f"), 1);

    private final Model model = TargetTest.model(3, 4);
    private final Dataset train = TargetTest.rows(3, 30);
    private final Dataset validation = TargetTest.rows(3, 12);

    @Test
    void theLossTargetScoresTheMeanOfTheRowsInnerProducts() {
        try (Engine engine = SmallProblems.reference(2, 4)) {
            Scores each = new InnerProduct(engine, model, TrajectoryEstimator.Options.DEFAULT).score(train, validation);

            TargetScores found = TargetInfluence.innerProduct(engine, model).scores(LOSS, train, validation);

            double[] mean = new double[30];
            Arrays.setAll(
                    mean,
                    i -> IntStream.range(0, 12)
                            .mapToDouble(q -> each.score(q, i) / 12)
                            .sum());
            assertThat(found.scores()).containsExactly(mean, within(1e-12));
            assertThat(found.value())
                    .isCloseTo(
                            Arrays.stream(new PerExample(engine).losses(model, validation))
                                    .average()
                                    .orElseThrow(),
                            within(1e-12));
        }
    }

    @Test
    void aStepDownARowsGradientLowersTheTargetByTheScoreUpToSecondOrder() {
        try (Engine engine = SmallProblems.reference(1, 4)) {
            for (Target target : new Target[] {LOSS, PARITY, PARITY.absolute()}) {
                double score = TargetInfluence.innerProduct(engine, model)
                        .scores(target, train, validation)
                        .scores()[7];
                double[] gradient = new PerExample(engine).gradients(model, train.select(new int[] {7}))[0];
                double large = remainder(engine, target, gradient, score, 1e-2);
                double small = remainder(engine, target, gradient, score, 5e-3);

                assertThat(small / large).isCloseTo(0.25, within(0.02));
                assertThat(remainder(engine, target, gradient, -score, 5e-3)
                                / remainder(engine, target, gradient, -score, 1e-2))
                        .as("the other sign leaves a first-order remainder")
                        .isCloseTo(0.5, within(0.05));
            }
        }
    }

    private double remainder(Engine engine, Target target, double[] gradient, double score, double eta) {
        double[] parameters = model.parameters();
        Arrays.setAll(parameters, j -> parameters[j] - eta * gradient[j]);
        double after = target.at(Outputs.of(engine, model.withParameters(parameters), validation), validation)
                .value();
        double before =
                target.at(Outputs.of(engine, model, validation), validation).value();
        return after - before + eta * score;
    }

    @Test
    void scoresAtAnOptimumWithoutDecaySumToZero() {
        ConvexProblem problem = ConvexProblem.ridge(40, 5, 0, 2);
        Model fitted = problem.model(problem.optimum(problem.equalWeights()));
        try (Engine engine = SmallProblems.reference(1, 8)) {
            double[] scores = TargetInfluence.innerProduct(engine, fitted)
                    .scores(
                            LOSS,
                            problem.data(),
                            ConvexProblem.ridge(40, 5, 0, 3).data())
                    .scores();

            double size = Arrays.stream(scores).map(Math::abs).max().orElse(0);
            assertThat(size).isGreaterThan(0.1);
            assertThat(Arrays.stream(scores).sum()).isCloseTo(0, within(1e-12 * size * 40));
        }
    }

    @Test
    void predictedRisesOfTheLossTargetAgreeWithRemovingRowsFromALogisticProblem() {
        ConvexProblem problem = ConvexProblem.logistic(120, 5, 0.01, 11);
        Dataset asked = ConvexProblem.logistic(50, 5, 0.01, 12).data();
        Model fitted = problem.model(problem.optimum(problem.equalWeights()));
        double[] measured = new double[30];
        try (Engine engine = SmallProblems.reference(1, 64);
                Hessian hessian = new Hessian(engine, fitted, problem.data(), new WeightDecay(problem.l2()))) {
            CurvatureSystem system = new CurvatureSystem(hessian, 0, new ConjugateGradient.Options(1e-12, 200));
            double before = LOSS.at(Outputs.of(engine, fitted, asked), asked).value();
            for (int i = 0; i < 30; i++) {
                double[] weights = problem.equalWeights();
                weights[i] = 0;
                Model without = problem.model(problem.optimum(weights));
                measured[i] = LOSS.at(Outputs.of(engine, without, asked), asked).value() - before;
            }

            TargetScores found = TargetInfluence.with(engine, fitted, system).scores(LOSS, problem.data(), asked);

            double[] predicted = Arrays.stream(found.scores())
                    .limit(30)
                    .map(score -> score / 120)
                    .toArray();
            assertThat(RankMetrics.pearson(predicted, measured)).isGreaterThan(0.98);
            assertThat(found.provenance().inverse().unconverged()).isZero();
            assertThat(found.provenance().inverse().solves()).isEqualTo(1);
        }
    }

    @Test
    void underHeavyDampingLambdaTimesTheInfluenceIsTheInnerProduct() {
        try (Engine engine = SmallProblems.reference(1, 4);
                GaussNewton curvature = new GaussNewton(engine, model, train)) {
            double[] plain = TargetInfluence.innerProduct(engine, model)
                    .scores(PARITY, train, validation)
                    .scores();
            double size = Arrays.stream(plain).map(Math::abs).max().orElse(0);
            double lambda = 1e6;

            double[] damped = TargetInfluence.with(
                            engine,
                            model,
                            new CurvatureSystem(curvature, lambda, new ConjugateGradient.Options(1e-12, 100)))
                    .scores(PARITY, train, validation)
                    .scores();

            for (int i = 0; i < 30; i++) {
                assertThat(lambda * damped[i]).isCloseTo(plain[i], within(1e-5 * size));
            }
        }
    }

    @Test
    void theAbsoluteTargetTurnsTheScoresRoundWhereTheGapIsNegative() {
        Target reversed = new DemographicParity(new Groups("sex", "f", "m"), 1);
        try (Engine engine = SmallProblems.reference(1, 4)) {
            TargetInfluence influence = TargetInfluence.innerProduct(engine, model);
            TargetScores one = influence.scores(PARITY, train, validation);
            TargetScores other = influence.scores(reversed, train, validation);
            Target negative = one.value() < 0 ? PARITY : reversed;
            double[] signed = (one.value() < 0 ? one : other).scores();

            TargetScores absolute = influence.scores(negative.absolute(), train, validation);

            assertThat(absolute.value()).isPositive();
            for (int i = 0; i < 30; i++) {
                assertThat(absolute.scores()[i]).isCloseTo(-signed[i], within(1e-15));
            }
        }
    }

    @Test
    void anEnsembleWithNothingDroppedIsTheInnerProductAndOneWithUnitsDroppedTheMeanOfItsMembers() {
        DropoutEnsemble dropout = new DropoutEnsemble(3, 0.4, 2);
        try (Engine engine = SmallProblems.reference(1, 4)) {
            double[] plain = TargetInfluence.innerProduct(engine, model)
                    .scores(PARITY, train, validation)
                    .scores();
            double[] mean = new double[30];
            for (Model member : dropout.of(model)) {
                double[] scores = TargetInfluence.innerProduct(engine, member)
                        .scores(PARITY, train, validation)
                        .scores();
                Arrays.setAll(mean, i -> mean[i] + scores[i] / 3);
            }

            assertThat(TargetInfluence.ensemble(engine, model, new DropoutEnsemble(2, 0, 2))
                            .scores(PARITY, train, validation)
                            .scores())
                    .containsExactly(plain, within(1e-14));
            assertThat(TargetInfluence.ensemble(engine, model, dropout)
                            .scores(PARITY, train, validation)
                            .scores())
                    .containsExactly(mean, within(1e-14));
        }
    }
}
