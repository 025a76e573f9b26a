package org.expunge.influence.retraining;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import org.expunge.influence.compute.Compute;

/**
 * What removing a row does to one prediction of a least-squares fit with an intercept, exactly: {@code xᵀ N⁻¹ x_i (ŷ_i
 * − y_i) / (1 − h_i)} with {@code N = Σ x_i x_iᵀ} and the leverage {@code h_i = x_iᵀ N⁻¹ x_i}.
 *
 * <p><b>Shapes.</b> n rows of width d, to which a column of ones is added.
 *
 * <p><b>Accuracy.</b> Exact to rounding times the condition of N. A row that alone determines a coefficient ({@code h =
 * 1}) cannot be removed and counts −∞.
 *
 * <p><b>Cost.</b> {@code n d² + d³/3}.
 *
 * <p><b>Source.</b> R. D. Cook, "Detection of Influential Observation in Linear Regression", Technometrics 19(1), 1977;
 * as leverage-adjusted greedy selection in Hu et al., NeurIPS 2024.
 */
public final class LeastSquaresEffects implements MostInfluentialSubset.Effects {
    /** Below this, {@code 1 − h} is rounding. */
    private static final double LEAST_FREEDOM = 1e-10;

    private final Compute compute;
    private final double[][] rows;
    private final double[] targets;
    private final double[] query;

    /**
     * Holds a problem.
     *
     * @param compute solves
     * @param rows n × d
     * @param targets n numbers
     * @param query d numbers: the prediction that is looked at
     */
    public LeastSquaresEffects(Compute compute, double[][] rows, double[] targets, double[] query) {
        checkArgument(rows.length == targets.length, "%s rows do not match %s targets", rows.length, targets.length);
        this.compute = compute;
        this.rows = Arrays.stream(rows).map(LeastSquaresEffects::withOne).toArray(double[][]::new);
        this.targets = targets.clone();
        this.query = withOne(query);
    }

    @Override
    public double[] of(int[] remaining) {
        Fit fit = new Fit(remaining);
        double[] toQuery = fit.solve(query);
        double[] effects = new double[remaining.length];
        for (int k = 0; k < effects.length; k++) {
            double[] x = rows[remaining[k]];
            double freedom = 1 - dot(x, fit.solve(x));
            double residual = dot(x, fit.coefficients) - targets[remaining[k]];
            effects[k] = freedom > LEAST_FREEDOM ? dot(toQuery, x) * residual / freedom : Double.NEGATIVE_INFINITY;
        }
        return effects;
    }

    /** Returns the prediction after a fit to some rows. */
    public double prediction(int[] remaining) {
        return dot(query, new Fit(remaining).coefficients);
    }

    private final class Fit {
        private final int width = query.length;
        private final double[] factor = new double[width * width];
        private final double[] coefficients;

        Fit(int[] remaining) {
            double[] moments = new double[width];
            for (int i : remaining) {
                for (int a = 0; a < width; a++) {
                    moments[a] += rows[i][a] * targets[i];
                    for (int b = 0; b < width; b++) {
                        factor[a * width + b] += rows[i][a] * rows[i][b];
                    }
                }
            }
            compute.cholesky().factor(width, factor);
            coefficients = solve(moments);
        }

        double[] solve(double[] side) {
            double[] x = side.clone();
            compute.cholesky().solve(width, factor, 1, x);
            return x;
        }
    }

    private static double[] withOne(double[] row) {
        double[] longer = Arrays.copyOf(row, row.length + 1);
        longer[row.length] = 1;
        return longer;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += a[j] * b[j];
        }
        return sum;
    }
}
