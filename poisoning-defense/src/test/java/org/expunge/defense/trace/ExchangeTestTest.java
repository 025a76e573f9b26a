package org.expunge.defense.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExchangeTestTest {
    @Test
    void whatNoExchangeReachesHasTheLeastPValue() {
        // one order in C(20, 10) = 184 756 is as extreme
        assertThat(ExchangeTest.pValue(20, order -> sumOfFirst(order, 10), 99, 1))
                .isEqualTo(0.01);
    }

    @Test
    void nothingToSayAndNothingToTellAreOne() {
        assertThat(ExchangeTest.pValue(20, order -> Double.NEGATIVE_INFINITY, 99, 1))
                .isEqualTo(1);
        assertThat(ExchangeTest.pValue(20, order -> 3, 99, 1)).isEqualTo(1);
    }

    /** Of 5 numbers two are chosen: all 10 pairs are equally likely, and the p-value is the share at least as large. */
    @Test
    void pValuesAreSharesOfAllExchanges() {
        double[] values = {8, 4, 6, 1, 2};
        double p = ExchangeTest.pValue(5, order -> values[order[0]] + values[order[1]], 100_000, 7);

        // sums of at least 12 are 8 + 4 and 8 + 6; it stops after 20 of them, so that its relative error is about 1 /
        // sqrt 20
        assertThat(p).isCloseTo(0.2, within(0.15));
    }

    /** One of 2 and one of 3 numbers are chosen, each within its group: all 6 pairs are equally likely. */
    @Test
    void groupsChangePlacesWithinThemselves() {
        double[] first = {5, 1};
        double[] second = {30, 10, 40};
        double p = ExchangeTest.pValue(
                new int[] {2, 3}, orders -> first[orders.get(0)[0]] + second[orders.get(1)[0]], 100_000, 3);

        // at least 5 + 30: 35, 41, 45, of 6
        assertThat(p).isCloseTo(0.5, within(0.25));
        assertThat(ExchangeTest.pValue(
                        new int[] {10, 10},
                        orders -> sumOfFirst(orders.get(0), 3) + sumOfFirst(orders.get(1), 3),
                        99,
                        1))
                .isEqualTo(0.01);
    }

    @Test
    void inputsLikeTheOthersAreSeldomSignificant() {
        long significant = IntStream.range(0, 400)
                .filter(world -> {
                    double[] values = new Random(world).doubles(30).toArray();
                    return ExchangeTest.pValue(
                                    30,
                                    order -> Arrays.stream(order)
                                            .limit(8)
                                            .mapToDouble(i -> values[i])
                                            .sum(),
                                    199,
                                    world)
                            <= 0.05;
                })
                .count();

        // 20 expected, standard deviation 4.4
        assertThat(significant).isBetween(4L, 36L);
    }

    private static double sumOfFirst(int[] order, int count) {
        return -Arrays.stream(order).limit(count).sum();
    }
}
