package org.expunge.unlearning.method.selected;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.score.generalized.GeneralizedInfluence.Kind;
import org.expunge.influence.score.generalized.UnitSelection;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.EarlyStopping;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Problems;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.method.CandidateSearch;
import org.expunge.unlearning.method.UtilityGuard;
import org.expunge.unlearning.method.selected.GeneralizedInfluenceRemoval.Curvature;
import org.expunge.unlearning.method.selected.GeneralizedInfluenceRemoval.Options;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The first of four Gaussian classes taken from softmax regression in one step, on the row of weights of its own output
 * and on all. Measured: .91 of the class answered before, .09, .18 and .54 after GIF, FIF and PIF, .06 with all
 * parameters and none after retraining. (On other Gaussians an independent computation had .38, .47, .67, .33 and .02.)
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClassRemovalTest {
    private static final int D = 8;
    private static final int N = 400;
    private static final WeightDecay DECAY = new WeightDecay(0.01);

    private final Engine engine = Problems.engine();
    private final Dataset train = gaussians();
    private final ForgetSet rows = ForgetSet.of(
            train, IntStream.range(0, N).filter(i -> train.label(i) == 0).toArray());
    private final Model model = fit(train);

    @AfterAll
    void closeEngine() {
        engine.close();
    }

    private final Model generalized = removed(Kind.GENERALIZED, 0.25);
    private final Model frozen = removed(Kind.FROZEN, 0.25);
    private final Model projected = removed(Kind.PROJECTED, 0.25);

    @Test
    void theStepForgetsMostOfTheClassAndNoneOfTheOthers() {
        Model all = removed(Kind.GENERALIZED, 1);
        double others = accuracy(model, rows.retain());

        assertThat(accuracy(model, rows.forget())).isGreaterThan(0.85);
        assertThat(accuracy(fit(rows.retain()), rows.forget())).isZero();
        assertThat(accuracy(all, rows.forget())).isLessThan(0.15);
        assertThat(accuracy(generalized, rows.forget())).isLessThan(0.2);
        assertThat(accuracy(frozen, rows.forget())).isLessThan(0.3);
        assertThat(accuracy(projected, rows.forget())).isLessThan(0.7);
        assertThat(List.of(generalized, frozen, projected, all))
                .allSatisfy(after -> assertThat(accuracy(after, rows.retain())).isGreaterThan(others - 0.01));
    }

    @Test
    void ofThreeStepsOnOneRowTheGeneralizedLeavesTheLeastGradientToFirstOrder() {
        assertThat(left(generalized)).isLessThan(left(frozen));
        assertThat(left(frozen)).isLessThan(left(projected));
        assertThat(left(projected)).isLessThan(left(model));
    }

    /** Norm of the gradient of the remaining objective, as its Hessian at the old model predicts it. */
    private double left(Model after) {
        double[] gradient = new PerExample(engine).meanGradient(model, rows.retain());
        DECAY.addProduct(model.network(), 1, model.parameters(), gradient);
        double[] change = after.parameters();
        double[] before = model.parameters();
        Arrays.setAll(change, i -> change[i] - before[i]);
        double[] product = new double[change.length];
        try (Hessian hessian = new Hessian(engine, model, rows.retain(), DECAY)) {
            hessian.apply(change, product);
        }
        Arrays.setAll(gradient, i -> gradient[i] + product[i]);
        return ParameterVector.of(gradient).norm();
    }

    private Model removed(Kind kind, double share) {
        Options options = Options.DEFAULT
                .withKind(kind)
                .withCurvature(Curvature.HESSIAN, 0)
                .withSelection(new UnitSelection(
                        share, UnitSelection.Importance.HIGHEST_GRADIENTS, UnitSelection.Statistic.ABSOLUTE_OF_MEAN, 0))
                .withWeightDecay(DECAY)
                .withDampings(List.of(0.0))
                .withSteps(List.of(1.0))
                .withSolve(new ConjugateGradient.Options(1e-8, 400))
                .withSearch(CandidateSearch.Options.DEFAULT.withGuard(new UtilityGuard(0.01, 0.5, 0.1, 1)));
        UnlearningResult result =
                new GeneralizedInfluenceRemoval(engine, options).forget(model, rows, gaussians(5, 400));
        assertThat(result.outcome()).isEqualTo(UnlearningResult.Outcome.REMOVED);
        return result.model();
    }

    private double accuracy(Model after, Dataset data) {
        return new Evaluator(engine).evaluate(after, data).accuracy();
    }

    private Model fit(Dataset data) {
        TrainingOptions options = new TrainingOptions(
                Optimizer.DEFAULT,
                Schedule.constant(0.2),
                150,
                N,
                DECAY.l2(),
                CheckpointPolicy.lastOnly(),
                EarlyStopping.NONE,
                1);
        Network network =
                Network.builder(Shape.flat(D)).add("linear", new Dense(4)).build(Loss.SOFTMAX_CROSS_ENTROPY);
        Model zero = new Model(network, new double[network.layout().length()], new double[0]);
        return new Trainer(engine, options)
                .train(zero, data, data.select(new int[0]), TrainingListener.NONE)
                .model();
    }

    private static Dataset gaussians() {
        return gaussians(3, N);
    }

    /** Means at distance 2.2 or so from one another. */
    private static Dataset gaussians(long seed, int count) {
        double[][] means = new double[4][];
        Random centres = new Random(1);
        Arrays.setAll(
                means,
                c -> IntStream.range(0, D)
                        .mapToDouble(j -> 1.0 * centres.nextGaussian())
                        .toArray());
        Random random = new Random(seed);
        int[] labels = IntStream.range(0, count).map(i -> i % 4).toArray();
        double[] x = new double[count * D];
        Arrays.setAll(x, k -> means[labels[k / D]][k % D] + random.nextGaussian());
        return Dataset.of("gaussians", Shape.flat(D), Features.of(x, D), Targets.classes(labels, 4));
    }
}
