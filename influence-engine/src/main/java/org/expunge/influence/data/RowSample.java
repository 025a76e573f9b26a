package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A fixed draw of rows without replacement, each set of that size equally likely: a mean over them is an unbiased
 * estimate of the mean over all. Operators that stand for a matrix take one such draw and keep it; a new draw for each
 * product would make them another matrix each time.
 */
public final class RowSample {
    private RowSample() {}

    /**
     * Draws rows.
     *
     * @param data the rows to draw from
     * @param count how many, at least 1; all rows if there are no more
     * @param seed decides which: the same on every machine
     * @return a view of the rows drawn, in their order, with their ids
     * @throws IllegalArgumentException if the count is below 1
     */
    public static Dataset of(Dataset data, int count, long seed) {
        checkArgument(count >= 1, "a sample must have at least 1 row, got %s", count);
        if (count >= data.size()) {
            return data;
        }
        SplittableRandom random = new SplittableRandom(seed);
        int[] rows = new int[data.size()];
        Arrays.setAll(rows, row -> row);
        for (int i = 0; i < count; i++) { // the first steps of a shuffle
            int chosen = i + random.nextInt(rows.length - i);
            int row = rows[chosen];
            rows[chosen] = rows[i];
            rows[i] = row;
        }
        return data.select(Arrays.stream(rows).limit(count).sorted().toArray());
    }
}
