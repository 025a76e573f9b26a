package org.expunge.defense.certify;

/**
 * Bounds the probability that class c' does not lose against c when labels are drawn anew: Chernoff's {@code min_{t ≥
 * 0} Π_i E exp(t α_i (Y_ic' − Y_ic))}. The logarithm is convex in t, and its minimum is found by bisection of the
 * derivative; any t gives a bound, so how exactly it is found decides tightness alone.
 */
final class FlipBound {
    private static final int BISECTIONS = 40;
    private static final int DOUBLINGS = 60;

    private final double[] alpha;
    private final double[] forOther;
    private final double[] forWinner;

    /**
     * @param alpha weight of each row
     * @param labels class of each row
     * @param winner c
     * @param other c'
     */
    FlipBound(FlipNoise noise, double[] alpha, int[] labels, int winner, int other) {
        this.alpha = alpha;
        this.forOther = new double[alpha.length];
        this.forWinner = new double[alpha.length];
        for (int i = 0; i < alpha.length; i++) {
            forOther[i] = labels[i] == other ? noise.stay() : noise.other();
            forWinner[i] = labels[i] == winner ? noise.stay() : noise.other();
        }
    }

    /** Returns the bound, in [0, 1]. */
    double probability() {
        if (!(slope(0) < 0)) {
            return 1;
        }
        double low = 0;
        double high = 1 / largest();
        for (int i = 0; i < DOUBLINGS && slope(high) < 0; i++) {
            low = high;
            high *= 2;
        }
        for (int i = 0; i < BISECTIONS && high - low > 1e-6 * high; i++) {
            double middle = (low + high) / 2;
            if (slope(middle) < 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return Math.min(1, Math.exp(logarithm(low)));
    }

    private double largest() {
        double largest = 0;
        for (double a : alpha) {
            largest = Math.max(largest, Math.abs(a));
        }
        return largest;
    }

    private double logarithm(double t) {
        double sum = 0;
        for (int i = 0; i < alpha.length; i++) {
            double up = Math.expm1(t * alpha[i]);
            double down = Math.expm1(-t * alpha[i]);
            sum += Math.log1p(forOther[i] * up + forWinner[i] * down);
        }
        return sum;
    }

    private double slope(double t) {
        double sum = 0;
        for (int i = 0; i < alpha.length; i++) {
            double up = Math.exp(t * alpha[i]);
            double down = 1 / up;
            double moment = 1 + forOther[i] * (up - 1) + forWinner[i] * (down - 1);
            sum += alpha[i] * (forOther[i] * up - forWinner[i] * down) / moment;
        }
        return sum;
    }
}
