package org.expunge.influence.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Evaluator;

/**
 * The proximal Bregman response: where the model moves when one example is weighted by ε while its outputs on the
 * training rows, and its parameters, are held near what they were. What influence functions with a damped Gauss-Newton
 * matrix answer about networks, solved without linearising:
 *
 * <pre>{@code argmin_θ (1/n) Σ_i D_ℓ(f(θ, x_i), f(θˢ, x_i)) + (λ/2) ‖θ − θˢ‖² + ε ℓ(θ, z)}</pre>
 *
 * with {@code D_ℓ} the Bregman divergence of the loss in the outputs. For every loss here its gradient is that of the
 * loss with the old predictions as targets. Its derivative at {@code ε = 0} is {@code −(G + λI)⁻¹ ∇ℓ(θˢ, z)}.
 *
 * <p><b>Shapes.</b> n training rows, p parameters.
 *
 * <p><b>Accuracy.</b> To {@code ‖∇‖ ≤ tolerance}, which a float32 engine reaches down to about 1e-6. The minimum of a
 * network with kinks (ReLU) may lie on one, where no gradient vanishes: it is then the last point. With ε below 0 the
 * objective may be unbounded below or have several minima: the answer is then a minimum downhill from {@code θˢ}, or
 * {@link Response#isConverged} says that none was reached.
 *
 * <p><b>Cost.</b> A forward and a backward pass over the rows a step, and two to four for each product with the
 * curvature; products are counted.
 *
 * <p><b>Source.</b> J. Bae, N. Ng, A. Lo, M. Ghassemi and R. Grosse, "If Influence Functions are the Answer, Then What
 * is the Question?", NeurIPS 2022, section 3; the minimiser is the trust-region Newton method of T. Steihaug, "The
 * Conjugate Gradient Method and Trust Regions in Large Scale Optimization", SIAM J. Numer. Anal. 20(3), 1983.
 */
public final class Pbrf {
    /**
     * The proximity, and when to stop.
     *
     * @param damping λ, above 0 and finite
     * @param tolerance of {@code ‖∇‖}, above 0
     * @param maxSteps most steps, at least 1
     */
    public record Options(double damping, double tolerance, int maxSteps) {
        /** λ of 0.1, a gradient of 1e-8, 200 steps. */
        public static final Options DEFAULT = new Options(0.1, 1e-8, 200);

        /** Checks the ranges. */
        public Options {
            checkArgument(damping > 0 && Double.isFinite(damping), "damping must be above 0, got %s", damping);
            checkArgument(tolerance > 0, "tolerance must be above 0, got %s", tolerance);
            checkArgument(maxSteps >= 1, "maxSteps must be at least 1, got %s", maxSteps);
        }
    }

    /**
     * Where the model moved.
     *
     * @param model at the last step
     * @param gradientNorm {@code ‖∇‖} there
     * @param steps Newton steps taken or refused
     * @param products products with the curvature
     * @param isConverged whether the norm is at or below the tolerance
     */
    public record Response(Model model, double gradientNorm, int steps, int products, boolean isConverged) {
        /** Returns {@code θ − θˢ}. */
        public double[] change(Model from) {
            double[] change = model.parameters();
            double[] old = from.parameters();
            Arrays.setAll(change, j -> change[j] - old[j]);
            return change;
        }
    }

    /** Roundings in a mean loss, of a size that sums over layers reach. */
    static final double SUMMED_ROUNDINGS = 100;

    private final Engine engine;
    private final Model model;
    private final Dataset soft;
    private final Options options;

    /**
     * Prepares responses of a model.
     *
     * @param engine where to compute; stays the caller's
     * @param model the trained model, {@code θˢ}
     * @param train n rows, at least 1
     * @param options the proximity, and when to stop
     */
    public Pbrf(Engine engine, Model model, Dataset train, Options options) {
        checkArgument(train.size() >= 1, "%s has no rows to hold the outputs on", train.name());
        this.engine = engine;
        this.model = model;
        this.options = options;
        double[] predictions = Arrays.stream(
                        new Evaluator(engine).evaluate(model, train).predictions())
                .flatMapToDouble(Arrays::stream)
                .toArray();
        this.soft = train.withTargets(Targets.real(predictions, model.network().outputs()));
    }

    /**
     * Responds to the removal of a training row, {@code ε = −1/n}.
     *
     * @param row the row with its own target: one row of the training rows
     */
    public Response removing(Dataset row) {
        return to(row, -1.0 / soft.size());
    }

    /**
     * Responds to an example.
     *
     * @param example one row with its target
     * @param epsilon its weight ε, finite; below 0 to remove
     */
    public Response to(Dataset example, double epsilon) {
        checkArgument(example.size() == 1, "one example is weighted at a time, got %s", example.size());
        checkArgument(Double.isFinite(epsilon), "epsilon must be finite, got %s", epsilon);
        double rounding = SUMMED_ROUNDINGS * engine.compute().precision().unitRoundoff();
        TrustRegionNewton newton = new TrustRegionNewton(options.tolerance(), options.maxSteps(), rounding);
        TrustRegionNewton.Minimum found = newton.minimise(new Objective(example, epsilon), model.parameters());
        return new Response(
                model.withParameters(found.point().toArray()),
                found.gradientNorm(),
                found.steps(),
                found.products(),
                found.gradientNorm() <= options.tolerance());
    }

    /** {@code PBO_ε} up to a constant. */
    private final class Objective implements TrustRegionNewton.Objective {
        private final Dataset example;
        private final double epsilon;
        private final double[] anchor = model.parameters();

        Objective(Dataset example, double epsilon) {
            this.example = example;
            this.epsilon = epsilon;
        }

        @Override
        public double value(double[] theta) {
            Model at = model.withParameters(theta);
            PerExample perExample = new PerExample(engine);
            double bregman = Arrays.stream(perExample.losses(at, soft)).sum() / soft.size();
            double distance = 0;
            for (int j = 0; j < theta.length; j++) {
                distance += (theta[j] - anchor[j]) * (theta[j] - anchor[j]);
            }
            return bregman
                    + options.damping() / 2 * distance
                    + epsilon * perExample.losses(at, example)[0];
        }

        @Override
        public double[] gradient(double[] theta) {
            Model at = model.withParameters(theta);
            PerExample perExample = new PerExample(engine);
            double[] gradient = perExample.meanGradient(at, soft);
            double[] ofExample = perExample.sumGradient(at, example);
            for (int j = 0; j < gradient.length; j++) {
                gradient[j] += options.damping() * (theta[j] - anchor[j]) + epsilon * ofExample[j];
            }
            return gradient;
        }

        @Override
        public TrustRegionNewton.Curvature curvature(double[] theta) {
            return new Curvature(model.withParameters(theta), example, epsilon);
        }
    }

    /** The objective's Hessian, exactly. */
    private final class Curvature implements TrustRegionNewton.Curvature {
        private final Hessian rows;
        private final Hessian one;
        private final double epsilon;
        private final double[] product;

        Curvature(Model at, Dataset example, double epsilon) {
            this.rows = new Hessian(engine, at, soft);
            this.one = new Hessian(engine, at, example);
            this.epsilon = epsilon;
            this.product = new double[one.dimension()];
        }

        @Override
        public void apply(double[] x, double[] y) {
            rows.apply(x, y);
            one.apply(x, product);
            for (int j = 0; j < y.length; j++) {
                y[j] += options.damping() * x[j] + epsilon * product[j];
            }
        }

        @Override
        public void close() {
            rows.close();
            one.close();
        }
    }
}
