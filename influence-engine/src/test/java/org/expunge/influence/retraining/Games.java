package org.expunge.influence.retraining;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Games on few players, and their Shapley values by enumeration. */
final class Games {
    private Games() {}

    /** A task of one output that trains nothing. */
    static SubsetTask task(ToDoubleFunction<int[]> value) {
        return (engine, rows, seed) -> new double[] {value.applyAsDouble(rows)};
    }

    /** Player 0 has a left glove, all others a right one; a pair is worth 1. */
    static double gloves(int[] rows) {
        boolean hasLeft = Arrays.stream(rows).anyMatch(i -> i == 0);
        return hasLeft && rows.length > 1 ? 1 : 0;
    }

    /** {@code Σ_S |S|! (n − |S| − 1)! / n! (U(S + i) − U(S))} over all subsets. */
    static double[] shapley(int n, ToDoubleFunction<int[]> value) {
        double[] values = new double[n];
        for (int mask = 0; mask < 1 << n; mask++) {
            int size = Integer.bitCount(mask);
            for (int i = 0; i < n; i++) {
                if ((mask >> i & 1) == 0) {
                    double weight = factorial(size) * factorial(n - size - 1) / factorial(n);
                    values[i] +=
                            weight * (value.applyAsDouble(members(mask | 1 << i)) - value.applyAsDouble(members(mask)));
                }
            }
        }
        return values;
    }

    static int[] members(int mask) {
        return IntStream.range(0, 31).filter(i -> (mask >> i & 1) == 1).toArray();
    }

    private static double factorial(int n) {
        return n <= 1 ? 1 : n * factorial(n - 1);
    }
}
