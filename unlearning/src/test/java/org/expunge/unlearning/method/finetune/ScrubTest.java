package org.expunge.unlearning.method.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.target.Outputs;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Problems;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.method.Candidate;
import org.expunge.unlearning.method.CandidateFigures;
import org.expunge.unlearning.method.UnlearningMethodContract;
import org.junit.jupiter.api.Test;

class ScrubTest extends UnlearningMethodContract {
    @Override
    protected UnlearningMethod method() {
        return new Scrub(engine, Scrub.Options.DEFAULT);
    }

    private ScrubObjective objective(ForgetSet set, Model teacher, int batchSize) {
        Scrub.Options options =
                Scrub.Options.DEFAULT.withTuning(Scrub.Options.DEFAULT.tuning().withBatchSize(batchSize));
        return new ScrubObjective(set, Outputs.of(engine, teacher, set.retain().concat(set.forget())), options, 1);
    }

    @Test
    void theGradientsOfBothKindsOfStepsMatchFiniteDifferences() {
        Model teacher = Objectives.smooth(3);
        ScrubObjective objective = objective(rows, teacher, 1000);

        Objectives.check(
                engine, Objectives.smooth(4), objective, 1, 0, student -> -divergence(teacher, student, rows.forget()));
        Objectives.check(
                engine,
                Objectives.smooth(4),
                objective,
                1,
                1,
                student -> Objectives.loss(engine, student, rows.retain())
                        + 0.5 * divergence(teacher, student, rows.retain()));
    }

    /** The mean over rows of {@code τ² Σ_k p_k ln(p_k / q_k)} at τ = 2, from probabilities alone. */
    private double divergence(Model teacher, Model student, Dataset data) {
        Outputs p = Outputs.of(engine, teacher, data);
        Outputs q = Outputs.of(engine, student, data);
        return IntStream.range(0, data.size())
                .mapToDouble(row -> {
                    double[] warmP = warmed(p.prediction(row));
                    double[] warmQ = warmed(q.prediction(row));
                    return 4
                            * IntStream.range(0, warmP.length)
                                    .mapToDouble(k -> warmP[k] * Math.log(warmP[k] / warmQ[k]))
                                    .sum();
                })
                .average()
                .orElseThrow();
    }

    /** {@code p^½}, normalised. */
    private static double[] warmed(double[] p) {
        double[] roots =
                IntStream.range(0, p.length).mapToDouble(k -> Math.sqrt(p[k])).toArray();
        double sum = IntStream.range(0, p.length).mapToDouble(k -> roots[k]).sum();
        return IntStream.range(0, p.length).mapToDouble(k -> roots[k] / sum).toArray();
    }

    @Test
    void maxStepsVisitTheRowsToForgetInMinibatchesFromTheSecondEpochOn() {
        ForgetSet most = ForgetSet.of(train, Problems.first(50));
        ScrubObjective objective = objective(most, trained(), 8);

        assertThat(objective.epoch(0).minibatches())
                .hasSize(4)
                .allSatisfy(rows -> assertThat(IntStream.of(rows)).allMatch(row -> row < 30));
        for (int epoch = 1; epoch <= 3; epoch++) {
            List<int[]> minibatches = objective.epoch(epoch).minibatches();
            assertThat(minibatches).hasSize(objective.steps(epoch)).hasSize(7 + 4);
            assertThat(minibatches.subList(0, 7))
                    .allSatisfy(rows ->
                            assertThat(IntStream.of(rows)).hasSizeBetween(2, 8).allMatch(row -> row >= 30));
            assertThat(minibatches.stream().flatMapToInt(IntStream::of).distinct())
                    .hasSize(80);
        }
        assertThat(objective.epoch(4).minibatches()).hasSize(4);
    }

    @Test
    void theStudentMovesAndTheTeacherDoesNot() {
        double[] teacher = trained().parameters();

        UnlearningResult result = method().forget(trained(), rows, validation);

        assertThat(((Scrub.Details) result.details()).search().candidates())
                .allSatisfy(c -> assertThat(c.relativeStep()).isPositive());
        assertThat(result.model().parameters()).isNotEqualTo(teacher);
        assertThat(trained().parameters()).isEqualTo(teacher);
    }

    @Test
    void rewindsToTheErrorOfRowsNeverSeen() {
        Scrub.Details details =
                (Scrub.Details) method().forget(trained(), rows, validation).details();

        double nearest = details.search().candidates().stream()
                .filter(Candidate::isAcceptable)
                .mapToDouble(ScrubTest::errorGap)
                .min()
                .orElseThrow();
        assertThat(details.search().chosen())
                .isNotNull()
                .satisfies(chosen -> assertThat(errorGap(chosen)).isEqualTo(nearest));
    }

    private static double errorGap(Candidate candidate) {
        CandidateFigures figures = Objects.requireNonNull(candidate.figures());
        return Math.abs(
                Objects.requireNonNull(figures.forget().accuracy()) - Objects.requireNonNull(figures.unseenAccuracy()));
    }

    @Test
    void withoutRewindingItTakesTheLossNearestToThatOfRowsNeverSeen() {
        Scrub.Options options = Scrub.Options.DEFAULT.withRewinding(false);

        Scrub.Details details = (Scrub.Details)
                new Scrub(engine, options).forget(trained(), rows, validation).details();

        double nearest = details.search().candidates().stream()
                .filter(Candidate::isAcceptable)
                .mapToDouble(ScrubTest::lossExcess)
                .min()
                .orElseThrow();
        assertThat(details.search().chosen())
                .isNotNull()
                .satisfies(chosen -> assertThat(lossExcess(chosen)).isEqualTo(nearest));
    }

    @Test
    void aWholeClassIsNotRewoundToRowsNeverSeen() {
        ForgetSet ofClass = ForgetSet.of(
                train,
                IntStream.range(0, train.size())
                        .filter(row -> train.label(row) == 1)
                        .toArray());

        Scrub.Details details =
                (Scrub.Details) method().forget(trained(), ofClass, validation).details();

        double highest = details.search().candidates().stream()
                .filter(Candidate::isAcceptable)
                .mapToDouble(c -> Objects.requireNonNull(c.figures()).forget().loss())
                .max()
                .orElseThrow();
        assertThat(Objects.requireNonNull(details.search().chosen()).figures())
                .isNotNull()
                .satisfies(figures -> assertThat(figures.forget().loss()).isEqualTo(highest));
    }

    private static double lossExcess(Candidate candidate) {
        return Math.abs(Objects.requireNonNull(candidate.figures()).lossExcess());
    }

    @Test
    void refusesOptionsOutOfRange() {
        assertThatThrownBy(() -> new Scrub.Options(Tuning.DEFAULT, 5, List.of(1), 1, 1, 1, true))
                .hasMessageContaining("maxEpochs");
        assertThatThrownBy(() -> new Scrub.Options(Tuning.DEFAULT, 1, List.of(1), -1, 1, 1, true))
                .hasMessageContaining("gamma");
        assertThatThrownBy(() -> new Scrub.Options(Tuning.DEFAULT, 1, List.of(1), 1, -1, 1, true))
                .hasMessageContaining("alpha");
        assertThatThrownBy(() -> new Scrub.Options(Tuning.DEFAULT, 1, List.of(1), 1, 1, 0, true))
                .hasMessageContaining("temperature");
    }
}
