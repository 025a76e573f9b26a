package org.expunge.influence.solver;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;

/** Grows a {@link KrylovBasis} a product at a time: what Lanczos and Arnoldi share. */
final class KrylovRun {
    /** Takes what lies in the basis out of a product. */
    @FunctionalInterface
    interface Step {
        /**
         * Orthogonalises.
         *
         * @param basis the vectors so far
         * @param w the last one's product, changed
         * @param t the coefficients; row and column {@code column} and above are written, the rest are there
         * @param column the last vector's number
         */
        void orthogonalise(List<double[]> basis, double[] w, double[][] t, int column);
    }

    private final Lanczos.Options options;
    private final Step step;

    KrylovRun(Lanczos.Options options, Step step) {
        this.options = options;
        this.step = step;
    }

    ParameterVector randomStart(int p) {
        SplittableRandom random = new SplittableRandom(options.seed());
        double[] start = new double[p];
        Arrays.setAll(start, i -> random.nextGaussian());
        return ParameterVector.of(start);
    }

    KrylovBasis from(LinearOperator a, ParameterVector start) {
        int p = a.dimension();
        double startNorm = Vectors.checkRightHandSide(p, start);
        checkArgument(startNorm > 0, "the start must not be 0");
        int most = Math.min(options.steps(), p);
        double[][] t = new double[most + 1][most];
        List<double[]> basis = new ArrayList<>();
        double[] next = start.toArray();
        double norm = startNorm;
        double longest = 0;
        for (int column = 0; column < most && norm > 0; column++) {
            double[] q = scaled(next, 1 / norm);
            basis.add(q);
            next = new double[p];
            a.apply(q, next);
            longest = Math.max(longest, checkedNorm(next));
            step.orthogonalise(basis, next, t, column);
            norm = Vectors.norm(next);
            if (norm <= options.invariance() * longest || basis.size() == p) {
                norm = 0;
            }
            t[column + 1][column] = norm;
        }
        int m = basis.size();
        double[][] square =
                Arrays.stream(t, 0, m).map(row -> Arrays.copyOf(row, m)).toArray(double[][]::new);
        return new KrylovBasis(basis.toArray(double[][]::new), square, norm, startNorm);
    }

    private static double checkedNorm(double[] product) {
        double norm = Vectors.norm(product);
        checkArgument(Double.isFinite(norm), "a product of the operator is not finite: its norm is %s", norm);
        return norm;
    }

    private static double[] scaled(double[] x, double factor) {
        return Arrays.stream(x).map(value -> value * factor).toArray();
    }
}
