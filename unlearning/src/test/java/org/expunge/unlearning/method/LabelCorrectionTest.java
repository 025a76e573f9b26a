package org.expunge.unlearning.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Targets;
import org.expunge.influence.io.Json;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Evaluator;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Problems;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.junit.jupiter.api.Test;

class LabelCorrectionTest extends UnlearningMethodContract {
    private static final LabelCorrection.Options OPTIONS = LabelCorrection.Options.DEFAULT.withSearch(
            LabelCorrection.Options.DEFAULT.search().withGuard(new UtilityGuard(0.1, 10, 10, 1)));
    private static final int TRIGGER = 5;

    @Override
    protected UnlearningMethod method() {
        return new LabelCorrection(engine, flipped(), OPTIONS);
    }

    /**
     * A trigger in the last input decides for class 1 whatever the others say; a tenth of the poison is found. Deleting
     * that tenth cannot help, as the rest teaches the same.
     */
    @Test
    void aTenthOfThePoisonUndoesTheTriggerAtTwoPointsOfCleanAccuracy() {
        Dataset clean = quiet(Problems.noisyClasses("clean", 200, 0, 31));
        int[] poisoned = IntStream.range(0, 200)
                .filter(row -> clean.label(row) == 0)
                .limit(30)
                .toArray();
        Dataset spoilt = poison(clean, poisoned);
        Dataset held = quiet(Problems.noisyClasses("held", 300, 0, 32));
        Dataset test = quiet(Problems.noisyClasses("test", 600, 0, 33));
        Model before = Problems.recipe(engine).retrain(spoilt, held, SEED).model();
        ForgetSet found = ForgetSet.of(spoilt, new int[] {poisoned[0], poisoned[1], poisoned[2]});
        CorrectLabels truth =
                CorrectLabels.given(IntStream.of(poisoned).boxed().collect(Collectors.toMap(spoilt::id, clean::label)));

        UnlearningResult result =
                new LabelCorrection(engine, truth, LabelCorrection.Options.DEFAULT).forget(before, found, held);

        assertThat(result.outcome()).isEqualTo(UnlearningResult.Outcome.REMOVED);
        assertThat(attackSuccess(before, test)).isGreaterThan(0.9);
        assertThat(attackSuccess(result.model(), test)).isLessThan(0.1);
        assertThat(accuracy(result.model(), test)).isGreaterThanOrEqualTo(accuracy(before, test) - 0.02);
        Model retrained =
                Problems.recipe(engine).retrain(found.retain(), held, SEED).model();
        assertThat(attackSuccess(retrained, test)).isGreaterThan(0.9);
    }

    @Test
    void takesTheLongestStepThatCorrectsMostAmongThoseThatValidationRowsCannotTellApart() {
        LabelCorrection.Details details = details(method().forget(trained(), rows, validation));

        assertThat(details.relabelled()).isEqualTo(20);
        Map<Double, List<Candidate>> byDamping = details.search().candidates().stream()
                .collect(Collectors.groupingBy(c -> strength(c).damping()));
        assertThat(byDamping.keySet()).containsExactlyInAnyOrderElementsOf(OPTIONS.dampings());
        List<Candidate> longest = byDamping.values().stream()
                .map(LabelCorrectionTest::longestAcceptable)
                .toList();
        double lowest = longest.stream()
                .mapToDouble(c -> figures(c).validation().loss())
                .min()
                .orElseThrow();
        Candidate chosen = longest.stream()
                .filter(c -> figures(c).validation().loss() <= 1.05 * lowest)
                .max(Comparator.comparingDouble(c -> figures(c).forget().loss()))
                .orElseThrow();
        assertThat(details.search().chosen()).isEqualTo(chosen);
    }

    /** The step is linear in s, and s = m is the sum over F. */
    @Test
    void oneStepIsTheDampedSolutionForTheDifferenceOfGradients() {
        LabelCorrection.Options one = OPTIONS.withDampings(List.of(0.1)).withSteps(List.of(1.0));
        LabelCorrection.Options two = OPTIONS.withDampings(List.of(0.1)).withSteps(List.of(2.0));

        double[] single = move(one);
        double[] twice = move(two);

        for (int i = 0; i < single.length; i++) {
            assertThat(twice[i]).isCloseTo(2 * single[i], within(1e-12));
        }
    }

