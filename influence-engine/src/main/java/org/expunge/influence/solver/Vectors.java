package org.expunge.influence.solver;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;

/** Arithmetic on bare arrays; the last argument is written, the others are left as they were. */
final class Vectors {
    private Vectors() {}

    static double dot(double[] x, double[] y) {
        double even = 0; // two sums in turn, which the processor adds side by side
        double odd = 0;
        int pairs = x.length & ~1;
        for (int i = 0; i < pairs; i += 2) {
            even += x[i] * y[i];
            odd += x[i + 1] * y[i + 1];
        }
        double sum = even + odd;
        return pairs == x.length ? sum : sum + x[pairs] * y[pairs];
    }

    static double norm(double[] x) {
        return Math.sqrt(dot(x, x));
    }

    /** Checks a right-hand side of a {@code p × p} system and returns its norm. */
    static double checkRightHandSide(int p, ParameterVector b) {
        checkArgument(b.length() == p, "b has length %s but A is %s × %s", b.length(), p, p);
        double norm = b.norm();
        checkArgument(Double.isFinite(norm), "b must be finite, but its norm is %s", norm);
        return norm;
    }

    /** Checks that a preconditioner is as large as the operator. */
    static void checkPreconditioner(LinearOperator a, InverseCurvature preconditioner) {
        int p = a.dimension();
        checkArgument(
                preconditioner.dimension() == p,
                "the preconditioner is for %s parameters but A is %s × %s",
                preconditioner.dimension(),
                p,
                p);
    }

    /** Copies each row of {@code x}. */
    static void copyAll(double[][] x, double[][] y) {
        for (int k = 0; k < x.length; k++) {
            System.arraycopy(x[k], 0, y[k], 0, x[k].length);
        }
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
