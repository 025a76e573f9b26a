package org.expunge.influence.retraining;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Least squares with an absolute penalty, {@code min (1/2s) ‖y − X β‖² + λ Σ f_j |β_j|}, by coordinate descent along a
 * falling sequence of λ with warm starts. Columns are taken as they are: neither centred nor rescaled.
 *
 * <p><b>Shapes.</b> X is s × d, given by columns.
 *
 * <p><b>Accuracy.</b> A sweep that changes no fitted value by more than {@code tolerance · ‖y‖ / √s} ends a fit.
 *
 * <p><b>Cost.</b> {@code 4 s d} operations a sweep.
 *
 * <p><b>Source.</b> J. Friedman, T. Hastie and R. Tibshirani, "Regularization Paths for Generalized Linear Models via
 * Coordinate Descent", J. Stat. Software 33(1), 2010, section 2.
 */
public final class Lasso {
    /**
     * Which λ to fit, and how well.
     *
     * @param lambdas how many, at least 1
     * @param smallestRatio the last λ as a share of the first, in (0, 1]
     * @param tolerance ends a fit, above 0
     * @param maxSweeps ends one that does not settle, at least 1
     */
    public record Options(int lambdas, double smallestRatio, double tolerance, int maxSweeps) {
        /** 100 λ down to 1e-3 of the first, tolerance 1e-5 (glmnet's 1e-7 is of squares), 10 000 sweeps. */
        public static final Options DEFAULT = new Options(100, 1e-3, 1e-5, 10_000);

        /** The default for a problem: with more columns than rows λ ends at 1e-2 of the first. */
        static Options of(int columns, int rows) {
            return columns > rows
                    ? new Options(DEFAULT.lambdas(), 1e-2, DEFAULT.tolerance(), DEFAULT.maxSweeps())
                    : DEFAULT;
        }

        /** Checks the ranges. */
        public Options {
            checkArgument(lambdas >= 1, "lambdas must be at least 1, got %s", lambdas);
            checkArgument(
                    smallestRatio > 0 && smallestRatio <= 1, "smallestRatio must be in (0, 1], got %s", smallestRatio);
            checkArgument(tolerance > 0, "tolerance must be above 0, got %s", tolerance);
            checkArgument(maxSweeps >= 1, "maxSweeps must be at least 1, got %s", maxSweeps);
        }
    }

    /** A regression problem. Its arrays are kept, not copied, and only read. */
    public static final class Problem {
        final double[][] columns;
        final double[] y;
        final double[] penaltyFactors;

        /**
         * Poses a problem.
         *
         * @param columns d columns of s numbers
         * @param y s numbers
         * @param penaltyFactors d factors f_j, 0 for columns that are not penalised
         */
        public Problem(double[][] columns, double[] y, double[] penaltyFactors) {
            checkArgument(
                    columns.length == penaltyFactors.length,
                    "%s columns do not match %s penalty factors",
                    columns.length,
                    penaltyFactors.length);
            for (double[] column : columns) {
                checkArgument(column.length == y.length, "a column of %s for %s rows", column.length, y.length);
            }
            this.columns = columns;
            this.y = y;
            this.penaltyFactors = penaltyFactors;
        }

        /** Returns s. */
        int size() {
            return y.length;
        }

        /** Returns some rows of the problem. */
        Problem rows(int[] rows) {
            double[][] picked =
                    Arrays.stream(columns).map(column -> pick(column, rows)).toArray(double[][]::new);
            return new Problem(picked, pick(y, rows), penaltyFactors);
        }

        /** Returns the mean of squared residuals. */
        double meanSquaredError(double[] coefficients) {
            double sum = 0;
            for (int i = 0; i < y.length; i++) {
                double residual = y[i];
                for (int j = 0; j < coefficients.length; j++) {
                    residual -= coefficients[j] * columns[j][i];
                }
                sum += residual * residual;
            }
            return sum / y.length;
        }

        private static double[] pick(double[] values, int[] rows) {
            return Arrays.stream(rows).mapToDouble(i -> values[i]).toArray();
        }
    }

    /** One fit. */
    public static final class Fit {
        private final double lambda;
        private final double[] coefficients;

