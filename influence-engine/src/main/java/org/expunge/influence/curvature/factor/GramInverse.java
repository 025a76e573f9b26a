package org.expunge.influence.curvature.factor;

import java.util.List;
import java.util.Map;
import org.expunge.influence.compute.CholeskyKernels;
import org.expunge.influence.curvature.VectorMath;
import org.expunge.influence.curvature.WholeInverse;
import org.expunge.influence.network.Network;

/**
 * {@code (λI + (1/m) Σ g_k g_kᵀ)⁻¹ x = (x − Gᵀ (mλI + GGᵀ)⁻¹ G x) / λ}, Woodbury's identity: the {@code λ⁻¹} outside
 * the span of the gradients is kept.
 */
final class GramInverse extends WholeInverse {
    private static final int COLUMNS_AT_ONCE = 1024;

    private final CholeskyKernels cholesky;
    private final List<double[]> gradients;
    private final double[] factor;

    GramInverse(
            String method,
            Network network,
            CholeskyKernels cholesky,
            GradientGram gram,
            double damping,
            Map<String, String> inputs) {
        super(method, network, damping, inputs);
        this.cholesky = cholesky;
        this.gradients = gram.gradients();
        this.factor = factor(cholesky, gram, damping);
    }

    /** Returns the Cholesky factor of {@code mλI + GGᵀ}. */
    private static double[] factor(CholeskyKernels cholesky, GradientGram gram, double damping) {
        int m = gram.size();
        double[] factor = gram.products();
        for (int i = 0; i < m; i++) {
            factor[i * m + i] += m * damping;
        }
        cholesky.factor(m, factor);
        return factor;
    }

    @Override
    protected void multiply(double[][] v, double[][] to) {
        int m = gradients.size();
        double[] shares = new double[v.length * m];
        for (int k = 0; k < m; k++) {
            for (int i = 0; i < v.length; i++) {
                shares[i * m + k] = VectorMath.dot(gradients.get(k), v[i]);
            }
        }
        cholesky.solve(m, factor, v.length, shares);
        for (int i = 0; i < v.length; i++) {
            System.arraycopy(v[i], 0, to[i], 0, v[i].length);
        }
        for (int k = 0; k < m; k++) {
            for (int i = 0; i < v.length; i++) {
                VectorMath.addScaled(-shares[i * m + k], gradients.get(k), to[i]);
            }
        }
        for (double[] product : to) {
            VectorMath.scale(1 / damping(), product);
        }
    }

    /** Returns the diagonal of the inverse, p numbers. */
    double[] diagonal() {
        int m = gradients.size();
        double[] diagonal = new double[dimension()];
        for (int from = 0; from < diagonal.length; from += COLUMNS_AT_ONCE) {
            int count = Math.min(COLUMNS_AT_ONCE, diagonal.length - from);
            double[] columns = new double[count * m];
            for (int i = 0; i < columns.length; i++) {
                columns[i] = gradients.get(i % m)[from + i / m];
            }
            double[] solved = columns.clone();
            cholesky.solve(m, factor, count, solved);
            for (int j = 0; j < count; j++) {
                double taken = 0;
                for (int k = 0; k < m; k++) {
                    taken += columns[j * m + k] * solved[j * m + k];
                }
                diagonal[from + j] = (1 - taken) / damping();
            }
        }
        return diagonal;
    }
}
