package org.expunge.influence.compute.reference;

import org.expunge.influence.compute.Activation;

/**
 * φ, φ′ and φ″ of every {@link Activation} at one point, in double.
 *
 * <p><b>Accuracy.</b> A few units in the last place for every finite z: sigmoid, softplus and ELU keep their relative
 * accuracy in both tails. At a kink the derivative is DL4J's: 0 for ReLU, 1 for leaky ReLU and ELU.
 */
public final class ScalarActivation {
    /** DL4J's constant, which its kernels hold as a float whatever the data type. */
    private static final double GELU_SLOPE = 1.702f;

    private ScalarActivation() {}

    /** Returns φ(z); {@code parameter} is α of leaky ReLU and ELU and is ignored elsewhere. */
    public static double value(Activation activation, double parameter, double z) {
        return switch (activation) {
            case IDENTITY -> z;
            case RELU -> Math.max(z, 0);
            case LEAKY_RELU -> z < 0 ? parameter * z : z;
            case ELU -> z < 0 ? parameter * Math.expm1(z) : z;
            case GELU -> z * sigmoid(GELU_SLOPE * z);
            case TANH -> Math.tanh(z);
            case SIGMOID -> sigmoid(z);
            case SOFTPLUS -> softplus(z);
            case SWISH -> z * sigmoid(z);
        };
    }

    /** Returns φ′(z). */
    public static double derivative(Activation activation, double parameter, double z) {
        return switch (activation) {
            case IDENTITY -> 1;
            case RELU -> z > 0 ? 1 : propagateNaN(z);
            case LEAKY_RELU -> z < 0 ? parameter : 1 + propagateNaN(z);
            case ELU -> z < 0 ? parameter * Math.exp(z) : 1 + propagateNaN(z);
            case GELU -> selfGatedDerivative(GELU_SLOPE * z);
            case TANH -> sechSquared(z);
            case SIGMOID -> sigmoid(z) * sigmoid(-z);
            case SOFTPLUS -> sigmoid(z);
            case SWISH -> selfGatedDerivative(z);
        };
    }

    /** Returns φ″(z), 0 at the kinks of the piecewise linear functions. */
    public static double secondDerivative(Activation activation, double parameter, double z) {
        return switch (activation) {
            case IDENTITY, RELU, LEAKY_RELU -> propagateNaN(z);
            case ELU -> z < 0 ? parameter * Math.exp(z) : propagateNaN(z);
            case GELU -> GELU_SLOPE * selfGatedSecondDerivative(GELU_SLOPE * z);
            case TANH -> -2 * Math.tanh(z) * sechSquared(z);
            case SIGMOID -> -sigmoid(z) * sigmoid(-z) * Math.tanh(z / 2);
            case SOFTPLUS -> sigmoid(z) * sigmoid(-z);
            case SWISH -> selfGatedSecondDerivative(z);
        };
    }

    /** Returns 1 / (1 + e⁻ᶻ) without overflow. */
    public static double sigmoid(double z) {
        if (z >= 0) {
            return 1 / (1 + Math.exp(-z));
        }
        double e = Math.exp(z);
        return e / (1 + e);
    }

    /** Returns log(1 + eᶻ) without overflow. */
    public static double softplus(double z) {
        return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
    }

    /** d/dz [z σ(c z)] as a function of u = c z: σ(u) (1 + u σ(−u)). */
    private static double selfGatedDerivative(double u) {
        return sigmoid(u) * (1 + u * sigmoid(-u));
    }

    /** The same once more, divided by c: σ(u) σ(−u) (2 − u tanh(u/2)). */
    private static double selfGatedSecondDerivative(double u) {
        return sigmoid(u) * sigmoid(-u) * (2 - u * Math.tanh(u / 2));
    }

    /** 1 − tanh² without cancellation: 4 σ(2z) σ(−2z). */
    private static double sechSquared(double z) {
        return 4 * sigmoid(2 * z) * sigmoid(-2 * z);
    }

    /** 0, or NaN if z is. */
    private static double propagateNaN(double z) {
        return Double.isNaN(z) ? z : 0;
    }
}
