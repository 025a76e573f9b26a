package org.expunge.influence.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.testkit.TestBackends;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag(TestBackends.TAG)
final class TrainerTest {
    /** A few hundred operations on numbers near 1 in double. */
    private static final double ROUNDING = 1e-12;

    private static final TrainingOptions OPTIONS = TrainingOptions.DEFAULT
            .withSchedule(Schedule.constant(0.1))
            .withEpochs(4)
            .withBatchSize(10)
            .withL2(0.01)
            .withSeed(7);

    private final Dataset train = TrainingFixtures.blobs(33, 2);
    private final Dataset validation = TrainingFixtures.blobs(12, 3);

    private TrainingResult train(TrainingOptions options, Model initial, int workers) {
        try (Engine engine = TrainingFixtures.reference(workers)) {
            return new Trainer(engine, options).train(initial, train, validation, TrainingListener.NONE);
        }
    }

    @Nested
    class OnLeastSquares {
        /** One weight, no bias, whole-set batches: w ← w − η (2 (s w − c) + l2 w), with s = mean x², c = mean xy. */
        @Test
        void followsTheClosedFormOfGradientDescent() {
            double[] x = {1, 2, -1, 0.5};
            double[] y = {2, 3, -1, 2};
            Dataset rows = Dataset.of("line", Shape.flat(1), Features.of(x, 1), Targets.real(y, 1));
            Network network =
                    Network.builder(Shape.flat(1)).add("w", new Dense(1, false)).build(Loss.SQUARED_ERROR);
            double eta = 0.05;
            double l2 = 0.3;
            int steps = 50;
            TrainingOptions options = OPTIONS.withOptimizer(Optimizer.sgd())
                    .withSchedule(Schedule.constant(eta))
                    .withEpochs(steps)
                    .withBatchSize(4)
                    .withL2(l2);

            double found;
            try (Engine engine = TrainingFixtures.reference(1)) {
                Model initial = new Model(network, new double[] {5}, new double[0]);
                found = new Trainer(engine, options)
                        .train(initial, rows, rows, TrainingListener.NONE)
                        .model()
                        .parameters()[0];
            }

            double s = (1 + 4 + 1 + 0.25) / 4;
            double c = (2 + 6 + 1 + 1) / 4.0;
            double fixedPoint = 2 * c / (2 * s + l2);
            double expected = fixedPoint + Math.pow(1 - eta * (2 * s + l2), steps) * (5 - fixedPoint);
            assertThat(found).isCloseTo(expected, within(ROUNDING));
        }
    }

    @Nested
    class OfEachOptimizer {
        /** Softmax regression written out, with the same rows in the same order. */
        @ParameterizedTest
        @EnumSource
        void equalsALoopWrittenByHand(Optimizer.Kind kind) {
            TrainingOptions options = OPTIONS.withOptimizer(Optimizer.of(kind)).withSchedule(Schedule.cosine(0.1));
            Model initial = TrainingFixtures.logistic(5);

            TrainingResult result = train(options, initial, 1);

            assertThat(result.model().parameters())
                    .containsExactly(HandWrittenTraining.run(options, initial, train), within(ROUNDING));
        }
    }

    @Nested
    class OfTheSameSeed {
        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        void givesTheSameBits(int workers) {
            TrainingResult first = train(OPTIONS, TrainingFixtures.everything(1), workers);
            TrainingResult second = train(OPTIONS, TrainingFixtures.everything(1), workers);

            assertSameBits(first, second);
        }

        @Test
        void givesTheSameBitsOnTheFastBackend() {
            try (Engine engine = new Engine(TestBackends.rounded(), new Workers(2), 8)) {
                Trainer trainer = new Trainer(engine, OPTIONS);
                Model initial = TrainingFixtures.everything(1);

                TrainingResult first = trainer.train(initial, train, validation, TrainingListener.NONE);
                TrainingResult second = trainer.train(initial, train, validation, TrainingListener.NONE);

                assertSameBits(first, second);
            }
        }

        @Test
        void agreesAcrossNumbersOfWorkersUpToTheOrderOfSums() {
            TrainingResult one = train(OPTIONS, TrainingFixtures.everything(1), 1);
            TrainingResult three = train(OPTIONS, TrainingFixtures.everything(1), 3);

            assertThat(three.model().parameters()).containsExactly(one.model().parameters(), within(ROUNDING));
            assertThat(three.model().statistics()).containsExactly(one.model().statistics(), within(ROUNDING));
        }

