package org.expunge.defense.trace;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Compares a statistic of inputs and held-out rows with what comes of it when they change places at random.
 *
 * <p><b>Accuracy.</b> Exact for inputs that are exchangeable with the held-out rows; no smaller than 1 / (draws + 1).
 *
 * <p><b>Cost.</b> {@code draws} statistics, fewer where nothing is found.
 *
 * <p><b>Source.</b> Sequential Monte Carlo tests: J. Besag, P. Clifford, "Sequential Monte Carlo p-values", Biometrika
 * 78(2), 1991.
 */
final class ExchangeTest {
    /** Draws as extreme as the inputs after which the answer is clear. */
    private static final int ENOUGH = 20;

    private ExchangeTest() {}

    /**
     * Tests.
     *
     * @param all how many inputs and held-out rows there are
     * @param statistic of an order of them, of which the first stand for inputs; large where these stand out, negative
     *     infinity where nothing can be said
     * @param draws most random exchanges, at least 1
     * @param seed decides them
     * @return the p-value; 1 if nothing can be said of the inputs
     */
    static double pValue(int all, ToDoubleFunction<int[]> statistic, int draws, long seed) {
        return pValue(new int[] {all}, orders -> statistic.applyAsDouble(orders.get(0)), draws, seed);
    }

    /**
     * Tests groups together, in each of which inputs change places with held-out rows of that group alone.
     *
     * @param sizes how many inputs and held-out rows there are in each group
     * @param statistic of an order of each group
     * @param draws most random exchanges, at least 1
     * @param seed decides them
     * @return the p-value; 1 if nothing can be said of the inputs
     */
    static double pValue(int[] sizes, ToDoubleFunction<List<int[]>> statistic, int draws, long seed) {
        List<int[]> orders = Arrays.stream(sizes)
                .mapToObj(all -> IntStream.range(0, all).toArray())
                .toList();
        double observed = statistic.applyAsDouble(orders);
        if (observed == Double.NEGATIVE_INFINITY) {
            return 1;
        }
        Random random = new Random(seed);
        int extreme = 0;
        for (int draw = 1; draw <= draws; draw++) {
            orders.forEach(order -> shuffle(order, random));
            extreme += statistic.applyAsDouble(orders) >= observed ? 1 : 0;
            if (extreme == ENOUGH) {
                return extreme / (double) draw;
            }
        }
        return (extreme + 1.0) / (draws + 1.0);
    }

    static void shuffle(int[] order, Random random) {
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
    }
}
