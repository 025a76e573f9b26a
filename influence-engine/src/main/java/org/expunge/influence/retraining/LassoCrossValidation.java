package org.expunge.influence.retraining;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Chooses λ of a {@link Lasso} by its squared error on rows held out.
 *
 * <p><b>Cost.</b> {@code folds + 1} paths.
 */
public final class LassoCrossValidation {
    /** Which λ to take. */
    public enum Rule {
        /** That with the smallest error. */
        MINIMUM,
        /** The largest whose error is within one standard error of the smallest: sparser, and possibly nothing. */
        ONE_STANDARD_ERROR
    }

    /**
     * How to choose.
     *
     * @param folds at least 2
     * @param rule which λ to take
     * @param seed decides the folds
     */
    public record Options(int folds, Rule rule, long seed) {
        /** Ten folds, one standard error, seed 0. */
        public static final Options DEFAULT = new Options(10, Rule.ONE_STANDARD_ERROR, 0);

        /** Checks the folds. */
        public Options {
            checkArgument(folds >= 2, "folds must be at least 2, got %s", folds);
        }
    }

    private final Lasso lasso;
    private final Options options;

    /** Chooses among the fits of {@code lasso}. */
    public LassoCrossValidation(Lasso lasso, Options options) {
        this.lasso = lasso;
        this.options = options;
    }

    /** Returns the fit to all rows at the λ chosen. */
    public Lasso.Fit fit(Lasso.Problem problem) {
        int rows = problem.size();
        checkArgument(rows >= 2, "cross-validation needs at least 2 rows, got %s", rows);
        double[] lambdas = lasso.lambdas(problem);
        int folds = Math.min(options.folds(), rows);
        int[] foldOf = folds(rows, folds);
        double[][] errors = new double[lambdas.length][folds];
        for (int f = 0; f < folds; f++) {
            int fold = f;
            int[] kept = IntStream.range(0, rows).filter(i -> foldOf[i] != fold).toArray();
            int[] held = IntStream.range(0, rows).filter(i -> foldOf[i] == fold).toArray();
            List<Lasso.Fit> path = lasso.path(problem.rows(kept), lambdas);
            for (int l = 0; l < lambdas.length; l++) {
                errors[l][f] = problem.rows(held).meanSquaredError(path.get(l).coefficients());
            }
        }
        return lasso.path(problem, Arrays.copyOf(lambdas, chosen(errors) + 1)).get(chosen(errors));
    }

    private int chosen(double[][] errors) {
        Moments[] moments = Arrays.stream(errors).map(Moments::of).toArray(Moments[]::new);
        int best = 0;
        for (int l = 1; l < moments.length; l++) {
            best = moments[l].mean() < moments[best].mean() ? l : best;
        }
        if (options.rule() == Rule.MINIMUM) {
            return best;
        }
        double limit = moments[best].mean() + moments[best].standardError();
        return IntStream.range(0, best + 1)
                .filter(l -> moments[l].mean() <= limit)
                .findFirst()
                .orElse(best);
    }

    private int[] folds(int rows, int folds) {
        SplittableRandom random = new SplittableRandom(options.seed());
        int[] order = new int[rows];
        for (int i = 0; i < rows; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        int[] foldOf = new int[rows];
        for (int i = 0; i < rows; i++) {
            foldOf[order[i]] = i % folds;
        }
        return foldOf;
    }
}
