package org.expunge.unlearning.method.selected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.Json;
import org.expunge.influence.network.Model;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.LeastSquares;
import org.expunge.unlearning.Problems;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.method.CandidateSearch;
import org.expunge.unlearning.method.UnlearningMethodContract;
import org.expunge.unlearning.method.UtilityGuard;
import org.junit.jupiter.api.Test;

class LCodecTest extends UnlearningMethodContract {
    private static final UtilityGuard OPEN = new UtilityGuard(1, 1e9, 1e9, 1e9);
    private static final CandidateSearch.Options FREE = new CandidateSearch.Options(OPEN, false, false, 0, 0);
    private static final LCodec.Options LOOSE = LCodec.Options.DEFAULT
            .withBlanket(UnitBlanket.Options.DEFAULT.withDraws(150, 1).withMost(8))
            .withDampings(List.of(1e-1, 1e-3))
            .withSearch(CandidateSearch.Options.DEFAULT.withGuard(new UtilityGuard(0.1, 10, 10, 2)));

    @Override
    protected UnlearningMethod method() {
        return new LCodec(engine, LOOSE);
    }

    @Test
    void onlyUnitsThatDecideTheLossMove() {
        UnlearningResult result = method().forget(trained(), rows, validation);

        LCodec.Details details = (LCodec.Details) result.details();
        int[] selected = UnitBlanket.indices(trained().network(), details.units());
        double[] before = trained().parameters();
        double[] after = result.model().parameters();
        assertThat(details.units()).hasSizeBetween(1, 8);
        assertThat(details.selected()).isEqualTo(selected.length).isLessThan(before.length);
        assertThat(IntStream.range(0, before.length).filter(i -> after[i] != before[i]))
                .isNotEmpty()
                .allMatch(i -> Arrays.stream(selected).anyMatch(j -> j == i));
        assertThat(Json.text(details)).contains("\"cosine\"", "\"coefficient\"", "\"gradientBefore\"");
    }

    @Test
    void leastSquaresWithAllUnitsEqualsRetraining() {
        Dataset data = LeastSquares.rows(40, 1);
        ForgetSet seven = ForgetSet.of(data, Problems.first(7));
        Model model = LeastSquares.fit(data, 0.05);
        LCodec.Options exact = LCodec.Options.DEFAULT
                .withBlanket(UnitBlanket.Options.DEFAULT.withChoice(UnitBlanket.Choice.FULL))
                .withWeightDecay(new WeightDecay(0.05))
                .withDampings(List.of(0.0))
                .withSteps(List.of(1.0))
                .withSolve(new ConjugateGradient.Options(1e-14, 1000))
                .withSearch(FREE);

        Model after =
                new LCodec(engine, exact).forget(model, seven, seven.retain()).model();

        assertThat(after.parameters())
                .containsExactly(LeastSquares.fit(seven.retain(), 0.05).parameters(), within(1e-10));
    }

    @Test
    void whereNoUnitDecidesTheLossNothingIsTried() {
        LCodec.Options impossible =
                LOOSE.withBlanket(LOOSE.blanket().withDraws(150, Math.sqrt(150))); // a dependence above 1

        UnlearningResult result = new LCodec(engine, impossible).forget(trained(), rows, validation);

        assertThat(result.outcome()).isEqualTo(UnlearningResult.Outcome.NO_ACCEPTABLE_CANDIDATE);
        assertThat(result.model()).isSameAs(trained());
        assertThat(((LCodec.Details) result.details()).search().candidates()).isEmpty();
    }

    @Test
    void noiseFallsOnTheSelectionAlone() {
        LCodec.Options noisy = LOOSE.withNoise(new SekhariNoise(1, 0.1, 1, 0.25))
                .withDampings(List.of(1.0))
                .withSteps(List.of(1.0))
                .withSearch(FREE);

        UnlearningResult result = new LCodec(engine, noisy).forget(trained(), rows, validation);

        LCodec.Details details = (LCodec.Details) result.details();
        double expected = new SekhariNoise(1, 0.1, 1, 0.25).deviation(20, 80, 1);
        LCodec.Strength strength =
                (LCodec.Strength) details.search().candidates().get(0).strength();
        assertThat(strength.noise()).isEqualTo(expected);
        assertThat(LeastSquares.distance(trained(), result.model()))
                .isCloseTo(
                        expected * Math.sqrt(details.selected()),
                        within(0.5 * expected * Math.sqrt(details.selected())));
        assertThatThrownBy(() -> noisy.withDampings(List.of(0.0))).isInstanceOf(IllegalArgumentException.class);
    }

    /** The curvature is of rank one, so the step is the gradient over (n − 1) λ, or turned around. */
    @Test
    void theReleasedStepIsLittleMoreThanTheGradient() {
        Model earlier = trained()
                .withParameters(
                        Arrays.stream(trained().parameters()).map(p -> 0.9 * p).toArray());
        LCodec.Options options =
                LOOSE.withSearch(FREE).withDampings(List.of(0.01)).withSteps(List.of(1.0));

        UnlearningResult later = LCodec.asReleased(
                        engine, options, new LCodec.TrainingEnd(earlier, trained(), 16, false))
                .forget(trained(), rows, validation);
        UnlearningResult before = LCodec.asReleased(
                        engine, options, new LCodec.TrainingEnd(earlier, trained(), 16, true))
                .forget(trained(), rows, validation);

        assertThat(cosine(later)).isGreaterThan(0.9);
        assertThat(cosine(before)).isLessThan(0);
        assertThat(((LCodec.Details) later.details()).isAsReleased()).isTrue();
        assertThat(LeastSquares.distance(trained(), later.model())).isPositive().isLessThan(0.2);
        assertThatThrownBy(() -> LCodec.asReleased(
                        engine,
                        options.withDampings(List.of(0.0)),
                        new LCodec.TrainingEnd(earlier, trained(), 16, true)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static double cosine(UnlearningResult result) {
        LCodec.Details details = (LCodec.Details) result.details();
        return ((LCodec.Strength) details.search().candidates().get(0).strength()).cosine();
    }
}
