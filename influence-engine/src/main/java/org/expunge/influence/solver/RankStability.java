package org.expunge.influence.solver;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.HashMap;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import java.util.function.UnaryOperator;

/**
 * Stops when what is computed from an iterate no longer changes order: for attribution, the scores of some rows. Ranks
 * settle long before the residual is small.
 *
 * <p><b>Shapes.</b> Scores of k iterates are k arrays of the same length, in their order.
 *
 * <p><b>Cost.</b> The scores of the running systems every few products, and one copy of them.
 */
public final class RankStability implements StoppingRule {
    /**
     * When ranks count as settled.
     *
     * @param every products between two looks, at least 1
     * @param agreement the least agreement of scores with those of the look before, in (−1, 1]
     * @param patience how many looks in a row must agree so, at least 1
     */
    public record Options(int every, double agreement, int patience) {
        /** A look at every product, an agreement of 0.99, twice in a row. */
        public static final Options DEFAULT = new Options(1, 0.99, 2);

        /** Checks the ranges. */
        public Options {
            checkArgument(every >= 1, "every must be at least 1 product, got %s", every);
            checkArgument(agreement > -1 && agreement <= 1, "agreement must be in (-1, 1], got %s", agreement);
            checkArgument(patience >= 1, "patience must be at least 1 look, got %s", patience);
        }
    }

    private final Options options;
    private final UnaryOperator<double[][]> scores;
    private final ToDoubleBiFunction<double[], double[]> correlation;
    private final Map<Integer, double[]> before = new HashMap<>();
    private final Map<Integer, Integer> agreed = new HashMap<>();

    /**
     * Makes a rule for one solve.
     *
     * @param options when ranks count as settled
     * @param scores turns iterates into scores, such as their products with the gradients of a sample of rows
     * @param correlation how far two arrays of scores agree, at most 1, such as Spearman's correlation
     */
    public RankStability(
            Options options, UnaryOperator<double[][]> scores, ToDoubleBiFunction<double[], double[]> correlation) {
        this.options = options;
        this.scores = scores;
        this.correlation = correlation;
    }

    @Override
    public boolean[] settled(int products, int[] systems, double[][] iterates) {
        boolean[] settled = new boolean[systems.length];
        if (products % options.every() != 0) {
            return settled;
        }
        double[][] now = scores.apply(iterates);
        for (int k = 0; k < systems.length; k++) {
            settled[k] = look(systems[k], now[k]) >= options.patience();
        }
        return settled;
    }

    /** Returns how many looks in a row have agreed. */
    private int look(int system, double[] now) {
        double[] last = before.put(system, now);
        boolean agrees = last != null && correlation.applyAsDouble(last, now) >= options.agreement();
        int count = agrees ? agreed.getOrDefault(system, 0) + 1 : 0;
        agreed.put(system, count);
        return count;
    }
}
