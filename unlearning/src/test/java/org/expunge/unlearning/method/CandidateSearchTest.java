package org.expunge.unlearning.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Problems;
import org.expunge.unlearning.UnlearningResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Candidates are a trained model with its parameters scaled: confidence, and with it losses, moves with the factor. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CandidateSearchTest {
    private record Factor(double value) {}

    private static final UtilityGuard OPEN = new UtilityGuard(1, 1e6, 1e6, 100);
    private static final CandidateSearch.Options FREE =
            CandidateSearch.Options.DEFAULT.withGuard(OPEN).withBoundByUnseenRows(false);

    private final Engine engine = Problems.engine();
    private final Dataset train = Problems.noisyClasses("train", 60, 0.2, 21);
    private final Dataset validation = Problems.noisyClasses("validation", 100, 0.2, 22);
    private final ForgetSet rows = ForgetSet.of(train, Problems.first(15));
    private final Model model =
            Problems.recipe(engine).retrain(train, validation, 3).model();

    @AfterAll
    void closeEngine() {
        engine.close();
    }

    @Test
    void theHighestLossOnTheRowsToForgetWinsWhateverTheOrder() {
        CandidateSearch search = search(FREE);

        Candidate weak = consider(search, 0.9);
        Candidate strong = consider(search, 0.5);
        Candidate middle = consider(search, 0.7);

        assertThat(search.best()).isEqualTo(strong);
        assertThat(search.bestModel().parameters()).isEqualTo(scaled(0.5));
        assertThat(search.outcome()).isEqualTo(UnlearningResult.Outcome.REMOVED);
        assertThat(search.log().candidates()).containsExactly(weak, strong, middle);
    }

    @Test
    void aMeritOfTheMethodsOwnReplacesThat() {
        CandidateSearch search = new CandidateSearch(
                engine,
                model,
                rows,
                validation,
                FREE,
                (moved, f) -> -f.validation().loss());

        consider(search, 0.9);
        Candidate unsure = consider(search, 0.01);
        consider(search, -1);

        assertThat(search.best()).isEqualTo(unsure);
    }

    @Test
    void aModelThatDoesTheSameIsANoOp() {
        CandidateSearch search = search(FREE);

        assertThat(consider(search, 1).decision()).isEqualTo(Candidate.Decision.UNCHANGED);
        assertThat(consider(search, 1 + 1e-9).decision()).isEqualTo(Candidate.Decision.UNCHANGED);
        assertThat(search.outcome()).isEqualTo(UnlearningResult.Outcome.NO_ACCEPTABLE_CANDIDATE);
        assertThat(search.bestModel()).isSameAs(model);
        assertThat(consider(search(FREE.withLeastChange(0)), 1 + 1e-9).decision())
                .isEqualTo(Candidate.Decision.ACCEPTABLE);
    }

    @Test
    void whatBreaksALimitIsNamedAndNeverTaken() {
        assertThat(decision(FREE.withGuard(new UtilityGuard(1, 1e6, 1e6, 0.4)), 0.5))
                .isEqualTo(Candidate.Decision.STEP_TOO_LONG);
        assertThat(decision(FREE.withGuard(new UtilityGuard(0, 1e6, 1e6, 100)), -1))
                .isEqualTo(Candidate.Decision.UTILITY_FELL);
        assertThat(decision(FREE.withGuard(new UtilityGuard(1, 1e6, 0, 100)), 0.5))
                .isEqualTo(Candidate.Decision.NOT_SELECTIVE);
        assertThat(decision(FREE, Double.NaN)).isEqualTo(Candidate.Decision.NOT_FINITE);
    }

    /** A model that answers 0 to everything knows all that remains, and nothing of the class that went. */
    @Test
    void aClassThatGoesAsAWholeIsNotMissed() {
        int[] ones = IntStream.range(0, train.size())
                .filter(i -> train.label(i) == 1)
                .toArray();
        int zeros = (int) IntStream.range(0, validation.size())
                .filter(i -> validation.label(i) == 0)
                .count();
        double[] parameters = model.parameters();
        parameters[parameters.length - 2] += 5;
        CandidateSearch search = new CandidateSearch(
                engine,
                model,
                ForgetSet.of(train, ones),
                validation,
                CandidateSearch.Options.DEFAULT.withGuard(new UtilityGuard(0, 0, 0.1, 100)));

        Candidate candidate = search.consider(new Factor(5), parameters);

        assertThat(candidate.decision()).isEqualTo(Candidate.Decision.ACCEPTABLE);
        assertThat(candidate.figures())
                .isNotNull()
                .satisfies(f -> assertThat(f.validation().rows()).isEqualTo(zeros));
    }

    @Test
    void aTrainingThatDivergedIsLoggedWithoutFigures() {
        CandidateSearch search = search(FREE);

        Candidate candidate = search.diverged(new Factor(9));

        assertThat(candidate.decision()).isEqualTo(Candidate.Decision.NOT_FINITE);
        assertThat(candidate.figures()).isNull();
        assertThat(search.log().candidates()).containsExactly(candidate);
        assertThat(search.log().chosen()).isNull();
    }

    @Test
    void remainingRowsThatAreNotTrustedDoNotCount() {
        UtilityGuard strict = new UtilityGuard(0.5, 1e6, 0, 100);
        CandidateSearch.Options trusted = FREE.withGuard(strict);

        assertThat(decision(trusted, 0.3)).isEqualTo(Candidate.Decision.NOT_SELECTIVE);
        assertThat(decision(trusted.withTrustInRetain(false), 0.3)).isEqualTo(Candidate.Decision.ACCEPTABLE);
    }

    @Test
    void countsForwardPassesOfMeasuredCandidatesAndOfTheModelBefore() {
        CandidateSearch search = search(FREE);
        consider(search, 0.5);
        consider(search, Double.NaN);

        assertThat(search.evaluatedRows()).isEqualTo(2 * (60 + 100));
    }

    @Test
    void rowsNeverSeenAreNoBoundForAClassOfWhichNoRowRemains() {
        int[] ofClass =
                IntStream.range(0, 60).filter(row -> train.label(row) == 1).toArray();
        CandidateSearch search = new CandidateSearch(
                engine,
                model,
                ForgetSet.of(train, ofClass),
                validation,
                CandidateSearch.Options.DEFAULT.withGuard(OPEN));
        double[] biased = model.parameters();
        biased[biased.length - 1] -= 50;

        Candidate candidate = search.consider(new Factor(0), biased);

        assertThat(candidate.decision()).isEqualTo(Candidate.Decision.ACCEPTABLE);
        assertThat(search.log().before().validation().rows()).isEqualTo((int) IntStream.range(0, 100)
                .filter(row -> validation.label(row) == 0)
                .count());
    }

    @Test
    void aMethodMayChooseAfterAllWereTried() {
        CandidateSearch search = search(FREE);
        Candidate middle = consider(search, 0.7);
        Candidate refused = consider(search, 1);
        consider(search, 0.5);

        search.choose(middle, scaled(0.7));

        assertThat(search.log().chosen()).isEqualTo(middle);
        assertThat(search.bestModel().parameters()).isEqualTo(scaled(0.7));
        assertThatThrownBy(() -> search.choose(refused, scaled(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("UNCHANGED");
    }

    @Test
    void needsRowsToForgetAndRowsToDecideBy() {
        ForgetSet none = ForgetSet.of(train, new int[0]);
        assertThatThrownBy(() -> new CandidateSearch(engine, model, none, validation, FREE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CandidateSearch(engine, model, rows, validation.select(new int[0]), FREE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("validation");
    }

    private Candidate.Decision decision(CandidateSearch.Options options, double factor) {
        CandidateSearch search = search(options);
        Candidate candidate = consider(search, factor);
        assertThat(candidate.equals(search.best())).isEqualTo(candidate.isAcceptable());
        return candidate.decision();
    }

    private CandidateSearch search(CandidateSearch.Options options) {
        return new CandidateSearch(engine, model, rows, validation, options);
    }

    private Candidate consider(CandidateSearch search, double factor) {
        return search.consider(new Factor(factor), scaled(factor));
    }

    private double[] scaled(double factor) {
        return Arrays.stream(model.parameters()).map(p -> p * factor).toArray();
    }
}
