package org.expunge.unlearning.method.dampening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.target.Outputs;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.method.Candidate;
import org.expunge.unlearning.method.CandidateSearch;
import org.expunge.unlearning.method.UnlearningMethodContract;
import org.expunge.unlearning.method.UtilityGuard;
import org.junit.jupiter.api.Test;

class SelectiveSynapticDampeningTest extends UnlearningMethodContract {
    private static final CandidateSearch.Options OPEN = CandidateSearch.Options.DEFAULT
            .withGuard(new UtilityGuard(1, 1e6, 1e6, 100))
            .withBoundByUnseenRows(false)
            .withLeastChange(0);

    @Override
    protected UnlearningMethod method() {
        return new SelectiveSynapticDampening(
                engine,
                SelectiveSynapticDampening.Options.DEFAULT.withSearch(
                        CandidateSearch.Options.DEFAULT.withGuard(new UtilityGuard(0.1, 10, 10, 2))));
    }

    @Test
    void dampensByTheMeanSquareOfEachRowsOwnGradient() {
        double quantile = 0.9;
        double strength = 0.5;

        SelectiveSynapticDampening.Options options = SelectiveSynapticDampening.Options.DEFAULT
                .withImportances(List.of(Importance.LOSS))
                .withQuantiles(List.of(quantile))
                .withStrengths(List.of(strength))
                .withSearch(OPEN);
        double[] found = forget(options).model().parameters();

        double[] onForget = meanSquares(rows.forget(), this::lossGradient);
        double[] onAll = meanSquares(train, this::lossGradient);
        double[] expected = trained().parameters();
        double[] ratios = new double[expected.length];
        Arrays.setAll(ratios, i -> onAll[i] > 0 ? onForget[i] / onAll[i] : 0);
        double[] sorted = ratios.clone();
        Arrays.sort(sorted);
        double threshold = sorted[(int) Math.ceil(quantile * sorted.length) - 1];
        int dampened = 0;
        for (int i = 0; i < expected.length; i++) {
            if (ratios[i] > threshold) {
                dampened++;
                expected[i] *= Math.min(strength / ratios[i], 1);
            }
        }
        assertThat(dampened).isEqualTo((int) (expected.length * (1 - quantile)));
        assertThat(found).containsExactly(expected, within(1e-12));
    }

    private double[] lossGradient(Dataset row) {
        return new PerExample(engine).sumGradient(trained(), row);
    }

    private static double[] meanSquares(Dataset data, Function<Dataset, double[]> gradient) {
        IntFunction<double[]> ofRow = row -> gradient.apply(data.select(new int[] {row}));
        double[] mean = new double[ofRow.apply(0).length];
        for (int row = 0; row < data.size(); row++) {
            double[] g = ofRow.apply(row);
            for (int i = 0; i < mean.length; i++) {
                mean[i] += g[i] * g[i] / data.size();
            }
        }
        return mean;
    }

    @Test
    void importanceDoesNotDependOnHowRowsAreBatched() {
        double[] inTiles = Importance.LOSS.of(engine, trained(), train);

        try (Engine one = new Engine(new ReferenceCompute(), new Workers(2), 1)) {
            assertThat(Importance.LOSS.of(one, trained(), train)).containsExactly(inTiles, within(1e-12));
        }
    }