        @Test
        void differsFromAnotherSeed() {
            TrainingResult first = train(OPTIONS, TrainingFixtures.everything(1), 1);
            TrainingResult other = train(OPTIONS.withSeed(8), TrainingFixtures.everything(1), 1);

            assertThat(other.model().parameters()).isNotEqualTo(first.model().parameters());
        }
    }

    @Nested
    class WhenResumed {
        /** 4 steps an epoch: within an epoch, at its end, at the very end. */
        @ParameterizedTest
        @ValueSource(ints = {1, 3, 4, 5, 8, 15, 16})
        void endsInTheSameBits(int stop) {
            TrainingOptions options = OPTIONS.withOptimizer(Optimizer.of(Optimizer.Kind.ADAM))
                    .withSchedule(Schedule.oneCycle(0.05))
                    .withEarlyStopping(new EarlyStopping(3, 0));
            TrainingResult whole = train(options, TrainingFixtures.everything(1), 2);

            TrainingResult resumed;
            try (Engine engine = TrainingFixtures.reference(2)) {
                Trainer trainer = new Trainer(engine, options);
                TrainingState state = stateAfter(stop, trainer);
                resumed = trainer.resume(state, train, validation, TrainingListener.NONE);
            }

            assertSameBits(resumed, whole);
        }

        private TrainingState stateAfter(int stop, Trainer trainer) {
            List<TrainingState> states = new ArrayList<>();
            TrainingListener keeper = new TrainingListener() {
                @Override
                public void onStep(Progress progress, Supplier<TrainingState> state) {
                    if (progress.iteration() == stop) {
                        states.add(state.get());
                    }
                }
            };
            trainer.train(TrainingFixtures.everything(1), train, validation, keeper);
            return states.get(0);
        }

        @Test
        void refusesTheStateOfAnotherOptimizer() {
            TrainingState state =
                    train(OPTIONS, TrainingFixtures.logistic(1), 1).state();
            TrainingOptions other = OPTIONS.withOptimizer(Optimizer.of(Optimizer.Kind.ADAM));

            try (Engine engine = TrainingFixtures.reference(1)) {
                Trainer trainer = new Trainer(engine, other);

                assertThatThrownBy(() -> trainer.resume(state, train, validation, TrainingListener.NONE))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("ADAM keeps 2 state vectors but got 1");
            }
        }
    }

    @Nested
    class Checkpoints {
        @Test
        void endWithTheModelAndCarryTheRateOfTheirStep() {
            TrainingOptions options =
                    OPTIONS.withSchedule(Schedule.step(0.1, 0.5, 2)).withCheckpoints(CheckpointPolicy.everyEpochs(0.5));

            TrainingResult result = train(options, TrainingFixtures.everything(1), 1);

            List<Checkpoint> checkpoints = result.checkpoints();
            assertThat(checkpoints).extracting(Checkpoint::iteration).containsExactly(2, 4, 6, 8, 10, 12, 14, 16);
            assertThat(checkpoints).extracting(Checkpoint::epoch).containsExactly(0, 1, 1, 2, 2, 3, 3, 4);
            assertThat(checkpoints)
                    .extracting(Checkpoint::learningRate)
                    .containsExactly(0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05);
            assertThat(checkpoints.get(7).model().parameters())
                    .containsExactly(result.model().parameters());
            assertThat(checkpoints.get(0).model().statistics())
                    .isNotEqualTo(checkpoints.get(7).model().statistics());
        }
    }

    @Nested
    class WithEarlyStopping {
        @Test
        void endsAtTheBestEpochAndForgetsWhatCameLater() {
            Dataset opposite = validation.withTargets(Targets.classes(shifted(validation), TrainingFixtures.CLASSES));
            TrainingOptions options = OPTIONS.withEpochs(50)
                    .withEarlyStopping(new EarlyStopping(2, 0))
                    .withCheckpoints(CheckpointPolicy.everyIterations(1));

            TrainingResult result;
            try (Engine engine = TrainingFixtures.reference(1)) {
                result = new Trainer(engine, options)
                        .train(TrainingFixtures.logistic(1), train, opposite, TrainingListener.NONE);
            }

            int best = bestEpoch(result.metrics());
            assertThat(result.metrics()).hasSize(best + 2);
            assertThat(result.checkpoints()).hasSize(4 * best);
            assertThat(result.checkpoints().get(4 * best - 1).model().parameters())
                    .containsExactly(result.model().parameters());
        }

