package org.expunge.influence.compute.reference;

import org.expunge.influence.compute.Loss;

/**
 * Value, gradient, Hessian product and prediction of every {@link Loss} for one example, in double.
 *
 * <p><b>Accuracy.</b> No subtraction of nearly equal numbers decides a digit: log-sum-exp is taken around the largest
 * logit with {@code log1p} of the others, {@code π_k Σ y − y_k} as {@code π_k Σ_{j≠k} y_j − y_k Σ_{j≠k} π_j}, and
 * {@code Λ v} on {@code v − v_top}. So the direction of δ keeps full relative accuracy for an example that is fitted to
 * 1e-300.
 */
public final class ScalarLoss {
    private ScalarLoss() {}

    /** Returns ℓ(z, y); {@code z} and {@code y} have one entry per output. */
    public static double value(Loss loss, double[] z, double[] y) {
        double sum = 0;
        switch (loss) {
            case SOFTMAX_CROSS_ENTROPY -> {
                int top = indexOfMax(z);
                double rest = Math.log1p(sumOfExpWithout(z, top));
                for (int k = 0; k < z.length; k++) {
                    sum += y[k] == 0 ? 0 : y[k] * (z[top] - z[k] + rest);
                }
            }
            case SIGMOID_CROSS_ENTROPY -> {
                for (int k = 0; k < z.length; k++) {
                    sum += (1 - y[k]) * ScalarActivation.softplus(z[k]) + y[k] * ScalarActivation.softplus(-z[k]);
                }
            }
            case MEAN_SQUARED_ERROR, SQUARED_ERROR -> {
                for (int k = 0; k < z.length; k++) {
                    sum += (z[k] - y[k]) * (z[k] - y[k]);
                }
                sum *= squaredWeight(loss, z.length);
            }
        }
        return sum;
    }

    /** Writes ∂ℓ/∂z to {@code delta}. */
    public static void delta(Loss loss, double[] z, double[] y, double[] delta) {
        switch (loss) {
            case SOFTMAX_CROSS_ENTROPY -> softmaxDelta(z, y, delta);
            case SIGMOID_CROSS_ENTROPY -> {
                for (int k = 0; k < z.length; k++) {
                    delta[k] = (1 - y[k]) * ScalarActivation.sigmoid(z[k]) - y[k] * ScalarActivation.sigmoid(-z[k]);
                }
            }
            case MEAN_SQUARED_ERROR, SQUARED_ERROR -> {
                for (int k = 0; k < z.length; k++) {
                    delta[k] = 2 * squaredWeight(loss, z.length) * (z[k] - y[k]);
                }
            }
        }
    }

    /** Writes {@code Λ v}, Λ = ∂²ℓ/∂z², to {@code to}, which must not be {@code v}. */
    public static void hessianProduct(Loss loss, double[] z, double[] y, double[] v, double[] to) {
        switch (loss) {
            case SOFTMAX_CROSS_ENTROPY -> softmaxHessianProduct(z, y, v, to);
            case SIGMOID_CROSS_ENTROPY -> {
                for (int k = 0; k < z.length; k++) {
                    to[k] = ScalarActivation.sigmoid(z[k]) * ScalarActivation.sigmoid(-z[k]) * v[k];
                }
            }
            case MEAN_SQUARED_ERROR, SQUARED_ERROR -> {
                for (int k = 0; k < z.length; k++) {
                    to[k] = 2 * squaredWeight(loss, z.length) * v[k];
                }
            }
        }
    }

    /** Writes the prediction that belongs to {@code loss} to {@code to}, which must not be {@code z}. */
    public static void prediction(Loss loss, double[] z, double[] to) {
        switch (loss) {
            case SOFTMAX_CROSS_ENTROPY -> softmax(z, to);
            case SIGMOID_CROSS_ENTROPY -> {
                for (int k = 0; k < z.length; k++) {
                    to[k] = ScalarActivation.sigmoid(z[k]);
                }
            }
            case MEAN_SQUARED_ERROR, SQUARED_ERROR -> System.arraycopy(z, 0, to, 0, z.length);
        }
    }

    private static double squaredWeight(Loss loss, int outputs) {
        return loss == Loss.MEAN_SQUARED_ERROR ? 1.0 / outputs : 1;
    }

    private static void softmax(double[] z, double[] to) {
        int top = indexOfMax(z);
        double denominator = 1 + sumOfExpWithout(z, top);
        for (int k = 0; k < z.length; k++) {
            to[k] = Math.exp(z[k] - z[top]) / denominator;
        }
    }

    private static void softmaxDelta(double[] z, double[] y, double[] delta) {
        double[] pi = new double[z.length];
        softmax(z, pi);
        double mass = 0;
        for (double target : y) {
            mass += target;
        }
        for (int k = 0; k < z.length; k++) {
            delta[k] = pi[k] * (mass - y[k]) - (y[k] == 0 ? 0 : y[k] * sumWithout(pi, k));
        }
    }

    private static void softmaxHessianProduct(double[] z, double[] y, double[] v, double[] to) {
        double[] pi = new double[z.length];
        softmax(z, pi);
        int top = indexOfMax(z);
        double mean = 0;
        double mass = 0;
        for (int k = 0; k < z.length; k++) {
            mean += pi[k] * (v[k] - v[top]);
            mass += y[k];
        }
        for (int k = 0; k < z.length; k++) {
            to[k] = mass * pi[k] * (v[k] - v[top] - mean);
        }
    }

    private static int indexOfMax(double[] z) {
        int top = 0;
        for (int k = 1; k < z.length; k++) {
            if (z[k] > z[top]) {
                top = k;
            }
        }
        return top;
    }

    private static double sumOfExpWithout(double[] z, int top) {
        double sum = 0;
        for (int k = 0; k < z.length; k++) {
            sum += k == top ? 0 : Math.exp(z[k] - z[top]);
        }
        return sum;
    }

    private static double sumWithout(double[] x, int left) {
        double sum = 0;
        for (int k = 0; k < x.length; k++) {
            sum += k == left ? 0 : x[k];
        }
        return sum;
    }
}
