package org.expunge.unlearning.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.io.Json;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.junit.jupiter.api.Test;

class NewtonRemovalTest extends UnlearningMethodContract {
    private static final UtilityGuard LOOSE = new UtilityGuard(0.1, 10, 10, 2);
    private static final UtilityGuard OPEN = new UtilityGuard(1, 1e6, 1e6, 100);

    @Override
    protected UnlearningMethod method() {
        return new NewtonRemoval(engine, NewtonRemoval.Options.DEFAULT.withGuard(LOOSE));
    }

    @Test
    void movesTheForgottenRowsTowardsRowsNeverSeenInsideTheGuard() {
        NewtonRemoval.Details details = forget(NewtonRemoval.Options.DEFAULT.withGuard(LOOSE));
        CandidateFigures figures =
                Objects.requireNonNull(Objects.requireNonNull(details.chosen()).figures());

        assertThat(details.before().membershipAuc()).isGreaterThan(0.6);
        assertThat(figures.membershipAuc())
                .isLessThan(details.before().membershipAuc())
                .isGreaterThanOrEqualTo(details.overForgottenBelow());
        assertThat(figures.forget().loss())
                .isGreaterThan(details.before().forget().loss());
        assertThat(LOOSE.keepsUtility(details.before(), figures)).isTrue();
        assertThat(LOOSE.isSelective(details.before(), figures)).isTrue();
    }

    @Test
    void logsEveryDampingWithItsResidualAndTakesTheHighestAcceptableLoss() {
        NewtonRemoval.Details details = forget(NewtonRemoval.Options.DEFAULT.withGuard(LOOSE));

        assertThat(details.candidates().stream().map(Candidate::damping).distinct())
                .containsExactlyElementsOf(NewtonRemoval.Options.DEFAULT.dampings());
        assertThat(details.candidates()).allSatisfy(candidate -> {
            assertThat(candidate.products()).isBetween(1, 60);
            assertThat(candidate.isConverged()).isEqualTo(candidate.relativeResidual() <= 1e-4);
        });
        double highest = details.candidates().stream()
                .filter(candidate -> candidate.decision() == Candidate.Decision.ACCEPTABLE)
                .mapToDouble(NewtonRemovalTest::forgetLoss)
                .max()
                .orElseThrow();
        assertThat(details.chosen())
                .isNotNull()
                .satisfies(c -> assertThat(forgetLoss(c)).isEqualTo(highest));
    }

    @Test
    void backtracksTheStepWhereAGuardIsBroken() {
        NewtonRemoval.Details details =
                forget(NewtonRemoval.Options.DEFAULT.withGuard(new UtilityGuard(1, 10, 10, 0.05)));

        assertThat(details.candidates())
                .filteredOn(candidate -> candidate.damping() == 1e-4)
                .extracting(Candidate::step)
                .startsWith(1.0, 0.5);
        assertThat(details.candidates())
                .filteredOn(candidate -> candidate.decision() == Candidate.Decision.STEP_TOO_LONG)
                .isNotEmpty()
                .allSatisfy(candidate -> {
                    assertThat(candidate.relativeStep()).isGreaterThan(0.05);
                    assertThat(candidate.figures()).isNull();
                });
    }

    /** Compared with remaining rows, which stay memorised, rows to forget stand out as soon as they are forgotten. */
    @Test
    void refusesToMakeTheForgottenRowsStandOut() {
        NewtonRemoval.Options far =
                NewtonRemoval.Options.DEFAULT.withGuard(OPEN).withDampings(List.of(3e-3));
        NewtonRemoval.Options unbounded = far.withBoundByUnseenRows(false);

        UnlearningResult bounded = new NewtonRemoval(engine, far).forget(trained(), rows, rows.retain());
        UnlearningResult free = new NewtonRemoval(engine, unbounded).forget(trained(), rows, rows.retain());

        assertThat(((NewtonRemoval.Details) bounded.details())
                        .candidates()
                        .get(0)
                        .decision())
                .isEqualTo(Candidate.Decision.OVER_FORGOTTEN);
        assertThat(((NewtonRemoval.Details) free.details()).candidates().get(0).decision())
                .isEqualTo(Candidate.Decision.ACCEPTABLE);
    }

    @Test
    void keepsTheOldModelAndSaysSoWhereNothingIsAcceptable() {
        NewtonRemoval.Options strict = NewtonRemoval.Options.DEFAULT.withGuard(new UtilityGuard(1, 10, 10, 1e-12));

        UnlearningResult result = new NewtonRemoval(engine, strict).forget(trained(), rows, validation);

        assertThat(result.outcome()).isEqualTo(UnlearningResult.Outcome.NO_ACCEPTABLE_CANDIDATE);
        assertThat(result.model()).isSameAs(trained());
        assertThat(((NewtonRemoval.Details) result.details()).chosen()).isNull();
    }

    @Test
    void needsValidationRowsToDecideBy() {
        assertThatThrownBy(() -> method().forget(trained(), rows, validation.select(new int[0])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("validation");
    }

    @Test
    void countsWhatItCost() {
        UnlearningResult result = method().forget(trained(), rows, validation);

        NewtonRemoval.Details details = (NewtonRemoval.Details) result.details();
        int products = details.candidates().stream()
                .mapToInt(Candidate::products)
                .max()
                .orElseThrow();
        assertThat(result.cost().trainedRows()).isEqualTo(20);
        assertThat(result.cost().productRows()).isEqualTo(60L * products);
        assertThat(result.cost().evaluatedRows())
                .isPositive()
                .satisfies(seen -> assertThat(seen % (80 + 150)).isZero());
    }

    @Test
    void detailsCanBeWrittenAsJson() {
        assertThat(Json.text(forget(NewtonRemoval.Options.DEFAULT.withGuard(LOOSE))))
                .contains("\"membershipAuc\"", "\"relativeResidual\"", "\"REMOVED_ROWS\"");
    }

    @Test
    void refusesOptionsOutOfRange() {
        NewtonRemoval.Options options = NewtonRemoval.Options.DEFAULT;

        assertThatThrownBy(() -> options.withDampings(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.withDampings(List.of(Double.NaN)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(options.withWeightDecay(new WeightDecay(0.1)).weightDecay().l2())
                .isEqualTo(0.1);
    }

    private NewtonRemoval.Details forget(NewtonRemoval.Options options) {
        UnlearningResult result = new NewtonRemoval(engine, options).forget(trained(), rows, validation);
        return (NewtonRemoval.Details) result.details();
    }

    private static double forgetLoss(Candidate candidate) {
        CandidateFigures figures = candidate.figures();
        return figures == null ? Double.NaN : figures.forget().loss();
    }
}
