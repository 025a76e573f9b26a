package org.expunge.influence.retraining;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The k rows whose removal raises a measure most, found greedily: predict the effect of removing each row that is left,
 * take the largest few, fit again without them, and so on. Effects do not add up; fitting again is what sees rows that
 * hide behind each other.
 *
 * <p><b>Accuracy.</b> A heuristic. With {@code step} at the size wanted it is the plain sum of effects, which fails
 * where rows amplify or cancel each other; with 1 it is fully adaptive.
 *
 * <p><b>Cost.</b> {@code ⌈size / step⌉} predictions, each with a fit.
 *
 * <p><b>Source.</b> Y. Hu, P. Hu, H. Zhao and J. Ma, "Most Influential Subset Selection: Challenges, Promises, and
 * Beyond", NeurIPS 2024.
 */
public final class MostInfluentialSubset {
    /** Predicts what removals do. */
    @FunctionalInterface
    public interface Effects {
        /**
         * Fits to some rows and predicts the rise of the measure on removing each of them.
         *
         * @param remaining rows that are left, ascending
         * @return one number for each of them
         */
        double[] of(int[] remaining);
    }

    /**
     * How many rows, and how many at a time.
     *
     * @param size k, at least 1
     * @param step rows taken between fits, at least 1
     */
    public record Options(int size, int step) {
        /** Checks the ranges. */
        public Options {
            checkArgument(size >= 1, "size must be at least 1, got %s", size);
            checkArgument(step >= 1, "step must be at least 1, got %s", step);
        }
    }

    private final Options options;

    /** Selects with options. */
    public MostInfluentialSubset(Options options) {
        this.options = options;
    }

    /**
     * Selects rows.
     *
     * @param rows n, more than k
     * @param effects predicts
     * @return k rows in the order in which they were taken; ties go to the lower row
     */
    public List<Integer> select(int rows, Effects effects) {
        checkArgument(options.size() < rows, "%s of %s rows cannot be removed", options.size(), rows);
        List<Integer> removed = new ArrayList<>();
        while (removed.size() < options.size()) {
            int[] remaining =
                    IntStream.range(0, rows).filter(i -> !removed.contains(i)).toArray();
            double[] predicted = effects.of(remaining);
            checkArgument(
                    predicted.length == remaining.length
                            && Arrays.stream(predicted).noneMatch(Double::isNaN),
                    "there must be an effect for each of %s rows, got %s",
                    remaining.length,
                    Arrays.toString(predicted));
            IntStream.range(0, remaining.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer i) -> predicted[i])
                            .reversed())
                    .limit(Math.min(options.step(), options.size() - removed.size()))
                    .forEach(i -> removed.add(remaining[i]));
        }
        return removed;
    }
}
