package org.expunge.unlearning.method.selected;

import java.util.Arrays;
import org.expunge.influence.curvature.VectorMath;

/**
 * The step that the released code of L-CODEC takes, whatever the paper says: {@code (Ĥ + λI)⁻¹ g / (n − 1)} with
 * {@code Ĥ = (n · a aᵀ / ‖θ_2 − θ_1‖₁ − β g gᵀ) / (n − 1)}, {@code a} the difference of one minibatch gradient at the
 * ends of the last two epochs, and {@code β} either 0 or {@code 10⁶ / k}.
 */
final class ReleasedFormula {
    /** What the released code adds to a distance of 0 in each of k parameters. */
    private static final double EPSILON = 1e-6;

    private final double[] change;
    private final double perLength;
    private final double minus;

    /**
     * Prepares the formula on a selection.
     *
     * @param earlier parameters one epoch before the end, k numbers
     * @param later parameters at the end
     * @param gradientEarlier minibatch gradient there
     * @param gradientLater minibatch gradient there
     * @param isSampleSquared whether {@code β = 10⁶/k}: with PyTorch before version 2, which zeroed gradients in place
     */
    ReleasedFormula(
            double[] earlier,
            double[] later,
            double[] gradientEarlier,
            double[] gradientLater,
            boolean isSampleSquared) {
        this.change = new double[later.length];
        Arrays.setAll(change, i -> gradientLater[i] - gradientEarlier[i]);
        double length = 0;
        for (int i = 0; i < later.length; i++) {
            length += Math.abs(later[i] - earlier[i]) + EPSILON;
        }
        this.perLength = 1 / length;
        this.minus = isSampleSquared ? 1 / (EPSILON * later.length) : 0;
    }

    /**
     * Returns the step.
     *
     * @param gradient mean gradient of the rows to forget, k numbers
     * @param damping λ, above 0
     * @param n rows of the training
     */
    double[] step(double[] gradient, double damping, int n) {
        double plus = perLength * n / (n - 1);
        double[] x = solve(damping, plus, change, minus / (n - 1), gradient);
        Arrays.setAll(x, i -> x[i] / (n - 1));
        return x;
    }

    /** Returns {@code (λI + α a aᵀ − β g gᵀ)⁻¹ g}, by two updates of rank one. */
    static double[] solve(double damping, double alpha, double[] a, double beta, double[] g) {
        double[] x = new double[g.length];
        double along = alpha * VectorMath.dot(a, g) / (damping + alpha * VectorMath.dot(a, a));
        Arrays.setAll(x, i -> (g[i] - along * a[i]) / damping);
        double factor = 1 / (1 - beta * VectorMath.dot(g, x));
        Arrays.setAll(x, i -> x[i] * factor);
        return x;
    }
}
