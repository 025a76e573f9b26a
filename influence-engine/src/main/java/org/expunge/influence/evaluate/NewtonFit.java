package org.expunge.influence.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;

/**
 * Fits a model to its rows until the gradient vanishes: {@code argmin_θ (1/n) Σ_i ℓ_i(θ) + (λ/2) ‖θ‖²}, all parameters
 * alike. For convex models, whose leave-one-out effects are then exact.
 *
 * <p><b>Accuracy.</b> To {@code ‖∇‖ ≤ tolerance}, with a double engine.
 *
 * <p><b>Cost.</b> Some ten Newton steps, each of a few products with the Hessian.
 *
 * <p><b>Source.</b> As {@link Pbrf}, T. Steihaug, 1983.
 */
public final class NewtonFit {
    /**
     * The penalty, and when to stop.
     *
     * @param l2 λ, at least 0 and finite
     * @param tolerance of {@code ‖∇‖}, above 0
     * @param maxSteps most steps, at least 1
     */
    public record Options(double l2, double tolerance, int maxSteps) {
        /** λ of 0.01, a gradient of 1e-10, 200 steps. */
        public static final Options DEFAULT = new Options(0.01, 1e-10, 200);

        /** Checks the ranges. */
        public Options {
            checkArgument(l2 >= 0 && Double.isFinite(l2), "l2 must be 0 or more, got %s", l2);
            checkArgument(tolerance > 0, "tolerance must be above 0, got %s", tolerance);
            checkArgument(maxSteps >= 1, "maxSteps must be at least 1, got %s", maxSteps);
        }
    }

    /**
     * A fit.
     *
     * @param model at the last step
     * @param gradientNorm {@code ‖∇‖} there
     * @param isConverged whether it is at or below the tolerance
     */
    public record Fit(Model model, double gradientNorm, boolean isConverged) {}

    private final Engine engine;
    private final Options options;

    /** Fits on an engine, which stays the caller's. */
    public NewtonFit(Engine engine, Options options) {
        this.engine = engine;
        this.options = options;
    }

    /**
     * Fits.
     *
     * @param start where to start
     * @param rows at least 1
     */
    public Fit fit(Model start, Dataset rows) {
        checkArgument(rows.size() >= 1, "%s has no rows to fit to", rows.name());
        TrustRegionNewton newton = new TrustRegionNewton(
                options.tolerance(),
                options.maxSteps(),
                Pbrf.SUMMED_ROUNDINGS * engine.compute().precision().unitRoundoff());
        TrustRegionNewton.Minimum found = newton.minimise(new Objective(start, rows), start.parameters());
        return new Fit(
                start.withParameters(found.point().toArray()),
                found.gradientNorm(),
                found.gradientNorm() <= options.tolerance());
    }

    private final class Objective implements TrustRegionNewton.Objective {
        private final Model model;
        private final Dataset rows;

        Objective(Model model, Dataset rows) {
            this.model = model;
            this.rows = rows;
        }

        @Override
        public double value(double[] theta) {
            double[] losses = new PerExample(engine).losses(model.withParameters(theta), rows);
            double squares = Arrays.stream(theta).map(t -> t * t).sum();
            return Arrays.stream(losses).sum() / rows.size() + options.l2() / 2 * squares;
        }

        @Override
        public double[] gradient(double[] theta) {
            double[] gradient = new PerExample(engine).meanGradient(model.withParameters(theta), rows);
            Arrays.setAll(gradient, j -> gradient[j] + options.l2() * theta[j]);
            return gradient;
        }

        @Override
        public TrustRegionNewton.Curvature curvature(double[] theta) {
            Hessian hessian = new Hessian(engine, model.withParameters(theta), rows);
            return new TrustRegionNewton.Curvature() {
                @Override
                public void apply(double[] x, double[] y) {
                    hessian.damped(options.l2()).apply(x, y);
                }

                @Override
                public void close() {
                    hessian.close();
                }
            };
        }
    }
}
