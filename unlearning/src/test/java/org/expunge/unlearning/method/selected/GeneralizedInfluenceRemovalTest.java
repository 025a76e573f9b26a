package org.expunge.unlearning.method.selected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Targets;
import org.expunge.influence.io.Json;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.generalized.GeneralizedInfluence;
import org.expunge.influence.score.generalized.UnitSelection;
import org.expunge.influence.training.Evaluator;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Problems;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.method.Candidate;
import org.expunge.unlearning.method.CandidateSearch;
import org.expunge.unlearning.method.UnlearningMethodContract;
import org.expunge.unlearning.method.UtilityGuard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GeneralizedInfluenceRemovalTest extends UnlearningMethodContract {
    private static final UnitSelection THIRD = new UnitSelection(
            0.34, UnitSelection.Importance.HIGHEST_GRADIENTS, UnitSelection.Statistic.ABSOLUTE_OF_MEAN, 0);
    private static final GeneralizedInfluenceRemoval.Options LOOSE = GeneralizedInfluenceRemoval.Options.DEFAULT
            .withSelection(THIRD)
            .withDampings(List.of(1e-1, 1e-3))
            .withSearch(CandidateSearch.Options.DEFAULT.withGuard(new UtilityGuard(0.1, 10, 10, 2)));

    @Override
    protected UnlearningMethod method() {
        return new GeneralizedInfluenceRemoval(engine, LOOSE);
    }

    @ParameterizedTest
    @EnumSource(GeneralizedInfluence.Kind.class)
    void onlySelectedParametersMove(GeneralizedInfluence.Kind kind) {
        UnlearningResult result =
                new GeneralizedInfluenceRemoval(engine, LOOSE.withKind(kind)).forget(trained(), rows, validation);

        double[] before = trained().parameters();
        double[] after = result.model().parameters();
        Set<Integer> selected = new HashSet<>();
        Arrays.stream(THIRD.select(engine, trained(), rows.forget()).indices()).forEach(selected::add);
        assertThat(result.outcome()).isEqualTo(UnlearningResult.Outcome.REMOVED);
        assertThat(IntStream.range(0, before.length).filter(i -> after[i] != before[i]))
                .isNotEmpty()
                .allMatch(selected::contains);
        assertThat(details(result).selected()).isEqualTo(selected.size());
    }

    @Test
    void aWholeClassIsForgottenWhileTheOtherStays() {
        int[] ones = IntStream.range(0, train.size())
                .filter(i -> train.label(i) == 1)
                .toArray();
        ForgetSet gone = ForgetSet.of(train, ones);

        UnlearningResult result = new GeneralizedInfluenceRemoval(engine, LOOSE.withSteps(List.of(8.0, 4.0, 2.0, 1.0)))
                .forget(trained(), gone, validation);

        assertThat(result.outcome()).isEqualTo(UnlearningResult.Outcome.REMOVED);
        assertThat(accuracy(trained(), gone.forget())).isGreaterThan(0.95);
        assertThat(accuracy(result.model(), gone.forget())).isLessThan(0.5);
        assertThat(accuracy(result.model(), gone.retain())).isGreaterThan(0.9);
    }

    @Test
    void relabelledRowsAreAnsweredByTheirNewLabels() {
        ForgetSet few = ForgetSet.of(train, Problems.first(3));
        int[] flipped = {1 - train.label(2), 1 - train.label(1), 1 - train.label(0)};
        Dataset inAnotherOrder = train.select(new int[] {2, 1, 0}).withTargets(Targets.classes(flipped, 2));

        UnlearningResult result = GeneralizedInfluenceRemoval.relabelling(
                        engine, LOOSE.withSteps(List.of(4.0, 2.0, 1.0)), inAnotherOrder)
                .forget(trained(), few, validation);

        assertThat(details(result).isRelabelling()).isTrue();
        assertThat(accuracy(trained(), inAnotherOrder)).isZero();
        assertThat(accuracy(result.model(), inAnotherOrder)).isEqualTo(1);
        assertThat(accuracy(result.model(), few.retain())).isGreaterThan(0.85);
    }

    @Test
    void logsEveryDampingWithItsResidual() {
        GeneralizedInfluenceRemoval.Details details = details(method().forget(trained(), rows, validation));

        assertThat(details.search().candidates())
                .extracting(Candidate::strength)
                .extracting(strength -> ((GeneralizedInfluenceRemoval.Strength) strength).damping())
                .contains(1e-1, 1e-3);
        assertThat(Json.text(details)).contains("\"relativeResidual\"", "\"HIGHEST_GRADIENTS\"", "\"GENERALIZED\"");
    }

    @Test
    void countsWhatItCost() {
        UnlearningResult result = method().forget(trained(), rows, validation);

        assertThat(result.cost().trainedRows()).isEqualTo(40);
        assertThat(result.cost().productRows() % 60).isZero();
        assertThat(result.cost().productRows()).isPositive();
    }

    @Test
    void refusesOptionsOutOfRangeAndRowsWithoutNewLabels() {
        assertThatThrownBy(() -> LOOSE.withDampings(List.of(-1.0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LOOSE.withSteps(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> GeneralizedInfluenceRemoval.relabelling(
                                engine, LOOSE, rows.forget().select(new int[] {1}))
                        .forget(trained(), rows, validation))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no row with id");
    }

    private static GeneralizedInfluenceRemoval.Details details(UnlearningResult result) {
        return (GeneralizedInfluenceRemoval.Details) result.details();
    }

    private double accuracy(Model model, Dataset data) {
        return new Evaluator(engine).evaluate(model, data).accuracy();
    }
}
