package org.expunge.unlearning.membership;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;

/**
 * Rows never trained on that have the classes of the rows in question in the same proportions, so that an attack
 * measures membership and not which classes are hard.
 */
public final class ClassMatch {
    private final int[] rows;
    private final boolean isMatched;

    private ClassMatch(int[] rows, boolean isMatched) {
        this.rows = rows;
        this.isMatched = isMatched;
    }

    /**
     * Picks rows of a pool: for each class, k times as many as {@code wanted} has, with the largest k that every class
     * allows. If {@code wanted} is of one class, all that the pool has of it. Where a class has fewer rows in the pool
     * than in {@code wanted}, or there are no classes, the whole pool is used.
     *
     * @param wanted the rows in question, at least 1
     * @param pool rows never trained on, at least 1
     * @param seed decides which rows of a class are picked
     * @return indices into the pool
     */
    public static ClassMatch of(Dataset wanted, Dataset pool, long seed) {
        checkArgument(wanted.size() >= 1 && pool.size() >= 1, "%s and %s must both have rows", wanted, pool);
        int[] all = IntStream.range(0, pool.size()).toArray();
        if (wanted.classes() == 0) {
            return new ClassMatch(all, false);
        }
        int[] needed = counts(wanted);
        int[] available = counts(pool);
        int first = wanted.label(0);
        if (needed[first] == wanted.size() && available[first] > 0) {
            return new ClassMatch(
                    Arrays.stream(all).filter(row -> pool.label(row) == first).toArray(), true);
        }
        int times = IntStream.range(0, needed.length)
                .filter(c -> needed[c] > 0)
                .map(c -> available[c] / needed[c])
                .min()
                .orElse(0);
        if (times == 0) {
            return new ClassMatch(all, false);
        }
        int[] left = Arrays.stream(needed).map(count -> count * times).toArray();
        shuffle(all, new Random(seed));
        int[] picked = Arrays.stream(all)
                .filter(row -> left[pool.label(row)]-- > 0)
                .sorted()
                .toArray();
        return new ClassMatch(picked, true);
    }

    /** Returns the rows, ascending. */
    public int[] rows() {
        return rows.clone();
    }

    /** Returns whether the classes have the proportions wanted. */
    public boolean isMatched() {
        return isMatched;
    }

    static void shuffle(int[] values, Random random) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = values[i];
            values[i] = values[j];
            values[j] = swap;
        }
    }

    private static int[] counts(Dataset data) {
        int[] counts = new int[data.classes()];
        for (int row = 0; row < data.size(); row++) {
            counts[data.label(row)]++;
        }
        return counts;
    }
}
