package org.expunge.defense.detect;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;

/**
 * Removal with the poison count given away, as published evaluations of spectral methods have it: the foremost
 * {@code 1.5 · count} rows, at most half of a class. An upper bound for comparison; no command uses it.
 */
public final class OracleBudget {
    /** More than the count, since scores are not perfect; the factor of the authors of both spectral methods. */
    private static final double FACTOR = 1.5;

    private OracleBudget() {}

    /**
     * Removes from every class, as where the attacked class is not known either.
     *
     * @param train n rows
     * @param detection scores them
     * @param poison true number of poisoned rows, at least 1
     * @return rows to remove, ascending
     */
    public static int[] everyClass(Dataset train, Detection detection, int poison) {
        return IntStream.range(0, train.classes())
                .flatMap(label -> Arrays.stream(ofClass(train, detection, poison, label)))
                .sorted()
                .toArray();
    }

    /**
     * Removes from the attacked class, given that as well.
     *
     * @param train n rows
     * @param detection scores them
     * @param poison true number of poisoned rows, at least 1
     * @param label the class that they carry
     * @return rows to remove, ascending
     */
    public static int[] ofClass(Dataset train, Detection detection, int poison, int label) {
        checkArgument(poison >= 1, "poison must be at least 1, got %s", poison);
        double[] scores = detection.ranking().toArray();
        int[] rows = ClassRows.of(train, label);
        return Arrays.stream(rows)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> -scores[i]).thenComparingInt(i -> i))
                .limit(Math.min((long) (FACTOR * poison), rows.length / 2))
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
    }
}
