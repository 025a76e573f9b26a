package org.expunge.unlearning.certified;

/** {@code ln Σ_k exp z_k − z_y}: one block of all K vectors. */
record SoftmaxHeadLoss(int classes) implements HeadLoss {
    /*
     * γ* = √2/(3√3). D³ℓ(z)[a, b, c] is the third joint cumulant of a_k, b_k, c_k with k drawn from p = softmax(z). It
     * is symmetric and trilinear, so by Banach's theorem its norm is the largest |D³ℓ[v, v, v]| of a unit v, which is
     * the third central moment of v_k. A unit v has max v − min v ≤ √2. Of all laws on an interval of length R the third
     * central moment is at most R³/(6√3): for a mean μ (interval scaled to [0, 1]) the concave envelope of (x − μ)³ is
     * reached by two points; they are {μ − b/2, 1} with b = 1 − μ, value b³/4 ≤ 2/27, if μ ≥ 1/3, else {0, 1}, value
     * μ(1 − μ)(1 − 2μ) ≤ 1/(6√3), which is larger. With R = √2 it is reached by v = (1, −1, 0, …)/√2 in the limit.
     */
    static final double THIRD_DERIVATIVE = Math.sqrt(2) / (3 * Math.sqrt(3));

    @Override
    public int vectors() {
        return classes;
    }

    @Override
    public int vectorsPerBlock() {
        return classes;
    }

    @Override
    public double value(double[] z, int label) {
        double highest = highest(z);
        double sum = 0;
        for (int k = 0; k < classes; k++) {
            sum += Math.exp(z[k] - highest);
        }
        return highest - z[label] + Math.log(sum);
    }

    @Override
    public void slope(double[] z, int label, double[] to) {
        double highest = highest(z);
        double sum = 0;
        for (int k = 0; k < classes; k++) {
            to[k] = Math.exp(z[k] - highest);
            sum += to[k];
        }
        double others = 0;
        for (int k = 0; k < classes; k++) {
            to[k] /= sum;
            others += k == label ? 0 : to[k];
        }
        to[label] = -others; // π_y − 1 without cancellation
    }

    @Override
    public void curvatureProduct(double[] z, double[] v, double[] to) {
        double highest = highest(z);
        double sum = 0;
        double mean = 0;
        for (int k = 0; k < classes; k++) {
            to[k] = Math.exp(z[k] - highest);
            sum += to[k];
            mean += to[k] * v[k];
        }
        mean /= sum;
        for (int k = 0; k < classes; k++) {
            to[k] *= (v[k] - mean) / sum;
        }
    }

    @Override
    public double curvature(double[] z, int k, int l) {
        double highest = highest(z);
        double sum = 0;
        for (int j = 0; j < classes; j++) {
            sum += Math.exp(z[j] - highest);
        }
        double p = Math.exp(z[k] - highest) / sum;
        double q = Math.exp(z[l] - highest) / sum;
        return k == l ? p * (1 - p) : -p * q;
    }

    @Override
    public double thirdDerivative() {
        return THIRD_DERIVATIVE;
    }

    /** There is no published figure: the loss's own, without the half that the tighter bound gains. */
    @Override
    public double publishedLipschitz() {
        return THIRD_DERIVATIVE;
    }

    @Override
    public double largestSlope() {
        return Math.sqrt(2);
    }

    private double highest(double[] z) {
        double highest = z[0];
        for (int k = 1; k < classes; k++) {
            highest = Math.max(highest, z[k]);
        }
        return highest;
    }
}
