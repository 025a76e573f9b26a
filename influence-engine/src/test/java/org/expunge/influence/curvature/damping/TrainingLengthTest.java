package org.expunge.influence.curvature.damping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.TrainingOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainingLengthTest {
    private static final TrainingOptions SGD = TrainingOptions.DEFAULT
            .withOptimizer(Optimizer.sgd())
            .withSchedule(Schedule.constant(0.1))
            .withEpochs(40)
            .withBatchSize(32);

    @Test
    void aConstantRateGivesOneOverRateTimesSteps() {
        TrainingLength length = TrainingLength.of(SGD, 1_437).orElseThrow();

        assertThat(length.steps()).isEqualTo(40 * 45);
        assertThat(length.damping()).isCloseTo(1 / (0.1 * 1_800), within(1e-15));
        assertThat(length.of("any layer", new double[] {1, 2})).isEqualTo(length.damping());
    }

    @Test
    void ratesOfAStepScheduleAreAddedByEpoch() {
        TrainingOptions options =
                SGD.withSchedule(Schedule.step(0.1, 0.5, 2)).withEpochs(6).withBatchSize(10);

        // two epochs of ten steps each at 0.1, 0.05 and 0.025
        assertThat(TrainingLength.of(options, 95).orElseThrow().length()).isCloseTo(20 * 0.175, within(1e-12));
    }

    @ParameterizedTest
    @EnumSource(Schedule.Kind.class)
    void everyScheduleAddsTheRatesThatTheTrainingUses(Schedule.Kind kind) {
        Schedule schedule = Schedule.of(kind, 0.2);
        TrainingOptions options = SGD.withSchedule(schedule).withEpochs(12).withBatchSize(10);
        double expected = IntStream.range(0, 60)
                .mapToDouble(step -> schedule.at(step, step / 5, 60))
                .sum();

        assertThat(TrainingLength.of(options, 50).orElseThrow().length()).isCloseTo(expected, within(1e-12));
    }

    @Test
    void momentumLengthensEveryStep() {
        TrainingOptions options = SGD.withOptimizer(Optimizer.DEFAULT.withMomentum(0.9));

        assertThat(TrainingLength.of(options, 1_437).orElseThrow().damping())
                .isCloseTo(0.1 / (0.1 * 1_800), within(1e-15));
    }

    @Test
    void aTrainingThatEndedEarlyCountsTheStepsItTook() {
        TrainingOptions options =
                SGD.withSchedule(Schedule.cosine(0.1)).withEpochs(10).withBatchSize(10);

        double half = TrainingLength.of(options, 100, 50).orElseThrow().length();

        double whole = TrainingLength.of(options, 100).orElseThrow().length();
        assertThat(half / whole).isBetween(0.8, 0.85); // ½ + 1/π of a half cosine
        assertThat(TrainingLength.of(options, 100, 0)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"ADAM", "ADAMW"})
    void adamHasNoLength(Optimizer.Kind kind) {
        assertThat(TrainingLength.of(SGD.withOptimizer(Optimizer.of(kind)), 100))
                .isEmpty();
    }

    /** The response of gradient flow to a constant force, (1 − e^{−cT})/c, is what the damped inverse stands for. */
    @Test
    void theDampedInverseIsNearTheResponseOfATrainingOfThatLength() {
        TrainingLength length = new TrainingLength(100, 50);

        assertNearFlow(length.damping(), length.length());
        // the damping of a sum over ten rows, and one that counts steps for rates
        assertThatThrownBy(() -> assertNearFlow(10 * length.damping(), length.length()))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> assertNearFlow(1.0 / length.steps(), length.length()))
                .isInstanceOf(AssertionError.class);
    }

    private static void assertNearFlow(double damping, double t) {
        for (double c = 1e-6; c < 1e4; c *= 1.3) {
            double flow = -Math.expm1(-c * t) / c;
            assertThat(flow * (c + damping)).isBetween(1.0, 1.3);
        }
    }

    /** Steps of gradient descent on ½ c x² − x, added up, are the flow's response to second order in the rate. */
    @Test
    void gradientStepsGoAsFarAsTheFlow() {
        TrainingOptions options =
                SGD.withSchedule(Schedule.cosine(0.01)).withEpochs(50).withBatchSize(10);
        double c = 0.3;
        double x = 0;
        for (int step = 0; step < 500; step++) {
            x -= options.schedule().at(step, step / 10, 500) * (c * x - 1);
        }

        double t = TrainingLength.of(options, 100).orElseThrow().length();

        assertThat(x).isCloseTo(-Math.expm1(-c * t) / c, within(5e-3));
    }

    @Test
    void refusesWhatIsOutOfRange() {
        assertThatThrownBy(() -> TrainingLength.of(SGD, 0)).hasMessageContaining("rows");
        assertThatThrownBy(() -> TrainingLength.of(SGD, 10, -1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> new TrainingLength(1, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TrainingLength(0, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
