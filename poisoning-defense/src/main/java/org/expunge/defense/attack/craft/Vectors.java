package org.expunge.defense.attack.craft;

import org.expunge.influence.curvature.VectorMath;

/** Small sums. */
final class Vectors {
    private Vectors() {}

    static double squaredNorm(double[] a) {
        return VectorMath.dot(a, a);
    }

    static double squaredDistance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum;
    }
}
