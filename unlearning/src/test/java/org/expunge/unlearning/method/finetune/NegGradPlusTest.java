package org.expunge.unlearning.method.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.expunge.influence.network.OutputLoss;
import org.expunge.influence.training.Objective;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Problems;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.method.CandidateFigures;
import org.expunge.unlearning.method.SearchLog;
import org.expunge.unlearning.method.UnlearningMethodContract;
import org.junit.jupiter.api.Test;

class NegGradPlusTest extends UnlearningMethodContract {
    @Override
    protected UnlearningMethod method() {
        return new NegGradPlus(engine, NegGradPlus.Options.DEFAULT);
    }

    private PairedObjective objective(ForgetSet set, double alpha, int batchSize) {
        NegGradPlus.Options options = NegGradPlus.Options.DEFAULT.withTuning(Tuning.DEFAULT.withBatchSize(batchSize));
        return new NegGradPlus(engine, options).objective(set, alpha);
    }

    @Test
    void theGradientIsThatOfBothMeansByFiniteDifferences() {
        double alpha = 0.7;
        PairedObjective objective = objective(rows, alpha, 1000);

        Objectives.check(
                engine,
                Objectives.smooth(3),
                objective,
                0,
                0,
                model -> alpha * Objectives.loss(engine, model, rows.retain())
                        - (1 - alpha) * Objectives.loss(engine, model, rows.forget()));
    }

    @Test
    void withAllWeightOnTheRemainingRowsItIsFineTuning() {
        Tuning tuning = FineTuneTest.ONE_EPOCH.withEpochs(3);

        UnlearningResult found = new NegGradPlus(
                        engine, new NegGradPlus.Options(tuning, new ForgetPhase(List.of(1.0), 2)))
                .forget(trained(), rows, validation);

        UnlearningResult fineTuned =
                new FineTune(engine, new FineTune.Options(tuning)).forget(trained(), rows, validation);
        assertThat(found.model().parameters()).isEqualTo(fineTuned.model().parameters());
        assertThat(found.cost().trainedRows()).isEqualTo(fineTuned.cost().trainedRows());
    }

    @Test
    void anEpochVisitsEveryRemainingRowOnceAndTheOthersEvenly() {
        PairedObjective objective = objective(rows, 0.9, 8);

        Objective.Epoch epoch = objective.epoch(0);

        assertThat(epoch.minibatches())
                .hasSize(objective.steps(0))
                .allSatisfy(minibatch -> assertThat(minibatch).hasSizeLessThanOrEqualTo(objective.largestMinibatch()));
        int[] visits = visits(epoch, 80);
        assertThat(Arrays.copyOf(visits, 60)).containsOnly(1);
        assertThat(Arrays.copyOfRange(visits, 60, 80)).containsOnly(3, 4);
    }

    @Test
    void afterThePhaseItTrainsOnTheRemainingRowsAlone() {
        PairedObjective objective = objective(rows, 0.9, 8);

        int phase = NegGradPlus.Options.DEFAULT.phase().epochs();
        assertThat(visits(objective.epoch(phase - 1), 80)[70]).isPositive();
        assertThat(Arrays.copyOfRange(visits(objective.epoch(phase), 80), 60, 80))
                .containsOnly(0);
        assertThat(objective.epoch(phase).loss()).isSameAs(OutputLoss.OWN);
    }

    @Test
    void everyRowToForgetIsVisitedHoweverManyThereAre() {
        ForgetSet most = ForgetSet.of(train, Problems.first(71));
        PairedObjective objective = objective(most, 0.9, 4);

        int[] visits = visits(objective.epoch(0), 80);

        assertThat(Arrays.copyOf(visits, 9)).containsOnly(1);
        assertThat(Arrays.copyOfRange(visits, 9, 80)).doesNotContain(0);
    }

    private static int[] visits(Objective.Epoch epoch, int rows) {
        int[] visits = new int[rows];
        epoch.minibatches().stream().flatMapToInt(IntStream::of).forEach(row -> visits[row]++);
        return visits;
    }

    @Test
    void atItsDefaultsItForgetsInsideTheGuard() {
        SearchLog log = ((NegGradPlus.Details)
                        method().forget(trained(), rows, validation).details())
                .search();

        CandidateFigures after =
                Objects.requireNonNull(Objects.requireNonNull(log.chosen()).figures());
        assertThat(after.forget().loss()).isGreaterThan(log.before().forget().loss());
        assertThat(after.membershipAuc()).isLessThan(log.before().membershipAuc());
    }

    @Test
    void refusesWeightsOutOfRange() {
        assertThatThrownBy(() -> new ForgetPhase(List.of(), 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ForgetPhase(List.of(0.0), 1)).hasMessageContaining("alpha");
        assertThatThrownBy(() -> new ForgetPhase(List.of(1.1), 1)).hasMessageContaining("alpha");
        assertThatThrownBy(() -> new ForgetPhase(List.of(0.5), 0)).hasMessageContaining("epochs");
    }
}
