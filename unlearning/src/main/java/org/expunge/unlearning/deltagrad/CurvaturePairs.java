package org.expunge.unlearning.deltagrad;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.expunge.influence.curvature.VectorMath;

/**
 * Products with the L-BFGS approximation of a Hessian, from the last few pairs of a change of parameters {@code s} and
 * the change of the gradient {@code y} that went with it: {@code B_0 = σI} with {@code σ = sᵀy / sᵀs} of the last pair,
 * then {@code B ← B − B s sᵀ B / sᵀBs + y yᵀ / yᵀs} for each pair, oldest first.
 *
 * <p><b>Accuracy.</b> {@code B s = y} for the last pair, to rounding. Positive definite: pairs of no clearly positive
 * curvature are not taken.
 *
 * <p><b>Cost.</b> A product is {@code 4 m p} multiplications for m pairs of length p; adding one is {@code 2 m² p}.
 *
 * <p><b>Source.</b> J. Nocedal and S. Wright, "Numerical Optimization", 2nd edition, 2006, procedure 7.6.
 */
final class CurvaturePairs {
    /** Least curvature {@code sᵀy / sᵀs}, as a share of {@code ‖y‖ / ‖s‖}: below it, y hardly follows s. */
    private static final double LEAST_COSINE = 1e-4;

    private static final class Pair {
        private final double[] s;
        private final double[] y;

        Pair(double[] s, double[] y) {
            this.s = s.clone();
            this.y = y.clone();
        }
    }

    private final int most;
    private final Deque<Pair> pairs = new ArrayDeque<>();
    private final List<double[]> plus = new ArrayList<>();
    private final List<double[]> minus = new ArrayList<>();
    private double sigma;

    /** Keeps at most {@code most} pairs. */
    CurvaturePairs(int most) {
        this.most = most;
    }

    boolean isEmpty() {
        return pairs.isEmpty();
    }

    /**
     * Takes a pair, and drops the oldest where there are too many.
     *
     * @return whether it was taken
     */
    boolean add(double[] s, double[] y) {
        double curvature = VectorMath.dot(s, y);
        if (!(curvature
                > LEAST_COSINE * Math.sqrt(VectorMath.dot(s, s) * VectorMath.dot(y, y)))) { // NaN lands here too
            return false;
        }
        pairs.add(new Pair(s, y));
        if (pairs.size() > most) {
            pairs.remove();
        }
        unroll(curvature / VectorMath.dot(s, s));
        return true;
    }

    private void unroll(double scale) {
        sigma = scale;
        plus.clear();
        minus.clear();
        for (Pair pair : pairs) {
            double[] product = apply(pair.s);
            double length = Math.sqrt(VectorMath.dot(pair.s, product));
            double height = Math.sqrt(VectorMath.dot(pair.s, pair.y));
            minus.add(divided(product, length));
            plus.add(divided(pair.y, height));
        }
    }

    /** Returns {@code B v}. */
    double[] apply(double[] v) {
        double[] product = new double[v.length];
        for (int i = 0; i < v.length; i++) {
            product[i] = sigma * v[i];
        }
        for (int k = 0; k < plus.size(); k++) {
            double up = VectorMath.dot(plus.get(k), v);
            double down = VectorMath.dot(minus.get(k), v);
            for (int i = 0; i < v.length; i++) {
                product[i] += up * plus.get(k)[i] - down * minus.get(k)[i];
            }
        }
        return product;
    }

    private static double[] divided(double[] x, double by) {
        double[] result = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            result[i] = x[i] / by;
        }
        return result;
    }
}
