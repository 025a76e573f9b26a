package org.expunge.influence.curvature;

/** Arithmetic on bare arrays of one length; the last argument is written, the others are left as they were. */
public final class VectorMath {
    private VectorMath() {}

    /** Returns {@code xᵀ y}; four sums side by side, which a processor adds at once. */
    public static double dot(double[] x, double[] y) {
        double first = 0;
        double second = 0;
        double third = 0;
        double fourth = 0;
        int whole = x.length & ~3;
        for (int i = 0; i < whole; i += 4) {
            first += x[i] * y[i];
            second += x[i + 1] * y[i + 1];
            third += x[i + 2] * y[i + 2];
            fourth += x[i + 3] * y[i + 3];
        }
        for (int i = whole; i < x.length; i++) {
            first += x[i] * y[i];
        }
        return first + second + (third + fourth);
    }

    /** {@code y ← y + alpha x}. */
    public static void addScaled(double alpha, double[] x, double[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] += alpha * x[i];
        }
    }

    /** {@code x ← alpha x}. */
    public static void scale(double alpha, double[] x) {
        for (int i = 0; i < x.length; i++) {
            x[i] *= alpha;
        }
    }
}
