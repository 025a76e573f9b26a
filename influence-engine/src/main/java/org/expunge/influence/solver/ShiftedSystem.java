package org.expunge.influence.solver;

import org.expunge.influence.curvature.ParameterVector;

/**
 * One of the systems of {@link ShiftedConjugateGradient}: its iterate and direction, and the factor ζ by which its
 * residual is shorter than the base system's, {@code r_k = ζ r}.
 */
final class ShiftedSystem {
    private final double shift;
    private final double tolerance;
    private final double bNorm;
    private final double[] x;
    private final double[] d;
    private double zeta = 1;
    private double zetaBefore = 1;
    private double alphaBefore = 1;
    private double residual;
    private int products;
    private boolean stopped;
    private double curvature = Double.POSITIVE_INFINITY;

    /** Starts at 0 with residual and direction {@code b}, which is kept. */
    ShiftedSystem(double shift, double[] b, double tolerance) {
        this.shift = shift;
        this.tolerance = tolerance;
        this.d = b;
        this.x = new double[b.length];
        this.bNorm = Math.sqrt(Vectors.dot(b, b));
        this.residual = bNorm;
    }

    boolean isRunning() {
        return !stopped && !(residual <= tolerance * bNorm); // NaN has not converged
    }

    /**
     * Takes the step that belongs to one step of the base system.
     *
     * @param alpha the base system's step length
     * @param growth its last β, 0 in the first step
     * @param growthNext its next β
     * @param r its residual after the step
     * @param rNorm that residual's norm
     */
    void advance(double alpha, double growth, double growthNext, double[] r, double rNorm) {
        if (!isRunning()) {
            return;
        }
        products++;
        double zetaNext = zeta
                * zetaBefore
                * alphaBefore
                / (alphaBefore * zetaBefore * (1 + alpha * shift) + alpha * growth * (zetaBefore - zeta));
        double ratio = zetaNext / zeta;
        Vectors.addScaled(alpha * ratio, d, x);
        Vectors.combine(zetaNext, r, growthNext * ratio * ratio, d);
        zetaBefore = zeta;
        zeta = zetaNext;
        alphaBefore = alpha;
        residual = Math.abs(zeta) * rNorm;
    }

    /** Stops because the base system met a direction of curvature 0 or less. */
    void stopAtCurvature(double baseCurvature, int atProduct) {
        if (isRunning()) {
            stopped = true;
            products = atProduct;
            curvature = baseCurvature;
        }
    }

    SolveResult result() {
        ParameterVector solution = ParameterVector.of(x);
        double relative = bNorm == 0 ? 0 : residual / bNorm;
        if (stopped) {
            return new SolveResult.NotPositiveDefinite(solution, products, relative, curvature);
        }
        return isRunning()
                ? new SolveResult.BudgetSpent(solution, products, relative)
                : new SolveResult.Converged(solution, products, relative);
    }
}
