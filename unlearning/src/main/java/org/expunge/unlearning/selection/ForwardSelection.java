package org.expunge.unlearning.selection;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.unlearning.selection.DependenceCoefficient.Distances;

/**
 * Picks the columns that explain a quantity: first the one with the highest {@code T(Y, Z_j)}, then whichever adds most
 * beyond those picked, until none adds anything.
 *
 * <p>Of many columns that explain nothing the best still comes out above 0, by chance: among 300 of them and n samples
 * at some {@code 3.5/√n}. {@link Options#least} is the bar that the first pick must clear.
 *
 * <p><b>Cost.</b> {@code O(n²)} time for each column and pick, {@code 8 n²} bytes.
 *
 * <p><b>Source.</b> FOCI of M. Azadkia and S. Chatterjee, "A Simple Measure of Conditional Dependence", Annals of
 * Statistics 49(6), 2021, section 5.
 */
public final class ForwardSelection {
    /**
     * When to stop.
     *
     * @param least coefficient that the first pick must exceed; at least 0
     * @param most columns to pick, at least 1
     * @param seed draws among neighbours at one distance
     */
    public record Options(double least, int most, long seed) {
        /** Checks the ranges. */
        public Options {
            checkArgument(least >= 0, "least must be 0 or more, got %s", least);
            checkArgument(most >= 1, "most must be at least 1, got %s", most);
        }
    }

    /**
     * A column that was picked.
     *
     * @param column its index
     * @param coefficient {@code T(Y, Z)} of the columns picked so far, this one included
     */
    public record Pick(int column, double coefficient) {}

    private final Options options;

    /** Keeps the options; one instance serves many selections. */
    public ForwardSelection(Options options) {
        this.options = options;
    }

    /**
     * Picks columns.
     *
     * @param y n numbers to explain, not all equal
     * @param columns q columns of n numbers
     * @return the picks in their order; empty if none clears the bar
     */
    public List<Pick> select(double[] y, double[][] columns) {
        DependenceCoefficient coefficient = new DependenceCoefficient(y, options.seed());
        List<Pick> picks = new ArrayList<>();
        List<Integer> left =
                new ArrayList<>(IntStream.range(0, columns.length).boxed().toList());
        Distances picked = null;
        while (!left.isEmpty() && picks.size() < options.most()) {
            Distances before = picked;
            int best = left.get(0);
            double gain = Double.NEGATIVE_INFINITY;
            for (int j : left) {
                Distances candidate = distances(columns[j]);
                double added =
                        before == null ? coefficient.of(candidate) : coefficient.of(before.plus(candidate), before);
                if (added > gain) {
                    gain = added;
                    best = j;
                }
            }
            if (gain <= (before == null ? options.least() : 0)) {
                return picks;
            }
            picked = before == null ? distances(columns[best]) : before.plus(distances(columns[best]));
            picks.add(new Pick(best, coefficient.of(picked)));
            left.remove((Integer) best);
        }
        return picks;
    }

    private static Distances distances(double[] column) {
        double[][] rows = new double[column.length][1];
        for (int i = 0; i < column.length; i++) {
            rows[i][0] = column[i];
        }
        return Distances.of(rows);
    }
}
