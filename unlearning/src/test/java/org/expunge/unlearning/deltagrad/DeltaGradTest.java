package org.expunge.unlearning.deltagrad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;
import org.expunge.influence.io.Json;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Dropout;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.EarlyStopping;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.RecordedTrajectory;
import org.expunge.influence.training.Replay;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.influence.training.TrainingResult;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.LeastSquares;
import org.expunge.unlearning.Problems;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.method.Retraining;
import org.expunge.unlearning.method.UnlearningMethodContract;
import org.expunge.unlearning.method.UtilityGuard;
import org.junit.jupiter.api.Test;

class DeltaGradTest extends UnlearningMethodContract {
    private static final TrainingOptions SGD = new TrainingOptions(
            Optimizer.sgd(),
            Schedule.constant(0.05),
            60,
            40,
            1e-3,
            CheckpointPolicy.everyIterations(1),
            EarlyStopping.NONE,
            SEED);

    private static final DeltaGrad.Options OPEN = DeltaGrad.Options.DEFAULT.withSearch(
            DeltaGrad.Options.DEFAULT.search().withGuard(new UtilityGuard(1, 1e9, 1, 1e9)));

    @Override
    protected UnlearningMethod method() {
        return method(OPEN);
    }

    @Override
    protected Retraining recipe() {
        return (data, held, seed) -> new Trainer(engine, SGD.withSeed(seed))
                .train(Initializer.XAVIER.initialise(Problems.network(), seed), data, held, TrainingListener.NONE);
    }

    @Test
    void countsHowItsStepsWereTaken() {
        DeltaGrad.Details details = details(OPEN);
        DeltaGrad.Steps steps = steps(details);

        assertThat(steps.recorded() + steps.exact() + steps.approximate() + steps.empty())
                .isEqualTo(120);
        assertThat(steps.exact()).isEqualTo(20 + 100 / 5);
        assertThat(steps.empty() + steps.recorded()).isZero();
        assertThat(details.search().chosen()).isNotNull();
        assertThat(Json.text(details)).contains("\"approximate\"", "\"relativeStep\"");
    }

    /** Measured .15; with minibatches of 16 and a rate of 0.2 it is 1.4: see the method's page. */
    @Test
    void onANetworkWithLargeMinibatchesItEndsNearRetraining() {
        Model same =
                method(OPEN.withPeriod(1)).forget(trained(), rows, validation).model();

        Model after = method().forget(trained(), rows, validation).model();

        assertThat(LeastSquares.distance(after, same)).isLessThan(0.25 * LeastSquares.distance(trained(), same));
    }

    @Test
    void stepsBeforeTheFirstRowToForgetAreTakenOver() {
        RecordedTrajectory trajectory = trajectory();
        int[] last = {0};
        boolean[] isSeen = new boolean[train.size()];
        trajectory.walk(step -> {
            for (int row : step.rows()) {
                last[0] = isSeen[row] ? last[0] : row;
                isSeen[row] = true;
            }
        });

        UnlearningResult result =
                new DeltaGrad(engine, trajectory, OPEN).forget(trained(), ForgetSet.of(train, last), validation);

        assertThat(steps((DeltaGrad.Details) result.details()).recorded()).isEqualTo(1);
    }

    @Test
    void aReplayServesAsWellAsARecord() {
        Replay replay = new Replay(engine, SGD, Initializer.XAVIER.initialise(Problems.network(), SEED), train);

        Model replayed = new DeltaGrad(engine, replay, OPEN)
                .forget(trained(), rows, validation)
                .model();

        assertThat(replayed.parameters())
                .isEqualTo(method().forget(trained(), rows, validation).model().parameters());
    }

    @Test
    void keepsTheOldModelWhereTheNewOneIsNotGoodEnough() {
        UtilityGuard strict = new UtilityGuard(0, 0, 1, 1e9);

        UnlearningResult result =
                method(OPEN.withSearch(OPEN.search().withGuard(strict))).forget(trained(), rows, train);

        assertThat(result.outcome()).isEqualTo(UnlearningResult.Outcome.NO_ACCEPTABLE_CANDIDATE);
        assertThat(result.model()).isSameAs(trained());
    }

    @Test
    void refusesTrainingsThatItCannotFollow() {
        Model initial = Initializer.XAVIER.initialise(Problems.network(), SEED);
        Replay adam = new Replay(engine, SGD.withOptimizer(Optimizer.of(Optimizer.Kind.ADAM)), initial, train);
        assertThatThrownBy(() -> new DeltaGrad(engine, adam, DeltaGrad.Options.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ADAM")
                .hasMessageContaining("sgd");

        Network dropping = Network.builder(Shape.flat(Problems.INPUTS))
                .add("drop", new Dropout(0.5))
                .add("output", new Dense(2))
                .build(Problems.network().loss());
        Replay random = new Replay(engine, SGD, Initializer.XAVIER.initialise(dropping, 1), train);
        assertThatThrownBy(() -> new DeltaGrad(engine, random, DeltaGrad.Options.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("layer drop");
    }

    @Test
    void refusesAnotherModelAndOtherRows() {
        Model other = Initializer.XAVIER.initialise(Problems.network(), 99);
        Dataset fewer = train.select(Problems.first(40));

        assertThatThrownBy(() -> method().forget(other, rows, validation))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("away from the model");
        assertThatThrownBy(() -> method().forget(trained(), ForgetSet.of(fewer, Problems.first(5)), validation))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("80 rows, but 40");
    }

    private DeltaGrad method(DeltaGrad.Options options) {
        return new DeltaGrad(engine, trajectory(), options);
    }

    private DeltaGrad.Details details(DeltaGrad.Options options) {
        return (DeltaGrad.Details)
                method(options).forget(trained(), rows, validation).details();
    }

    private static DeltaGrad.Steps steps(DeltaGrad.Details details) {
        return (DeltaGrad.Steps) details.search().candidates().get(0).strength();
    }

    private RecordedTrajectory trajectory() {
        TrainingResult result = recipe().retrain(train, validation, SEED);
        return new RecordedTrajectory(
                SGD, Initializer.XAVIER.initialise(Problems.network(), SEED), train, result.checkpoints());
    }
}