        private Fit(double lambda, double[] coefficients) {
            this.lambda = lambda;
            this.coefficients = coefficients;
        }

        /** Returns λ. */
        public double lambda() {
            return lambda;
        }

        /** Returns β; a copy. */
        public double[] coefficients() {
            return coefficients.clone();
        }
    }

    private final Options options;

    /** Fits with options. */
    public Lasso(Options options) {
        this.options = options;
    }

    /** Returns fits from the smallest λ at which every penalised coefficient is 0 down. */
    public List<Fit> path(Problem problem) {
        return path(problem, lambdas(problem));
    }

    /** Returns fits at given λ, falling. */
    List<Fit> path(Problem problem, double[] lambdas) {
        Descent descent = new Descent(problem);
        List<Fit> fits = new ArrayList<>();
        for (double lambda : lambdas) {
            descent.settle(lambda);
            fits.add(new Fit(lambda, descent.coefficients.clone()));
        }
        return fits;
    }

    /** Returns the coefficients without any penalty. */
    public double[] leastSquares(double[][] columns, double[] y) {
        Descent descent = new Descent(new Problem(columns, y, new double[columns.length]));
        descent.settle(0);
        return descent.coefficients;
    }

    /** Falling geometrically from the first λ. */
    double[] lambdas(Problem problem) {
        Descent descent = new Descent(problem);
        descent.settleUnpenalised();
        double largest = 0;
        for (int j = 0; j < problem.columns.length; j++) {
            double factor = problem.penaltyFactors[j];
            largest = factor > 0 ? Math.max(largest, Math.abs(descent.correlation(j)) / factor) : largest;
        }
        double[] lambdas = new double[options.lambdas()];
        for (int l = 0; l < lambdas.length; l++) {
            double share = lambdas.length == 1 ? 0 : l / (double) (lambdas.length - 1);
            lambdas[l] = largest * Math.pow(options.smallestRatio(), share);
        }
        return lambdas;
    }

    /** The state of coordinate descent. */
    private final class Descent {
        private final Problem problem;
        private final double[] coefficients;
        private final double[] residual;
        private final double[] meanSquares;
        private final double threshold;

        Descent(Problem problem) {
            this.problem = problem;
            this.coefficients = new double[problem.columns.length];
            this.residual = problem.y.clone();
            this.meanSquares = Arrays.stream(problem.columns)
                    .mapToDouble(column -> dot(column, column) / column.length)
                    .toArray();
            double[] y = problem.y;
            this.threshold = options.tolerance() * Math.sqrt(dot(y, y) / Math.max(1, y.length));
        }

        void settle(double lambda) {
            for (int sweep = 0; sweep < options.maxSweeps(); sweep++) {
                if (sweep(lambda, false) <= threshold) {
                    return;
                }
                double moved = Double.POSITIVE_INFINITY;
                while (moved > threshold && sweep++ < options.maxSweeps()) {
                    moved = sweep(lambda, true);
                }
            }
        }

        void settleUnpenalised() {
            settle(Double.MAX_VALUE);
        }

        /** Updates all coefficients, or those that are not 0; returns the largest root mean square change of a fit. */
        private double sweep(double lambda, boolean activeOnly) {
            double largest = 0;
            for (int j = 0; j < coefficients.length; j++) {
                if (meanSquares[j] > 0 && !(activeOnly && coefficients[j] == 0)) {
                    largest = Math.max(largest, update(j, lambda));
                }
            }
            return largest;
        }

        private double update(int j, double lambda) {
            double old = coefficients[j];
            double z = correlation(j) + old * meanSquares[j];
            double shrink = problem.penaltyFactors[j] == 0 ? 0 : lambda * problem.penaltyFactors[j];
            double value = Math.signum(z) * Math.max(0, Math.abs(z) - shrink) / meanSquares[j];
            double change = value - old;
            if (change != 0) {
                coefficients[j] = value;
                double[] column = problem.columns[j];
                for (int i = 0; i < column.length; i++) {
                    residual[i] -= change * column[i];
                }
            }
            return Math.abs(change) * Math.sqrt(meanSquares[j]);
        }

        private double correlation(int j) {
            return dot(problem.columns[j], residual) / residual.length;
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
