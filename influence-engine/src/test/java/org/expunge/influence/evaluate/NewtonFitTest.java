package org.expunge.influence.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.Scores;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;

class NewtonFitTest {
    /** (XᵀX/n + λ/2 I) w = Xᵀy/n for the loss (f − y)², here with one weight: w = Σxy / (Σx² + n λ/2). */
    @Test
    void aRidgeRegressionIsFittedInClosedForm() {
        Network network =
                Network.builder(Shape.flat(1)).add("out", new Dense(1, false)).build(Loss.SQUARED_ERROR);
        Dataset rows = Dataset.of(
                "ridge",
                Shape.flat(1),
                Features.of(new double[] {1, 2, -1}, 1),
                Targets.real(new double[] {1, 3, 0}, 1));
        try (Engine engine = SmallProblems.reference(1, 4)) {
            NewtonFit.Fit fit = new NewtonFit(engine, new NewtonFit.Options(0.4, 1e-12, 50))
                    .fit(new Model(network, new double[] {5}, new double[0]), rows);

            assertThat(fit.isConverged()).isTrue();
            assertThat(fit.model().parameters()[0]).isCloseTo(7 / (6 + 3 * 0.2), within(1e-11));
        }
    }

    /** What influence functions are about: on a convex model they are leave-one-out to first order. */
    @Test
    void influenceOnASoftmaxRegressionIsLeavingRowsOut() {
        Dataset all = SmallProblems.clusters(92, 1.5, 1, 4);
        Dataset train = all.select(IntStream.range(0, 80).toArray());
        Dataset queries = all.select(IntStream.range(80, 92).toArray());
        double damping = 0.01;
        Network network =
                Network.builder(Shape.flat(4)).add("out", new Dense(3)).build(Loss.SOFTMAX_CROSS_ENTROPY);
        Model start = new Model(network, new double[network.layout().length()], new double[0]);
        try (Engine engine = SmallProblems.reference(1, 32)) {
            Model model = new NewtonFit(engine, new NewtonFit.Options(damping, 1e-10, 50))
                    .fit(start, train)
                    .model();
            double[] before = new PerExample(engine).losses(model, queries);
            double[][] found = new double[queries.size()][30];
            // the penalty of n rows over n − 1: the mean over the others times (n − 1)/n plus the same penalty
            NewtonFit without = new NewtonFit(engine, new NewtonFit.Options(damping * 80 / 79, 1e-10, 50));
            for (int k = 0; k < 30; k++) {
                NewtonFit.Fit fit = without.fit(model, train.without(new int[] {k}));
                assertThat(fit.isConverged()).isTrue();
                double[] after = new PerExample(engine).losses(fit.model(), queries);
                for (int q = 0; q < after.length; q++) {
                    found[q][k] = after[q] - before[q];
                }
            }
            EffectAgreement agreement = EffectAgreement.of(predicted(engine, model, train, queries, damping), found);

            assertThat(agreement.pearson()).isGreaterThan(0.99);
            assertThat(agreement.slope()).isBetween(1.0, 1.25); // leverage: removals do a little more
        }
    }

    private static double[][] predicted(Engine engine, Model model, Dataset train, Dataset queries, double damping) {
        try (Hessian hessian = new Hessian(engine, model, train)) {
            CurvatureSystem system = new CurvatureSystem(hessian, damping, new ConjugateGradient.Options(1e-12, 1_000));
            Scores scores = new InfluenceFunction(engine, model, system, InfluenceFunction.Options.DEFAULT)
                    .score(train, queries);
            return IntStream.range(0, queries.size())
                    .mapToObj(q -> IntStream.range(0, 30)
                            .mapToDouble(k -> scores.score(q, k) / train.size())
                            .toArray())
                    .toArray(double[][]::new);
        }
    }

    @Test
    void saysSoWhenStepsRunOutAndRefusesEmptyData() {
        Model model = SmallProblems.dense(2);
        Dataset rows = SmallProblems.rows(model, 10, 3);
        try (Engine engine = SmallProblems.reference(1, 32)) {
            NewtonFit fit = new NewtonFit(engine, new NewtonFit.Options(0.1, 1e-12, 1));
            assertThat(fit.fit(model, rows).isConverged()).isFalse();
            assertThatThrownBy(() -> fit.fit(model, rows.select(new int[0]))).hasMessageContaining("no rows to fit");
        }
    }
}
