package org.expunge.unlearning.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.Json;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Evaluator;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Problems;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.junit.jupiter.api.Test;

class InfluenceRemovalTest extends UnlearningMethodContract {
    private static final UtilityGuard LOOSE = new UtilityGuard(0.1, 10, 10, 2);
    private static final UtilityGuard OPEN = new UtilityGuard(1, 1e6, 1e6, 100);

    @Override
    protected UnlearningMethod method() {
        return new InfluenceRemoval(engine, InfluenceRemoval.Options.DEFAULT.withGuard(LOOSE));
    }

    @Test
    void movesTheForgottenRowsTowardsRowsNeverSeenInsideTheGuard() {
        InfluenceRemoval.Details details = forget(InfluenceRemoval.Options.DEFAULT.withGuard(LOOSE));
        CandidateFigures figures = Objects.requireNonNull(
                Objects.requireNonNull(details.search().chosen()).figures());

        assertThat(details.search().before().membershipAuc()).isGreaterThan(0.6);
        assertThat(figures.membershipAuc())
                .isLessThan(details.search().before().membershipAuc())
                .isGreaterThanOrEqualTo(details.search().overForgottenBelow());
        assertThat(figures.forget().loss())
                .isGreaterThan(details.search().before().forget().loss());
        assertThat(LOOSE.keepsUtility(details.search().before(), figures)).isTrue();
        assertThat(LOOSE.isSelective(details.search().before(), figures)).isTrue();
    }

    @Test
    void logsEveryDampingWithItsResidualAndTakesTheAcceptableLossNearestToThatOfRowsNeverSeen() {
        InfluenceRemoval.Details details = forget(InfluenceRemoval.Options.DEFAULT.withGuard(LOOSE));

        assertThat(details.search().candidates().stream()
                        .map(c -> strength(c).damping())
                        .distinct())
                .containsExactlyElementsOf(InfluenceRemoval.Options.DEFAULT.dampings());
        assertThat(details.search().candidates()).allSatisfy(candidate -> {
            assertThat(strength(candidate).products()).isBetween(1, 60);
            assertThat(strength(candidate).solve().equals("converged"))
                    .isEqualTo(strength(candidate).relativeResidual() <= 1e-4);
        });
        double nearest = details.search().candidates().stream()
                .filter(Candidate::isAcceptable)
                .mapToDouble(InfluenceRemovalTest::excess)
                .min()
                .orElseThrow();
        assertThat(details.search().chosen())
                .isNotNull()
                .satisfies(c -> assertThat(excess(c)).isEqualTo(nearest));
    }

    @Test
    void backtracksTheStepWhereAGuardIsBroken() {
        InfluenceRemoval.Details details =
                forget(InfluenceRemoval.Options.DEFAULT.withGuard(new UtilityGuard(1, 10, 10, 0.05)));

        assertThat(details.search().candidates())
                .filteredOn(candidate -> strength(candidate).damping() == 1e-4)
                .extracting(candidate -> strength(candidate).step())
                .startsWith(1.0, 0.5);
        assertThat(details.search().candidates())
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
        InfluenceRemoval.Options far =
                InfluenceRemoval.Options.DEFAULT.withGuard(OPEN).withDampings(List.of(3e-3));
        InfluenceRemoval.Options unbounded = far.withSearch(far.search().withBoundByUnseenRows(false));

        UnlearningResult bounded = new InfluenceRemoval(engine, far).forget(trained(), rows, rows.retain());
        UnlearningResult free = new InfluenceRemoval(engine, unbounded).forget(trained(), rows, rows.retain());

        assertThat(((InfluenceRemoval.Details) bounded.details())
                        .search()
                        .candidates()
                        .get(0)
                        .decision())
                .isEqualTo(Candidate.Decision.OVER_FORGOTTEN);
        assertThat(((InfluenceRemoval.Details) free.details())
                        .search()
                        .candidates()
                        .get(0)
                        .decision())
                .isEqualTo(Candidate.Decision.ACCEPTABLE);
    }

