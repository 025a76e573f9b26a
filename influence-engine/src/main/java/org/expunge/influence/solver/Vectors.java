package org.expunge.influence.solver;

/** Arithmetic on bare arrays; the last argument is written, the others are left as they were. */
final class Vectors {
    private Vectors() {}

    static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    /** {@code y ← y + alpha x}. */
    static void addScaled(double alpha, double[] x, double[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] += alpha * x[i];
        }
    }

    /** {@code y ← beta y + alpha x}. */
    static void combine(double alpha, double[] x, double beta, double[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] = beta * y[i] + alpha * x[i];
        }
    }
}