        private static int[] shifted(Dataset data) {
            int[] labels = new int[data.size()];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = (data.label(i) + 1) % TrainingFixtures.CLASSES;
            }
            return labels;
        }

        private static int bestEpoch(List<EpochMetrics> metrics) {
            int best = 0;
            for (int i = 1; i < metrics.size(); i++) {
                best = loss(metrics.get(i)) < loss(metrics.get(best)) ? i : best;
            }
            return best + 1;
        }

        private static double loss(EpochMetrics metrics) {
            Metrics validation = metrics.validation();
            return validation == null ? Double.NaN : validation.loss();
        }

        @Test
        void needsRowsToWatch() {
            TrainingOptions options = OPTIONS.withEarlyStopping(new EarlyStopping(2, 0));

            assertRefused(options, train, TrainingFixtures.none(), "early stopping needs validation rows");
        }
    }

    @Nested
    class OnBadInput {
        @Test
        void refusesValuesThatAreNotFinite() {
            Dataset bad = train.withFeatures(new BrokenFeatures(train.features(), 5, 2));

            assertRefused(OPTIONS, bad, validation, "row row-5 of blobs has NaN in feature 2");
        }

        @Test
        void refusesToTrainOnNothing() {
            assertRefused(OPTIONS, TrainingFixtures.none(), validation, "blobs has no rows to train on");
        }

        @Test
        void refusesRowsOfAnotherShape() {
            Dataset wide = Dataset.of(
                    "wide", Shape.flat(2), Features.of(new double[4], 2), Targets.classes(new int[] {0, 1}, 3));

            assertRefused(OPTIONS, wide, validation, "data wide has shape 2 but the network takes 4");
        }

        @Test
        void saysWhereATrainingDiverged() {
            TrainingOptions wild = OPTIONS.withOptimizer(Optimizer.sgd())
                    .withSchedule(Schedule.constant(1e200))
                    .withL2(1);

            assertThatThrownBy(() -> train(wild, TrainingFixtures.logistic(1), 1))
                    .isInstanceOf(DivergenceException.class)
                    .hasMessageContaining("training diverged at iteration")
                    .hasMessageContaining("lower the learning rate (1.0E200)");
        }
    }

    private void assertRefused(TrainingOptions options, Dataset rows, Dataset watched, String message) {
        try (Engine engine = TrainingFixtures.reference(2)) {
            Trainer trainer = new Trainer(engine, options);
            Model initial = TrainingFixtures.logistic(1);

            assertThatThrownBy(() -> trainer.train(initial, rows, watched, TrainingListener.NONE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(message);
        }
    }

    static void assertSameBits(TrainingResult found, TrainingResult expected) {
        assertThat(found.model().parameters()).containsExactly(expected.model().parameters());
        assertThat(found.model().statistics()).containsExactly(expected.model().statistics());
        assertThat(found.metrics()).isEqualTo(expected.metrics());
        assertThat(found.checkpoints()).hasSameSizeAs(expected.checkpoints());
        for (int i = 0; i < found.checkpoints().size(); i++) {
            Checkpoint a = found.checkpoints().get(i);
            Checkpoint b = expected.checkpoints().get(i);
            assertThat(a.iteration()).isEqualTo(b.iteration());
            assertThat(a.learningRate()).isEqualTo(b.learningRate());
            assertThat(a.model().parameters()).containsExactly(b.model().parameters());
            assertThat(a.model().statistics()).containsExactly(b.model().statistics());
        }
    }

    /** One NaN among finite values. */
    private record BrokenFeatures(Features sound, int badRow, int badColumn) implements Features {
        @Override
        public int rows() {
            return sound.rows();
        }

        @Override
        public int width() {
            return sound.width();
        }

        @Override
        public void read(int row, double[] into, int offset) {
            sound.read(row, into, offset);
            if (row == badRow) {
                into[offset + badColumn] = Double.NaN;
            }
        }
    }
}