    /** What the copies teach is not forgotten, though the rows are. */
    @Test
    void rowsWhoseCopiesRemainAreStillKnown() {
        Dataset copies = train.select(Problems.first(20));
        Dataset twice = train.concat(
                copies.withIds(copies.ids().stream().map(id -> "copy of " + id).toList()));
        ForgetSet rowsOfTwice = ForgetSet.of(twice, Problems.first(20));
        Model model = Problems.recipe(engine).retrain(twice, validation, SEED).model();

        Model after = method().forget(model, rowsOfTwice, validation).model();

        Evaluator evaluator = new Evaluator(engine);
        assertThat(evaluator.evaluate(model, rowsOfTwice.forget()).accuracy()).isEqualTo(1);
        assertThat(evaluator.evaluate(after, rowsOfTwice.forget()).accuracy()).isGreaterThanOrEqualTo(0.9);
    }

    @Test
    void whatCostsTooMuchIsTrainedOnTheRemainingRowsAndJudgedAgain() {
        InfluenceRemoval.Options repairing = InfluenceRemoval.Options.DEFAULT
                .withGuard(new UtilityGuard(0.02, 10, 10, 2))
                .withRepairEpochs(10);

        List<Candidate> candidates = forget(repairing).search().candidates();

        List<Integer> repaired = IntStream.range(0, candidates.size())
                .filter(i -> strength(candidates.get(i)).repairEpochs() == 10)
                .boxed()
                .toList();
        assertThat(repaired).isNotEmpty().allSatisfy(i -> {
            Candidate raw = candidates.get(i - 1);
            assertThat(strength(raw).repaired(10)).isEqualTo(strength(candidates.get(i)));
            assertThat(raw.decision()).isEqualTo(Candidate.Decision.UTILITY_FELL);
            assertThat(retainLoss(candidates.get(i))).isLessThan(retainLoss(raw));
        });
        assertThat(forget(repairing.withRepairEpochs(0)).search().candidates())
                .allMatch(c -> strength(c).repairEpochs() == 0);
    }

    @Test
    void keepsTheOldModelAndSaysSoWhereNothingIsAcceptable() {
        InfluenceRemoval.Options strict =
                InfluenceRemoval.Options.DEFAULT.withGuard(new UtilityGuard(1, 10, 10, 1e-12));

        UnlearningResult result = new InfluenceRemoval(engine, strict).forget(trained(), rows, validation);

        assertThat(result.outcome()).isEqualTo(UnlearningResult.Outcome.NO_ACCEPTABLE_CANDIDATE);
        assertThat(result.model()).isSameAs(trained());
        assertThat(((InfluenceRemoval.Details) result.details()).search().chosen())
                .isNull();
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

        InfluenceRemoval.Details details = (InfluenceRemoval.Details) result.details();
        int products = details.search().candidates().stream()
                .mapToInt(c -> strength(c).products())
                .max()
                .orElseThrow();
        long repairs = details.search().candidates().stream()
                .filter(c -> strength(c).repairEpochs() > 0)
                .count();
        assertThat(result.cost().trainedRows()).isEqualTo(20 + repairs * 3 * 60);
        assertThat(result.cost().productRows()).isEqualTo(60L * products);
        assertThat(result.cost().evaluatedRows())
                .isPositive()
                .satisfies(seen -> assertThat(seen % (80 + 150)).isZero());
    }

    @Test
    void detailsCanBeWrittenAsJson() {
        assertThat(Json.text(forget(InfluenceRemoval.Options.DEFAULT.withGuard(LOOSE))))
                .contains("\"membershipAuc\"", "\"relativeResidual\"", "\"REMOVED_ROWS\"");
    }

    @Test
    void refusesOptionsOutOfRange() {
        InfluenceRemoval.Options options = InfluenceRemoval.Options.DEFAULT;

        assertThatThrownBy(() -> options.withDampings(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.withDampings(List.of(Double.NaN)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(options.withWeightDecay(new WeightDecay(0.1)).weightDecay().l2())
                .isEqualTo(0.1);
    }

    private InfluenceRemoval.Details forget(InfluenceRemoval.Options options) {
        UnlearningResult result = new InfluenceRemoval(engine, options).forget(trained(), rows, validation);
        return (InfluenceRemoval.Details) result.details();
    }

    private static InfluenceRemoval.Strength strength(Candidate candidate) {
        return (InfluenceRemoval.Strength) candidate.strength();
    }

    private static double retainLoss(Candidate candidate) {
        return Objects.requireNonNull(candidate.figures()).retain().loss();
    }

    private static double excess(Candidate candidate) {
        CandidateFigures figures = candidate.figures();
        return figures == null ? Double.NaN : Math.abs(figures.lossExcess());
    }
}
