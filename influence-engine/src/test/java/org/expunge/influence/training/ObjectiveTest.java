package org.expunge.influence.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.OutputLoss;
import org.junit.jupiter.api.Test;

class ObjectiveTest {
    private static final double RATE = 0.1;
    private static final TrainingOptions OPTIONS = TrainingOptions.DEFAULT
            .withOptimizer(Optimizer.sgd())
            .withSchedule(Schedule.constant(RATE))
            .withBatchSize(4)
            .withEpochs(2)
            .withSeed(7);

    private final Dataset train = TrainingFixtures.blobs(12, 2);

    /** Climbs the loss of the first six rows and lowers that of the others, a minibatch of each an epoch. */
    private final class UpAndDown implements Objective {
        @Override
        public Dataset data() {
            return train;
        }

        @Override
        public int steps(int epoch) {
            return 2;
        }

        @Override
        public int largestMinibatch() {
            return 10;
        }

        @Override
        public Epoch epoch(int epoch) {
            int[] up = {0, 1, 2, 3, 4, 5, 0, 1, 2, 3};
            int[] down = {6, 7, 8, 9, 10, 11};
            return new Epoch(List.of(up, down), (pass, minibatch, from, values) -> {
                OutputLoss.OWN.differentiate(pass, minibatch, from, values);
                int length = pass.network().outputs() * pass.batch();
                if (minibatch[from] < 6) {
                    pass.compute().linear().scale(length, -1, pass.outputDelta());
                }
            });
        }
    }

    @Test
    void eachStepFollowsTheMeanDerivativeOfItsOwnMinibatch() {
        Model initial = TrainingFixtures.logistic(3);
        try (Engine engine = TrainingFixtures.reference(2)) {
            TrainingResult found = new Trainer(engine, OPTIONS)
                    .train(initial, new UpAndDown(), TrainingFixtures.none(), TrainingListener.NONE);

            Model expected = initial;
            for (int epoch = 0; epoch < 2; epoch++) {
                expected = stepped(engine, expected, 1, 0, 1, 2, 3, 4, 5, 0, 1, 2, 3);
                expected = stepped(engine, expected, -1, 6, 7, 8, 9, 10, 11);
            }
            assertThat(found.model().parameters()).containsExactly(expected.parameters(), within(1e-12));
            assertThat(found.metrics()).extracting(EpochMetrics::iteration).containsExactly(2, 4);
        }
    }

    private Model stepped(Engine engine, Model model, double sign, int... rows) {
        double[] parameters = model.parameters();
        for (int row : rows) {
            double[] gradient = new PerExample(engine).sumGradient(model, train.select(new int[] {row}));
            for (int i = 0; i < parameters.length; i++) {
                parameters[i] += sign * RATE * gradient[i] / rows.length;
            }
        }
        return model.withParameters(parameters);
    }

    @Test
    void theOwnLossIsWhatATrainerLowersWithoutAnObjective() {
        Model initial = TrainingFixtures.everything(3);
        try (Engine engine = TrainingFixtures.reference(1)) {
            Trainer trainer = new Trainer(engine, OPTIONS);

            double[] plain = trainer.train(initial, train, TrainingFixtures.none(), TrainingListener.NONE)
                    .model()
                    .parameters();

            Objective own = Objective.ownLoss(train, OPTIONS.batchSize(), OPTIONS.seed());
            assertThat(trainer.train(initial, own, TrainingFixtures.none(), TrainingListener.NONE)
                            .model()
                            .parameters())
                    .isEqualTo(plain);
        }
    }

    @Test
    void theOwnLossVisitsEveryRowOnceAnEpoch() {
        Objective own = Objective.ownLoss(train, 5, 1);
        List<Integer> visited = new ArrayList<>();

        own.epoch(3).minibatches().forEach(rows -> Arrays.stream(rows).forEach(visited::add));

        assertThat(own.epoch(3).minibatches())
                .hasSize(own.steps(3))
                .allSatisfy(rows -> assertThat(rows).hasSizeLessThanOrEqualTo(own.largestMinibatch()));
        assertThat(visited).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    }

    @Test
    void refusesAnEpochWithoutRows() {
        assertThatThrownBy(() -> new Objective.Epoch(List.of(), OutputLoss.OWN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Objective.Epoch(List.of(new int[0]), OutputLoss.OWN))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
