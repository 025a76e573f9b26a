package org.expunge.influence.testkit;

import org.expunge.influence.compute.Activation;

/** Activations and their derivatives as a textbook has them, through hyperbolic functions. */
final class ClosedForms {
    private static final double GELU_SLOPE = 1.702f;

    private ClosedForms() {}

    static double value(Activation activation, double alpha, double z) {
        return switch (activation) {
            case IDENTITY -> z;
            case RELU -> z > 0 ? z : 0;
            case LEAKY_RELU -> z > 0 ? z : alpha * z;
            case ELU -> z > 0 ? z : alpha * (Math.exp(z / 2) * 2 * Math.sinh(z / 2));
            case GELU -> z * sigmoid(GELU_SLOPE * z);
            case TANH -> z == 0 ? z : Math.sinh(Math.min(20, Math.max(-20, z))) / Math.cosh(Math.min(20, Math.abs(z)));
            case SIGMOID -> sigmoid(z);
            case SOFTPLUS -> z > 40 ? z : Math.log1p(Math.exp(z));
            case SWISH -> z * sigmoid(z);
        };
    }

    static double derivative(Activation activation, double alpha, double z) {
        return switch (activation) {
            case IDENTITY -> 1;
            case RELU -> z > 0 ? 1 : 0;
            case LEAKY_RELU -> z >= 0 ? 1 : alpha;
            case ELU -> z >= 0 ? 1 : alpha * Math.exp(z);
            case GELU -> sigmoid(GELU_SLOPE * z) + GELU_SLOPE * z * bell(GELU_SLOPE * z);
            case TANH -> 4 * bell(2 * z);
            case SIGMOID -> bell(z);
            case SOFTPLUS -> sigmoid(z);
            case SWISH -> sigmoid(z) + z * bell(z);
        };
    }

    static double secondDerivative(Activation activation, double alpha, double z) {
        return switch (activation) {
            case IDENTITY, RELU, LEAKY_RELU -> 0;
            case ELU -> z >= 0 ? 0 : alpha * Math.exp(z);
            case GELU -> GELU_SLOPE * (2 * bell(GELU_SLOPE * z) + GELU_SLOPE * z * bellSlope(GELU_SLOPE * z));
            case TANH -> 8 * bellSlope(2 * z);
            case SIGMOID -> bellSlope(z);
            case SOFTPLUS -> bell(z);
            case SWISH -> 2 * bell(z) + z * bellSlope(z);
        };
    }

    static double sigmoid(double z) {
        return 1 / (1 + Math.exp(-z));
    }

    /** σ′(z) = 1 / (4 cosh²(z/2)). */
    private static double bell(double z) {
        double c = Math.cosh(z / 2);
        return 1 / (4 * c * c);
    }

    /** σ″(z) = −σ′(z) tanh(z/2). */
    private static double bellSlope(double z) {
        return -bell(z) * Math.tanh(z / 2);
    }
}
