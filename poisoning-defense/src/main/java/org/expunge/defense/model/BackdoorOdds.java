package org.expunge.defense.model;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;
import org.expunge.influence.compute.CholeskyKernels;
import org.expunge.influence.curvature.VectorMath;

/**
 * Turns evidence into a probability of a backdoor: a logistic model of standardised features, fitted to models of which
 * it is known, with what the few of them leave open.
 *
 * <p><b>Shapes.</b> F features; F + 1 weights, the constant last; their covariance is {@code (F + 1) × (F + 1)}, row by
 * row.
 *
 * <p><b>Accuracy.</b> The weights are the mode under a normal prior of deviation {@value #PRIOR_DEVIATION} each, the
 * covariance is Laplace's; the interval is 95 % in the log odds. It speaks of models like those it was fitted to, half
 * of which had a backdoor; another share moves the log odds.
 *
 * <p><b>Source.</b> D. J. C. MacKay, "The Evidence Framework Applied to Classification Networks", Neural Computation 4,
 * 1992, for the approximation; C. M. Bishop, "Pattern Recognition and Machine Learning", 2006, section 4.5.1.
 *
 * @param means of the features
 * @param deviations of the features
 * @param weights of the standardised features and of the constant
 * @param covariance of the weights
 */
public record BackdoorOdds(List<Double> means, List<Double> deviations, List<Double> weights, List<Double> covariance) {
    /**
     * The fit to 80 networks on digits of which half have a patch backdoor; {@code AuditModelStudy} prints it, and
     * {@code docs/results/audit-model-digits.csv} has the evidence.
     */
    public static final BackdoorOdds MEASURED = new BackdoorOdds(
            List.of(0.430742, 0.0283266),
            List.of(0.29759, 0.157955),
            List.of(2.74019, -0.622872, 0.498455),
            List.of(0.437921, -0.137917, 0.130732, -0.137917, 0.117383, -0.0351643, 0.130732, -0.0351643, 0.12497));

    private static final double PRIOR_DEVIATION = 3;
    private static final int NEWTON_STEPS = 60;
    private static final double NORMAL_95 = 1.959963984540054;

    /** Copies the lists and checks their lengths. */
    public BackdoorOdds {
        means = List.copyOf(means);
        deviations = List.copyOf(deviations);
        weights = List.copyOf(weights);
        covariance = List.copyOf(covariance);
        int n = means.size() + 1;
        checkArgument(
                deviations.size() == n - 1 && weights.size() == n && covariance.size() == n * n,
                "%s features do not fit %s deviations, %s weights and %s covariances",
                n - 1,
                deviations.size(),
                weights.size(),
                covariance.size());
    }

    /**
     * A probability and what is left open.
     *
     * @param value the probability
     * @param low lower end of the 95 % interval
     * @param high upper end
     * @param prior share of models with a backdoor before the evidence
     */
    public record Probability(double value, double low, double high, double prior) {}

    /**
     * Fits.
     *
     * @param kernels solves with the Hessian
     * @param features {@code m × F}, finite
     * @param hasBackdoor m answers, of both kinds
     */
    public static BackdoorOdds fit(CholeskyKernels kernels, double[][] features, boolean[] hasBackdoor) {
        checkArgument(
                features.length == hasBackdoor.length && features.length >= 2,
                "%s models but %s answers",
                features.length,
                hasBackdoor.length);
        int width = features[0].length;
        double[] means = new double[width];
        double[] deviations = new double[width];
        for (int j = 0; j < width; j++) {
            int column = j;
            double mean = Arrays.stream(features)
                    .mapToDouble(x -> x[column])
                    .average()
                    .orElseThrow();
            double variance = Arrays.stream(features)
                    .mapToDouble(x -> (x[column] - mean) * (x[column] - mean))
                    .average()
                    .orElseThrow();
            means[j] = mean;
            deviations[j] = variance > 0 ? Math.sqrt(variance) : 1;
        }
        double[][] rows = Arrays.stream(features)
                .map(x -> standardised(x, means, deviations))
                .toArray(double[][]::new);
        double[] weights = new double[width + 1];
        double[] hessian = new double[0];
        for (int step = 0; step < NEWTON_STEPS; step++) {
            double[] gradient = new double[weights.length];
            hessian = new double[weights.length * weights.length];
            accumulate(rows, hasBackdoor, weights, gradient, hessian);
            kernels.factor(weights.length, hessian);
            kernels.solve(weights.length, hessian, 1, gradient);
            for (int j = 0; j < weights.length; j++) {
                weights[j] -= gradient[j];
            }
        }
        double[] covariance = new double[hessian.length];
        for (int j = 0; j < weights.length; j++) {
            covariance[j * weights.length + j] = 1;
        }
        kernels.solve(weights.length, hessian, weights.length, covariance);
        return new BackdoorOdds(list(means), list(deviations), list(weights), list(covariance));
    }

    /** Adds gradient and Hessian of the negative log posterior. */
    private static void accumulate(
            double[][] rows, boolean[] hasBackdoor, double[] weights, double[] gradient, double[] hessian) {
        int n = weights.length;
        double precision = 1 / (PRIOR_DEVIATION * PRIOR_DEVIATION);
        for (int j = 0; j < n; j++) {
            gradient[j] = precision * weights[j];
            hessian[j * n + j] = precision;
        }
        for (int i = 0; i < rows.length; i++) {
            double p = logistic(VectorMath.dot(rows[i], weights));
            for (int j = 0; j < n; j++) {
                gradient[j] += (p - (hasBackdoor[i] ? 1 : 0)) * rows[i][j];
                for (int k = 0; k < n; k++) {
                    hessian[j * n + k] += p * (1 - p) * rows[i][j] * rows[i][k];
                }
            }
        }
    }

    /**
     * Weighs evidence.
     *
     * @param features F finite numbers
     * @param prior share of models with a backdoor before the evidence, in (0, 1)
     * @return the probability
     */
    public Probability probability(double[] features, double prior) {
        checkArgument(prior > 0 && prior < 1, "prior must be in (0, 1), got %s", prior);
        checkArgument(features.length == means.size(), "%s features for %s", features.length, means.size());
        double[] x = standardised(features, array(means), array(deviations));
        double odds = VectorMath.dot(x, array(weights)) + Math.log(prior / (1 - prior));
        double variance = 0;
        for (int j = 0; j < x.length; j++) {
            for (int k = 0; k < x.length; k++) {
                variance += x[j] * x[k] * covariance.get(j * x.length + k);
            }
        }
        double half = NORMAL_95 * Math.sqrt(variance);
        return new Probability(logistic(odds), logistic(odds - half), logistic(odds + half), prior);
    }

    private static double[] standardised(double[] x, double[] means, double[] deviations) {
        double[] row = new double[x.length + 1];
        for (int j = 0; j < x.length; j++) {
            row[j] = (x[j] - means[j]) / deviations[j];
        }
        row[x.length] = 1;
        return row;
    }

    private static double logistic(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static List<Double> list(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
