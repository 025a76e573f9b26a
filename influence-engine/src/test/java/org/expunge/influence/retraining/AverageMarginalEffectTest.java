package org.expunge.influence.retraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.Doubles;
import com.google.common.primitives.Ints;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class AverageMarginalEffectTest {
    private static final LassoCrossValidation.Options THREE_FOLDS =
            new LassoCrossValidation.Options(3, LassoCrossValidation.Rule.ONE_STANDARD_ERROR, 0);

    private static AverageMarginalEffect estimator(double rate, long seed) {
        return new AverageMarginalEffect(
                new AverageMarginalEffect.Options(List.of(0.2, 0.4, 0.6, 0.8), THREE_FOLDS, rate, seed));
    }

    @Test
    void theScaleIsTheMeanInverseVarianceOfMembership() {
        assertThat(estimator(0.1, 1).meanInverseVariance()).isCloseTo(5.208333333, within(1e-9));
    }

    @Test
    void additiveMeasuresGiveTheirCoefficientsBack() {
        double[] worth = {1, -0.7, 0.4, 0, 0, 0, 0, 0, 0, 0};
        AverageMarginalEffect.Result result = estimate(
                5_000,
                10,
                rows -> 3 + Arrays.stream(rows).mapToDouble(i -> worth[i]).sum());

        assertThat(Doubles.toArray(result.effects())).containsExactly(worth, within(0.05));
    }

    /** With an interaction b between 0 and 1, source 0 adds a + b E[p] on average. */
    @Test
    void anInteractionCountsWithTheChanceOfItsPartner() {
        AverageMarginalEffect.Result result =
                estimate(5_000, 8, rows -> (has(rows, 0) ? 1 : 0) + (has(rows, 0) && has(rows, 1) ? 0.8 : 0));

        double[] exact = exact(8, rows -> (has(rows, 0) ? 1 : 0) + (has(rows, 0) && has(rows, 1) ? 0.8 : 0));
        assertThat(exact[0]).isCloseTo(1 + 0.8 * 0.5, within(1e-12));
        assertThat(exact[1]).isCloseTo(0.5, within(0.4));
        assertThat(Doubles.toArray(result.effects())).containsExactly(exact, within(0.06));
    }

    /** {@code E_p Σ_S p^|S| (1 − p)^(n − 1 − |S|) (U(S + i) − U(S))} over all subsets without i. */
    private static double[] exact(int n, ToDoubleFunction<int[]> value) {
        double[] effects = new double[n];
        for (double p : new double[] {0.2, 0.4, 0.6, 0.8}) {
            for (int mask = 0; mask < 1 << n; mask++) {
                int size = Integer.bitCount(mask);
                for (int i = 0; i < n; i++) {
                    if ((mask >> i & 1) == 0) {
                        double chance = Math.pow(p, size) * Math.pow(1 - p, n - 1 - size);
                        effects[i] += chance
                                / 4
                                * (value.applyAsDouble(Games.members(mask | 1 << i))
                                        - value.applyAsDouble(Games.members(mask)));
                    }
                }
            }
        }
        return effects;
    }

    @Test
    void fewSourcesAreFoundAmongManyWithFewerTrainingsThanSources() {
        double[] worth = new double[300];
        int[] matter = {5, 40, 77, 123, 150, 180, 201, 222, 250, 290, 295, 299};
        for (int i : matter) {
            worth[i] = 1 + 0.05 * i / 300;
        }
        Random noise = new Random(3);
        AverageMarginalEffect.Result result = estimate(
                250, 300, rows -> Arrays.stream(rows).mapToDouble(i -> worth[i]).sum() + 0.3 * noise.nextGaussian());

        assertThat(result.selected()).containsAll(Ints.asList(matter)).hasSizeLessThanOrEqualTo(matter.length + 5);
        for (int k = 0; k < result.selected().size(); k++) {
            assertThat(result.refitted().get(k))
                    .isCloseTo(worth[result.selected().get(k)], within(0.35));
        }
    }

    /** Of 25 simulations with half of 20 sources null, the mean share of false ones stays below .2 and three errors. */
    @Test
    void knockoffsKeepTheFalseDiscoveryRate() {
        double rate = 0.2;
        double[] shares = new double[25];
        int found = 0;
        for (int t = 0; t < shares.length; t++) {
            AverageMarginalEffect estimator = estimator(rate, 100 + t);
            AverageMarginalEffect.Design design = estimator.design(20, 120);
            Random noise = new Random(t);
            double[] outputs = outputs(
                    design, rows -> Arrays.stream(rows).filter(i -> i < 10).count() * 0.6 + 1.2 * noise.nextGaussian());
            List<Integer> selected = estimator.estimate(design, outputs).selected();
            long wrong = selected.stream().filter(i -> i >= 10).count();
            shares[t] = wrong / (double) Math.max(1, selected.size());
            found += (int) (selected.size() - wrong);
        }
        Moments moments = Moments.of(shares);

        assertThat(moments.mean()).isLessThan(rate + 3 * moments.standardError());
        assertThat(found).isGreaterThan(40); // it does select
    }

    @Test
    void refusesWhatCannotBeRegressed() {
        AverageMarginalEffect estimator = estimator(0.1, 1);
        assertThatThrownBy(() -> estimator.design(3, 1)).hasMessageContaining("at least 2 subsets");
        assertThatThrownBy(() -> estimator.estimate(estimator.design(3, 4), new double[3]))
                .hasMessage("3 measurements of 4 subsets");
        assertThatThrownBy(() -> new AverageMarginalEffect.Options(List.of(0.5, 1.0), THREE_FOLDS, 0.1, 0))
                .hasMessageContaining("proportions must be in (0, 1)");
    }

    private static AverageMarginalEffect.Result estimate(int count, int sources, ToDoubleFunction<int[]> value) {
        AverageMarginalEffect estimator = estimator(0.1, 2);
        AverageMarginalEffect.Design design = estimator.design(sources, count);
        return estimator.estimate(design, outputs(design, value));
    }

    private static double[] outputs(AverageMarginalEffect.Design design, ToDoubleFunction<int[]> value) {
        double[] outputs = new double[design.subsets().count()];
        Arrays.setAll(outputs, s -> value.applyAsDouble(design.subsets().rowsOf(s)));
        return outputs;
    }

    private static boolean has(int[] rows, int i) {
        return Arrays.binarySearch(rows, i) >= 0;
    }
}