    @Test
    void withoutLabelsImportanceIsTheMeanSquareOfTheDerivativeOfTheOutputsNorm() {
        double step = 1e-5;
        Dataset few = train.select(new int[] {3, 5, 8});

        double[] found = Importance.OUTPUT_NORM.of(engine, trained(), few);

        double[] expected = meanSquares(few, row -> {
            double[] gradient = new double[trained().parameters().length];
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = (squaredNorm(moved(i, step), row) - squaredNorm(moved(i, -step), row)) / (2 * step);
            }
            return gradient;
        });
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).isCloseTo(expected[i], within(1e-5 * (1 + expected[i])));
        }
    }

    private Model moved(int parameter, double step) {
        double[] parameters = trained().parameters();
        parameters[parameter] += step;
        return trained().withParameters(parameters);
    }

    private double squaredNorm(Model model, Dataset row) {
        return Arrays.stream(Outputs.of(engine, model, row).logits(0))
                .map(z -> z * z)
                .sum();
    }

    @Test
    void labelsDoNotMatterToTheLabelFreeImportance() {
        Dataset flipped = validation.select(new int[] {0, 1});
        Dataset other = flipped.withTargets(Targets.classes(new int[] {1 - flipped.label(0), 1 - flipped.label(1)}, 2));

        assertThat(Importance.OUTPUT_NORM.of(engine, trained(), other))
                .isEqualTo(Importance.OUTPUT_NORM.of(engine, trained(), flipped));
        assertThat(Importance.LOSS.of(engine, trained(), other))
                .isNotEqualTo(Importance.LOSS.of(engine, trained(), flipped));
    }

    @Test
    void saysThatItDidNothingWhereNoParameterIsSelected() {
        UnlearningResult result = forget(SelectiveSynapticDampening.Options.DEFAULT.withQuantiles(List.of(1.0)));

        SelectiveSynapticDampening.Details details = (SelectiveSynapticDampening.Details) result.details();
        assertThat(result.outcome()).isEqualTo(UnlearningResult.Outcome.NO_ACCEPTABLE_CANDIDATE);
        assertThat(result.model()).isSameAs(trained());
        assertThat(details.search().candidates()).hasSize(6).allSatisfy(candidate -> {
            assertThat(candidate.decision()).isEqualTo(Candidate.Decision.UNCHANGED);
            assertThat(((SelectiveSynapticDampening.Strength) candidate.strength()).selected())
                    .isZero();
        });
        assertThat(details.limits()).anySatisfy(limit -> assertThat(limit).contains("does nothing"));
    }

    @Test
    void aShareOfTheParametersIsSelectedWhateverTheScaleOfTheRatios() {
        double[] onAll = {1, 1, 1, 0, 1};
        double[] onForget = {0.5, 3, 2, 0, 100};
        Dampening dampening = new Dampening(onForget, onAll);

        assertThat(dampening.threshold(1)).isEqualTo(100);
        assertThat(dampening.selected(dampening.threshold(1))).isZero();
        assertThat(dampening.threshold(0.8)).isEqualTo(3);
        assertThat(dampening.selected(3)).isEqualTo(1);
        assertThat(dampening.threshold(0)).isZero();
        assertThat(dampening.applied(new double[] {10, 10, 10, 10, 10}, 0.1, 1))
                .containsExactly(new double[] {10, 10 / 3.0, 5, 10, 0.1}, within(1e-15));
    }

    @Test
    void theOtherImportanceForgetsAsWell() {
        SelectiveSynapticDampening.Options options = SelectiveSynapticDampening.Options.DEFAULT
                .withImportances(List.of(Importance.OUTPUT_NORM))
                .withSearch(OPEN);

        UnlearningResult result = forget(options);

        SelectiveSynapticDampening.Details details = (SelectiveSynapticDampening.Details) result.details();
        assertThat(Objects.requireNonNull(details.search().chosen()).relativeStep())
                .isPositive();
    }

    @Test
    void refusesOptionsOutOfRange() {
        SelectiveSynapticDampening.Options options = SelectiveSynapticDampening.Options.DEFAULT;

        assertThatThrownBy(() -> options.withImportances(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.withQuantiles(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.withQuantiles(List.of(1.5))).hasMessageContaining("quantiles");
        assertThatThrownBy(() -> options.withQuantiles(List.of(0.9, 0.95))).hasMessageContaining("descend");
        assertThatThrownBy(() -> options.withStrengths(List.of(0.0))).hasMessageContaining("strengths");
    }

    private UnlearningResult forget(SelectiveSynapticDampening.Options options) {
        return new SelectiveSynapticDampening(engine, options).forget(trained(), rows, validation);
    }
}
