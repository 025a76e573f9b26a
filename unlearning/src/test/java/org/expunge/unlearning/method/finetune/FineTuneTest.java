package org.expunge.unlearning.method.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.io.Json;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.method.Candidate;
import org.expunge.unlearning.method.CandidateSearch;
import org.expunge.unlearning.method.UnlearningMethodContract;
import org.expunge.unlearning.method.UtilityGuard;
import org.junit.jupiter.api.Test;

class FineTuneTest extends UnlearningMethodContract {
    /** Keeps nothing back, so that a search of one candidate takes it. */
    static final CandidateSearch.Options OPEN = CandidateSearch.Options.DEFAULT
            .withGuard(new UtilityGuard(1, 1e6, 1e6, 100))
            .withBoundByUnseenRows(false)
            .withLeastChange(0);

    static final Tuning ONE_EPOCH =
            Tuning.DEFAULT.withLearningRates(List.of(0.01)).withEpochs(1).withSearch(OPEN);

    @Override
    protected UnlearningMethod method() {
        return new FineTune(engine, FineTune.Options.DEFAULT);
    }

    @Test
    void aFullBatchStepIsGradientDescentOnTheRemainingRows() {
        double rate = 0.3;
        Tuning tuning = ONE_EPOCH
                .withOptimizer(Optimizer.sgd())
                .withLearningRates(List.of(rate))
                .withBatchSize(1000);

        double[] found = forget(tuning).model().parameters();

        double[] expected = trained().parameters();
        double[] gradient = new PerExample(engine).sumGradient(trained(), rows.retain());
        for (int i = 0; i < expected.length; i++) {
            expected[i] -= rate * gradient[i] / rows.retain().size();
        }
        assertThat(found).containsExactly(expected, within(1e-14));
    }

    @Test
    void equalsTheTrainerOnTheRemainingRowsBitForBit() {
        Tuning tuning = ONE_EPOCH.withEpochs(3).withL2(1e-3);
        Model expected = new Trainer(engine, tuning.training(0.01))
                .train(trained(), rows.retain(), validation, TrainingListener.NONE)
                .model();

        FineTune.Details details = (FineTune.Details) forget(tuning).details();
        Model found = forget(tuning.withEpochs(3)).model();

        assertThat(details.search().candidates())
                .extracting(Candidate::strength)
                .containsExactly(
                        new Tuning.Strength(0.01, 1), new Tuning.Strength(0.01, 2), new Tuning.Strength(0.01, 3));
        assertThat(details.search().chosen()).isNotNull().satisfies(chosen -> {
            assertThat(chosen.strength()).isEqualTo(new Tuning.Strength(0.01, 3));
            assertThat(found.parameters()).isEqualTo(expected.parameters());
        });
    }

    @Test
    void saysThatItDidNothingWhereTheRatesAreTooSmall() {
        Tuning tuning = Tuning.DEFAULT.withLearningRates(List.of(1e-12));

        UnlearningResult result = forget(tuning);

        FineTune.Details details = (FineTune.Details) result.details();
        assertThat(result.outcome()).isEqualTo(UnlearningResult.Outcome.NO_ACCEPTABLE_CANDIDATE);
        assertThat(result.model()).isSameAs(trained());
        assertThat(details.search().candidates())
                .hasSize(tuning.epochs())
                .allSatisfy(c -> assertThat(c.decision()).isEqualTo(Candidate.Decision.UNCHANGED));
        assertThat(details.limits()).anySatisfy(limit -> assertThat(limit).contains("does nothing"));
    }

    @Test
    void aRateThatDivergesIsACandidateAndEndsTheSearch() {
        Tuning tuning = Tuning.DEFAULT
                .withOptimizer(Optimizer.sgd())
                .withLearningRates(List.of(1e200, 1e201))
                .withEpochs(2);

        FineTune.Details details = (FineTune.Details) forget(tuning).details();

        assertThat(details.search().candidates())
                .extracting(Candidate::decision)
                .containsExactly(Candidate.Decision.NOT_FINITE);
    }

    @Test
    void countsWhatItCost() {
        UnlearningResult result = forget(ONE_EPOCH.withEpochs(3).withLearningRates(List.of(0.01, 0.02)));

        assertThat(result.cost().trainedRows()).isEqualTo(2 * 3 * 60);
        assertThat(result.cost().productRows()).isZero();
        assertThat(result.cost().evaluatedRows()).isEqualTo((1 + 2 * 3) * (80 + 150));
    }

    @Test
    void detailsCanBeWrittenAsJson() {
        assertThat(Json.text(forget(ONE_EPOCH).details())).contains("\"learningRate\"", "\"membershipAuc\"");
    }

    @Test
    void refusesATuningOutOfRange() {
        assertThatThrownBy(() -> Tuning.DEFAULT.withLearningRates(List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Tuning.DEFAULT.withLearningRates(List.of(0.1, 0.1)))
                .hasMessageContaining("ascend");
        assertThatThrownBy(() -> Tuning.DEFAULT.withLearningRates(List.of(0.0))).hasMessageContaining("above 0");
        assertThatThrownBy(() -> Tuning.DEFAULT.withEpochs(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Tuning.DEFAULT.withBatchSize(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Tuning.DEFAULT.withL2(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    private UnlearningResult forget(Tuning tuning) {
        return new FineTune(engine, new FineTune.Options(tuning)).forget(trained(), rows, validation);
    }
}
