package org.expunge.influence.score.tracin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.InnerProduct;
import org.expunge.influence.score.Scores;
import org.expunge.influence.score.TracInCp;
import org.expunge.influence.score.TrajectoryEstimator;
import org.expunge.influence.score.WorkLimits;
import org.expunge.influence.testkit.EstimatorContract;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.EarlyStopping;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Replay;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.influence.training.Trajectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TracInIdealTest extends EstimatorContract {
    private final Engine trainer = SmallProblems.reference(1, 4);
    private final Model initial = SmallProblems.dense(1);

    @AfterEach
    void closeTrainer() {
        trainer.close();
    }

    @Override
    protected Dataset train() {
        return SmallProblems.rows(initial, 6, 2);
    }

    @Override
    protected Dataset queries() {
        return SmallProblems.rows(initial, 4, 3);
    }

    @Override
    protected Estimator estimator(Engine on, WorkLimits limits) {
        return new TracInIdeal(on, replay(0.1, 4), TracInIdeal.Kind.FIRST_ORDER, limits);
    }

    @Override
    protected boolean isCutByRows() {
        return false;
    }

    private Replay replay(double learningRate, int batch) {
        return replay(Optimizer.sgd(), learningRate, batch);
    }

    private Replay replay(Optimizer optimizer, double learningRate, int batch) {
        TrainingOptions options = new TrainingOptions(
                optimizer,
                Schedule.constant(learningRate),
                3,
                batch,
                0,
                CheckpointPolicy.lastOnly(),
                EarlyStopping.NONE,
                7);
        return new Replay(trainer, options, initial, train());
    }

    private Scores score(Trajectory trajectory, TracInIdeal.Kind kind) {
        return new TracInIdeal(engine, trajectory, kind, WorkLimits.DEFAULT).score(train(), queries());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void lossFallsOverAllRowsAddUpToTheFallOverTheTraining(int batch) {
        Trajectory trajectory = replay(0.3, batch);

        Scores scores = score(trajectory, TracInIdeal.Kind.LOSS_FALL);

        double[] falls = falls(trajectory);
        for (int q = 0; q < falls.length; q++) {
            assertThat(Arrays.stream(scores.row(q)).sum()).isCloseTo(falls[q], within(1e-13));
            assertThat(Math.abs(falls[q])).isGreaterThan(1e-3);
        }
    }

    @Test
    void aStepOnOneRowIsCreditedToIt() {
        Trajectory trajectory = replay(0.3, 1);
        List<Trajectory.Step> steps = new ArrayList<>();
        Model end = trajectory.walk(steps::add);

        Scores scores = score(trajectory, TracInIdeal.Kind.LOSS_FALL);

        PerExample perExample = new PerExample(engine);
        double expected = 0;
        for (int t = 0; t < steps.size(); t++) {
            if (steps.get(t).rows()[0] == 2) {
                Model after = t + 1 < steps.size() ? steps.get(t + 1).before() : end;
                expected += perExample.losses(steps.get(t).before(), queries())[1]
                        - perExample.losses(after, queries())[1];
            }
        }
        assertThat(scores.score(1, 2)).isCloseTo(expected, within(1e-14));
    }

    /** Over the same time in steps half as large, the gap between the sum over steps and the fall halves. */
    @Test
    void firstOrderPartsOfEveryStepAddUpToTheFallAsStepsGetSmall() {
        assertThat(gapRatio(trajectory -> trajectory)).isBetween(0.4, 0.6);
    }

    @Test
    void leavingOutTheLearningRateOrTakingCheckpointsInAnotherOrderWouldBeSeen() {
        assertThat(gapRatio(trajectory -> new Mutant(trajectory, true))).isGreaterThan(0.8);
        assertThat(gapRatio(trajectory -> new Mutant(trajectory, false))).isGreaterThan(0.8);
    }

    /** |Σ_i score − fall| over the queries at half the rate, over that at the rate. */
    private double gapRatio(UnaryOperator<Trajectory> mutant) {
        return gap(0.02, 40, mutant) / gap(0.04, 20, mutant);
    }

    private double gap(double learningRate, int epochs, UnaryOperator<Trajectory> mutant) {
        TrainingOptions options = new TrainingOptions(
                Optimizer.sgd(),
                Schedule.cosine(learningRate),
                epochs,
                1,
                0,
                CheckpointPolicy.lastOnly(),
                EarlyStopping.NONE,
                7);
        Trajectory trajectory = new Replay(trainer, options, initial, train());
        Scores scores = score(mutant.apply(trajectory), TracInIdeal.Kind.FIRST_ORDER);
        double[] falls = falls(trajectory);
        double gap = 0;
        for (int q = 0; q < falls.length; q++) {
            gap += Math.abs(Arrays.stream(scores.row(q)).sum() - falls[q]);
        }
        return gap;
    }

    /** A walk that forgets the rate, or shows each step with the parameters of another. */
    private record Mutant(Trajectory inner, boolean isRateLost) implements Trajectory {
        @Override
        public Dataset train() {
            return inner.train();
        }

        @Override
        public Model initial() {
            return inner.initial();
        }

        @Override
        public Optimizer optimizer() {
            return inner.optimizer();
        }

        @Override
        public double l2() {
            return inner.l2();
        }

        @Override
        public int steps() {
            return inner.steps();
        }

        @Override
        public SortedMap<String, String> inputs() {
            return inner.inputs();
        }

        @Override
        public Model walk(Visitor visitor) {
            List<Step> steps = new ArrayList<>();
            Model end = inner.walk(steps::add);
            for (int t = 0; t < steps.size(); t++) {
                Step step = steps.get(t);
                Model before = steps.get(isRateLost ? t : steps.size() - 1 - t).before();
                visitor.onStep(new Step(t, isRateLost ? 1 : step.learningRate(), step.rows(), before));
            }
            return end;
        }
    }

    @Test
    void oneStepOnARowIsItsInnerProductUpToTheSquareOfTheRate() {
        PerExample perExample = new PerExample(engine);
        double[] gradient = perExample.gradients(initial, train())[1];
        TrajectoryEstimator.Options options = TrajectoryEstimator.Options.DEFAULT;
        double product = new InnerProduct(engine, initial, options)
                .score(train(), queries())
                .score(2, 1);
        double[] rates = {0.02, 0.01};
        double[] remainders = new double[2];
        double[] withoutRate = new double[2];
        for (int i = 0; i < 2; i++) {
            double eta = rates[i];
            double[] moved = initial.parameters();
            Arrays.setAll(moved, j -> moved[j] - eta * gradient[j]);
            double change = perExample.losses(initial.withParameters(moved), queries())[2]
                    - perExample.losses(initial, queries())[2];
            double estimate = new TracInCp(engine, List.of(new Checkpoint(1, 0, eta, 1, initial)), options)
                    .score(train(), queries())
                    .score(2, 1);
            remainders[i] = Math.abs(change + estimate);
            withoutRate[i] = Math.abs(change + product);
        }

        assertThat(slope(remainders)).isBetween(1.9, 2.1);
        assertThat(slope(withoutRate)).isLessThan(0.5);
    }

    private static double slope(double[] atRateAndHalf) {
        return Math.log(atRateAndHalf[0] / atRateAndHalf[1]) / Math.log(2);
    }

    @Test
    void momentumReachesFurther() {
        Scores plain = score(replay(Optimizer.sgd(), 1e-4, 4), TracInIdeal.Kind.FIRST_ORDER);
        Optimizer heavy = Optimizer.of(Optimizer.Kind.MOMENTUM).withMomentum(0.5);

        Scores scores = score(replay(heavy, 1e-4, 4), TracInIdeal.Kind.FIRST_ORDER);

        assertThat(scores.score(0, 0)).isCloseTo(2 * plain.score(0, 0), within(1e-3 * Math.abs(plain.score(0, 0))));
    }

    @ParameterizedTest
    @EnumSource(TracInIdeal.Kind.class)
    void someOfTheRowsInAnyOrderScoreAsAmongAll(TracInIdeal.Kind kind) {
        Trajectory trajectory = replay(0.1, 4);
        Scores all = score(trajectory, kind);

        Scores some = new TracInIdeal(engine, trajectory, kind, WorkLimits.DEFAULT)
                .score(train().select(new int[] {4, 1}), queries());

        assertThat(some.row(2)).containsExactly(all.score(2, 4), all.score(2, 1));
        assertThat(all.provenance().method()).isNotBlank();
        assertThat(all.provenance().checkpoints().get(0).iteration()).isEqualTo(trajectory.steps());
    }

    @Test
    void rowsThatWereNotTrainedOnAreRefusedByName() {
        Dataset strangers = queries().withIds(List.of("a", "b", "c", "d"));

        assertThatThrownBy(() -> new TracInIdeal(engine, replay(0.1, 4), TracInIdeal.Kind.LOSS_FALL, WorkLimits.DEFAULT)
                        .score(strangers, queries()))
                .hasMessageContaining("no row with id 'a'");
    }

    private double[] falls(Trajectory trajectory) {
        PerExample perExample = new PerExample(engine);
        double[] first = perExample.losses(initial, queries());
        double[] last = perExample.losses(trajectory.walk(step -> {}), queries());
        double[] falls = new double[first.length];
        Arrays.setAll(falls, q -> first[q] - last[q]);
        return falls;
    }
}
