package org.expunge.influence.compute.cpu;

import org.expunge.influence.compute.Activation;

/** Activations that need an exponential, in double over blocks that the JIT vectorises. */
final class SmoothActivations {
    /*
     * Math.exp and Math.tanh are scalar calls: 12 to 40 ns a number for a sigmoid or tanh. Here eᶻ is a polynomial on
     * z / 2⁷ and seven squarings, which is plain arithmetic: 2 to 3 ns with the conversions. Squaring multiplies the
     * relative error of the polynomial by 2⁷; at degree 13 and |z| ≤ 120 that leaves 1e-9, a sixtieth of float rounding.
     * eᶻ − 1 is doubled by u ← u (u + 2), which for z ≤ 0 multiplies no relative error, so tanh and ELU keep their digits
     * at 0. Arguments beyond 120 give the same float results as 120 does. Arguments are made negative, so nothing
     * overflows.
     */
    private static final int BLOCK = 256;

    private static final double LARGEST = 120;
    private static final int DOUBLINGS = 7;

    /** DL4J's constant, which its kernels hold as a float. */
    private static final double GELU_SLOPE = 1.702f;

    /** Brings every positive float above 1. */
    private static final double HUGE = 1e300;

    private final double[] z = new double[BLOCK];
    private final double[] e = new double[BLOCK];
    private final double[] isNegative = new double[BLOCK];

    /** Writes φ(z). */
    void values(Activation activation, double parameter, float[] from, float[] to, int length) {
        for (int start = 0; start < length; start += BLOCK) {
            int n = Math.min(BLOCK, length - start);
            load(from, start, n);
            switch (activation) {
                case TANH -> tanh(n);
                case ELU -> elu(parameter, n);
                case SIGMOID -> sigmoid(1, n);
                case SOFTPLUS -> softplus(n);
                case SWISH -> gate(1, n);
                case GELU -> gate(GELU_SLOPE, n);
                default -> throw new IllegalArgumentException(activation + " has no exponential");
            }
            for (int i = 0; i < n; i++) {
                to[start + i] = (float) e[i];
            }
        }
    }

    /** Writes {@code v φ′(z)}. */
    void derivatives(Activation activation, double parameter, float[] from, float[] v, float[] to, int length) {
        for (int start = 0; start < length; start += BLOCK) {
            int n = Math.min(BLOCK, length - start);
            load(from, start, n);
            switch (activation) {
                case TANH -> bell(2, 4, n);
                case ELU -> eluSlope(parameter, n);
                case SIGMOID -> bell(1, 1, n);
                case SOFTPLUS -> sigmoid(1, n);
                case SWISH -> gateSlope(1, n);
                case GELU -> gateSlope(GELU_SLOPE, n);
                default -> throw new IllegalArgumentException(activation + " has no exponential");
            }
            for (int i = 0; i < n; i++) {
                to[start + i] = (float) (v[start + i] * e[i]);
            }
        }
    }

    private void load(float[] from, int start, int n) {
        for (int i = 0; i < n; i++) {
            z[i] = from[start + i];
        }
        for (int i = 0; i < n; i++) {
            isNegative[i] = Math.min(1, Math.max(-z[i], 0) * HUGE);
        }
    }

    /** tanh |z| = −u / (2 + u) with u = e^(−2|z|) − 1. */
    private void tanh(int n) {
        scaledMagnitude(2, n);
        exponentialMinusOne(n);
        for (int i = 0; i < n; i++) {
            e[i] = -e[i] / (2 + e[i]) * (1 - 2 * isNegative[i]);
        }
    }

    private void elu(double alpha, int n) {
        negativePart(n);
        exponentialMinusOne(n);
        for (int i = 0; i < n; i++) {
            e[i] = alpha * e[i] + Math.max(z[i], 0);
        }
    }

    private void eluSlope(double alpha, int n) {
        negativePart(n);
        exponential(n);
        for (int i = 0; i < n; i++) {
            e[i] = (1 - isNegative[i]) + isNegative[i] * alpha * e[i];
        }
    }