    @Test
    void labelsComeFromAReferenceModelToo() {
        Model reference = Problems.recipe(engine)
                .retrain(Problems.noisyClasses("trusted", 150, 0, 41), validation, SEED)
                .model();
        int[] labels = new Evaluator(engine).evaluate(reference, rows.forget()).predictedLabels();

        UnlearningResult result = new LabelCorrection(engine, CorrectLabels.predictedBy(engine, reference), OPTIONS)
                .forget(trained(), rows, validation);

        int wrong = (int) IntStream.range(0, 20)
                .filter(row -> labels[row] != rows.forget().label(row))
                .count();
        assertThat(wrong).isPositive();
        assertThat(details(result).relabelled()).isEqualTo(wrong);
    }

    @Test
    void refusesRowsWithoutACorrectLabelOrWithNothingToCorrect() {
        LabelCorrection none = new LabelCorrection(engine, CorrectLabels.given(Map.of()), OPTIONS);
        LabelCorrection outside = new LabelCorrection(engine, CorrectLabels.given(labels(row -> 2)), OPTIONS);
        LabelCorrection same = new LabelCorrection(
                engine, CorrectLabels.given(labels(row -> rows.forget().label(row))), OPTIONS);

        assertThatThrownBy(() -> none.forget(trained(), rows, validation))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(rows.forget().id(0));
        assertThatThrownBy(() -> outside.forget(trained(), rows, validation))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("in [0, 2)");
        assertThatThrownBy(() -> same.forget(trained(), rows, validation))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("correct labels already");
    }

    @Test
    void detailsCanBeWrittenAsJson() {
        assertThat(Json.text(method().forget(trained(), rows, validation).details()))
                .contains("\"relabelled\"", "\"GAUSS_NEWTON\"");
    }

    private double[] move(LabelCorrection.Options options) {
        double[] old = trained().parameters();
        double[] now = new LabelCorrection(engine, flipped(), options.withSearch(open()))
                .forget(trained(), rows, validation)
                .model()
                .parameters();
        return IntStream.range(0, old.length).mapToDouble(i -> now[i] - old[i]).toArray();
    }

    private static CandidateSearch.Options open() {
        return OPTIONS.search().withGuard(new UtilityGuard(1, 1e9, 1e9, 1e9));
    }

    private CorrectLabels flipped() {
        return CorrectLabels.given(labels(row -> 1 - rows.forget().label(row)));
    }

    private Map<String, Integer> labels(Function<Integer, Integer> label) {
        return IntStream.range(0, 20).boxed().collect(Collectors.toMap(rows.forget()::id, label));
    }

    /** The last input carries nothing but noise, near 0. */
    private static Dataset quiet(Dataset data) {
        return with(data, IntStream.range(0, data.size()).toArray(), 0.1);
    }

    private static Dataset poison(Dataset clean, int[] rows) {
        Map<Integer, Integer> labels = IntStream.of(rows).boxed().collect(Collectors.toMap(row -> row, row -> 1));
        Dataset stamped = with(clean, rows, Double.NaN);
        return stamped.withTargets(Targets.relabel(clean.targets(), labels));
    }

    /** Scales the last input of rows, or sets it to the trigger where the scale is NaN. */
    private static Dataset with(Dataset data, int[] rows, double scale) {
        double[] x = new double[data.size() * Problems.INPUTS];
        for (int row = 0; row < data.size(); row++) {
            data.features().read(row, x, row * Problems.INPUTS);
        }
        for (int row : rows) {
            int at = row * Problems.INPUTS + TRIGGER;
            x[at] = Double.isNaN(scale) ? 3 : scale * x[at];
        }
        return data.withFeatures(Features.of(x, Problems.INPUTS));
    }

    private double attackSuccess(Model model, Dataset test) {
        int[] victims = IntStream.range(0, test.size())
                .filter(row -> test.label(row) == 0)
                .toArray();
        Dataset attacked = with(test, victims, Double.NaN).select(victims);
        return 1 - accuracy(model, attacked);
    }

    private double accuracy(Model model, Dataset data) {
        return new Evaluator(engine).evaluate(model, data).accuracy();
    }

    private static LabelCorrection.Details details(UnlearningResult result) {
        return (LabelCorrection.Details) result.details();
    }

    private static LabelCorrection.Strength strength(Candidate candidate) {
        return (LabelCorrection.Strength) candidate.strength();
    }

    private static Candidate longestAcceptable(List<Candidate> candidates) {
        return candidates.stream()
                .filter(Candidate::isAcceptable)
                .max(Comparator.comparingDouble(c -> strength(c).step()))
                .orElseThrow();
    }

    private static CandidateFigures figures(Candidate candidate) {
        return Objects.requireNonNull(candidate.figures());
    }
}
