package org.expunge.influence.curvature;

/** Arithmetic on bare arrays of one length; the last argument is written, the others are left as they were. */
public final class VectorMath {
    private VectorMath() {}

    /** Returns {@code xᵀ y}. */
    public static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
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
