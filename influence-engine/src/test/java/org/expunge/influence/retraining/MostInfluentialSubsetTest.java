package org.expunge.influence.retraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.junit.jupiter.api.Test;

class MostInfluentialSubsetTest {
    @Test
    void leverageAdjustedEffectsEqualFitsWithoutTheRow() {
        LeastSquaresEffects effects = random(15, 3, 1);
        int[] all = all(15);

        double[] predicted = effects.of(all);

        for (int i = 0; i < 15; i++) {
            double refitted = effects.prediction(without(15, List.of(i))) - effects.prediction(all);
            assertThat(predicted[i]).isCloseTo(refitted, within(1e-10));
        }
    }

    @Test
    void adaptiveChoiceIsAsGoodAsPlainGreedyOnMostProblemsAndOftenTheBestOfAll() {
        int atLeastAsGood = 0;
        int best = 0;
        for (int t = 0; t < 20; t++) {
            LeastSquaresEffects effects = random(10, 2, 50 + t);
            double adaptive = effect(effects, 10, select(3, 1, 10, effects));
            double plain = effect(effects, 10, select(3, 3, 10, effects));
            double optimum = optimum(effects, 10);
            assertThat(adaptive).isLessThanOrEqualTo(optimum + 1e-12);
            atLeastAsGood += adaptive >= plain - 1e-12 ? 1 : 0;
            best += adaptive >= optimum - 1e-12 ? 1 : 0;
        }

        assertThat(atLeastAsGood).isGreaterThanOrEqualTo(17);
        assertThat(best).isGreaterThanOrEqualTo(10);
    }

    /** Two outliers far out hold the line between them: one alone does little, the other alone harm, both most. */
    @Test
    void adaptiveChoiceSeesRowsThatHideBehindEachOther() {
        double[][] x = new double[14][];
        double[] y = new double[14];
        for (int i = 0; i < 12; i++) {
            x[i] = new double[] {i % 2 == 0 ? 0.5 : -0.5};
        }
        x[12] = new double[] {30};
        x[13] = new double[] {30};
        y[12] = -30;
        y[13] = -28;
        LeastSquaresEffects effects = new LeastSquaresEffects(new ReferenceCompute(), x, y, new double[] {5});

        List<Integer> plain = select(2, 2, 14, effects);
        List<Integer> adaptive = select(2, 1, 14, effects);

        assertThat(adaptive).containsExactly(12, 13);
        assertThat(effect(effects, 14, adaptive)).isGreaterThan(4.5);
        assertThat(plain).contains(12).doesNotContain(13);
        assertThat(effect(effects, 14, plain)).isLessThan(0.5);
    }

    @Test
    void aRowThatAloneDeterminesACoefficientIsNeverChosen() {
        double[][] x = {{0}, {0}, {0}, {1}};
        LeastSquaresEffects effects =
                new LeastSquaresEffects(new ReferenceCompute(), x, new double[] {1, 2, 4, 9}, new double[] {0});

        assertThat(effects.of(all(4))[3]).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(select(3, 1, 4, fixed(0, 1, 1, -1))).containsExactly(1, 2, 0);
    }

    @Test
    void refusesToRemoveEverything() {
        assertThatThrownBy(() -> select(3, 1, 3, remaining -> new double[remaining.length]))
                .hasMessage("3 of 3 rows cannot be removed");
        assertThatThrownBy(() -> new MostInfluentialSubset.Options(0, 1)).hasMessageContaining("size must be at least");
    }

    private static MostInfluentialSubset.Effects fixed(double... effects) {
        return remaining ->
                Arrays.stream(remaining).mapToDouble(i -> effects[i]).toArray();
    }

    @Test
    void effectsThatAreNoNumbersOrTooFewAreRefused() {
        assertThatThrownBy(() -> select(1, 1, 3, remaining -> new double[] {0, Double.NaN, 0}))
                .hasMessageContaining("an effect for each of 3 rows");
        assertThatThrownBy(() -> select(1, 1, 3, remaining -> new double[2]))
                .hasMessageContaining("an effect for each of 3 rows");
    }

    private static List<Integer> select(int size, int step, int n, MostInfluentialSubset.Effects effects) {
        return new MostInfluentialSubset(new MostInfluentialSubset.Options(size, step)).select(n, effects);
    }

    private static double effect(LeastSquaresEffects effects, int n, Collection<Integer> removed) {
        return effects.prediction(without(n, removed)) - effects.prediction(all(n));
    }

    /** The best of all triples. */
    private static double optimum(LeastSquaresEffects effects, int n) {
        double best = Double.NEGATIVE_INFINITY;
        for (int a = 0; a < n; a++) {
            for (int b = a + 1; b < n; b++) {
                for (int c = b + 1; c < n; c++) {
                    best = Math.max(best, effect(effects, n, List.of(a, b, c)));
                }
            }
        }
        return best;
    }

    private static LeastSquaresEffects random(int n, int d, long seed) {
        Random random = new Random(seed);
        double[][] x = new double[n][d];
        for (double[] row : x) {
            Arrays.setAll(row, j -> random.nextGaussian());
        }
        double[] y = random.doubles(n, -1, 1).toArray();
        return new LeastSquaresEffects(
                new ReferenceCompute(), x, y, random.doubles(d, -1, 1).toArray());
    }

    private static int[] all(int n) {
        return IntStream.range(0, n).toArray();
    }

    private static int[] without(int n, Collection<Integer> removed) {
        return IntStream.range(0, n).filter(i -> !removed.contains(i)).toArray();
    }
}