    /** σ(c z): with q = e^(−c|z|), 1 / (1 + q) on the right and q / (1 + q) on the left. */
    private void sigmoid(double c, int n) {
        scaledMagnitude(c, n);
        exponential(n);
        for (int i = 0; i < n; i++) {
            e[i] = (1 - isNegative[i] + isNegative[i] * e[i]) / (1 + e[i]);
        }
    }

    /** max(z, 0) + log(1 + q), q = e^(−|z|), and log(1 + q) = 2 artanh(s) with s = q / (2 + q) ≤ 1/3, to s²¹. */
    private void softplus(int n) {
        scaledMagnitude(1, n);
        exponential(n);
        for (int i = 0; i < n; i++) {
            double s = e[i] / (2 + e[i]);
            double t = s * s;
            double series = t * (1.0 / 21) + 1.0 / 19;
            series = series * t + 1.0 / 17;
            series = series * t + 1.0 / 15;
            series = series * t + 1.0 / 13;
            series = series * t + 1.0 / 11;
            series = series * t + 1.0 / 9;
            series = series * t + 1.0 / 7;
            series = series * t + 1.0 / 5;
            series = series * t + 1.0 / 3;
            series = series * t + 1;
            e[i] = Math.max(z[i], 0) + 2 * s * series;
        }
    }

    /** z σ(c z). */
    private void gate(double c, int n) {
        sigmoid(c, n);
        for (int i = 0; i < n; i++) {
            e[i] *= z[i];
        }
    }

    /** σ(c z) + c z σ′(c z), and σ′ = q / (1 + q)². */
    private void gateSlope(double c, int n) {
        scaledMagnitude(c, n);
        exponential(n);
        for (int i = 0; i < n; i++) {
            double share = 1 / (1 + e[i]);
            double left = 1 - isNegative[i] + isNegative[i] * e[i];
            e[i] = left * share + c * z[i] * e[i] * share * share;
        }
    }

    /** factor · σ′(c z). */
    private void bell(double c, double factor, int n) {
        scaledMagnitude(c, n);
        exponential(n);
        for (int i = 0; i < n; i++) {
            e[i] = factor * e[i] / ((1 + e[i]) * (1 + e[i]));
        }
    }

    /** e ← −c|z|, not below −120. */
    private void scaledMagnitude(double c, int n) {
        for (int i = 0; i < n; i++) {
            e[i] = -Math.min(LARGEST, c * Math.abs(z[i]));
        }
    }

    /** e ← min(z, 0), not below −120. */
    private void negativePart(int n) {
        for (int i = 0; i < n; i++) {
            e[i] = Math.max(-LARGEST, Math.min(z[i], 0));
        }
    }

    /** e ← exp(e). */
    private void exponential(int n) {
        startSeries(n);
        for (int i = 0; i < n; i++) {
            e[i] += 1;
        }
        for (int k = 0; k < DOUBLINGS; k++) {
            for (int i = 0; i < n; i++) {
                e[i] *= e[i];
            }
        }
    }

    /** e ← exp(e) − 1. */
    private void exponentialMinusOne(int n) {
        startSeries(n);
        for (int k = 0; k < DOUBLINGS; k++) {
            for (int i = 0; i < n; i++) {
                e[i] *= e[i] + 2;
            }
        }
    }

    /** e ← exp(e / 2⁷) − 1 by Taylor's series to degree 13. */
    private void startSeries(int n) {
        for (int i = 0; i < n; i++) {
            double r = e[i] / (1 << DOUBLINGS);
            double high = r * (1.0 / 6_227_020_800L) + 1.0 / 479_001_600;
            high = high * r + 1.0 / 39_916_800;
            high = high * r + 1.0 / 3_628_800;
            high = high * r + 1.0 / 362_880;
            high = high * r + 1.0 / 40_320;
            high = high * r + 1.0 / 5_040;
            high = high * r + 1.0 / 720;
            high = high * r + 1.0 / 120;
            high = high * r + 1.0 / 24;
            high = high * r + 1.0 / 6;
            high = high * r + 0.5;
            high = high * r + 1;
            e[i] = high * r;
        }
    }
}
