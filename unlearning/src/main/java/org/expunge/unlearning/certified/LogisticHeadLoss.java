package org.expunge.unlearning.certified;

/**
 * {@code Σ_k ln(1 + exp(−y_k z_k))} with {@code y_k = ±1}: K separate problems, one where there are two classes (then
 * class 1 is positive).
 */
record LogisticHeadLoss(int classes) implements HeadLoss {
    /** {@code max |σ″| = 1/(6√3)}, at {@code σ = ½ ± 1/(2√3)}. */
    static final double THIRD_DERIVATIVE = 1 / (6 * Math.sqrt(3));

    @Override
    public int vectors() {
        return classes == 2 ? 1 : classes;
    }

    @Override
    public int vectorsPerBlock() {
        return 1;
    }

    @Override
    public double value(double[] z, int label) {
        double sum = 0;
        for (int k = 0; k < vectors(); k++) {
            double margin = sign(k, label) * z[k];
            sum += Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin)));
        }
        return sum;
    }

    @Override
    public void slope(double[] z, int label, double[] to) {
        for (int k = 0; k < vectors(); k++) {
            double y = sign(k, label);
            to[k] = -y * sigmoid(-y * z[k]);
        }
    }

    @Override
    public void curvatureProduct(double[] z, double[] v, double[] to) {
        for (int k = 0; k < vectors(); k++) {
            to[k] = curvature(z, k, k) * v[k];
        }
    }

    @Override
    public double curvature(double[] z, int k, int l) {
        return sigmoid(z[k]) * sigmoid(-z[k]);
    }

    @Override
    public double thirdDerivative() {
        return THIRD_DERIVATIVE;
    }

    @Override
    public double publishedLipschitz() {
        return 0.25;
    }

    @Override
    public double largestSlope() {
        return 1;
    }

    private double sign(int k, int label) {
        return label == (classes == 2 ? 1 : k) ? 1 : -1;
    }

    private static double sigmoid(double z) {
        return z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z));
    }
}
