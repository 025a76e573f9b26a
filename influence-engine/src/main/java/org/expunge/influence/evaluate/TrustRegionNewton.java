package org.expunge.influence.evaluate;

import java.util.Arrays;
import org.expunge.influence.curvature.ParameterVector;

/** Minimises a smooth function by Newton steps, solved by conjugate gradients within a ball that is trusted. */
final class TrustRegionNewton {
    private static final double FIRST_RADIUS = 1;
    private static final int MAX_PRODUCTS_PER_STEP = 500;
    /** Shares of the predicted decrease below which the ball shrinks and above which it grows. */
    private static final double POOR = 0.25;

    private static final double GOOD = 0.75;

    /** Where no step of this length helps, the point is a kink or as low as rounding lets see. */
    private static final double SMALLEST_RADIUS = 1e-9;

    /** A function with derivatives. */
    interface Objective {
        double value(double[] at);

        double[] gradient(double[] at);

        Curvature curvature(double[] at);
    }

    /** Second derivatives at a point, by products. */
    interface Curvature extends AutoCloseable {
        void apply(double[] x, double[] y);

        @Override
        void close();
    }

    /** Where the search ended. */
    record Minimum(ParameterVector point, double gradientNorm, int steps, int products) {}

    /** A step of the model, and whether it reached the border of the ball. */
    private static final class Step {
        private final double[] move;
        private final double decrease;
        private final boolean isAtBorder;

        Step(double[] move, double decrease, boolean isAtBorder) {
            this.move = move;
            this.decrease = decrease;
            this.isAtBorder = isAtBorder;
        }
    }

    private final double tolerance;
    private final int maxSteps;
    private final double rounding;
    private int products;

    /**
     * Sets limits.
     *
     * @param tolerance of the gradient's norm
     * @param maxSteps most steps
     * @param rounding relative, of a value of the function: smaller decreases are decided by the gradient instead
     */
    TrustRegionNewton(double tolerance, int maxSteps, double rounding) {
        this.rounding = rounding;
        this.tolerance = tolerance;
        this.maxSteps = maxSteps;
    }

    Minimum minimise(Objective objective, double[] start) {
        double[] at = start.clone();
        double value = objective.value(at);
        double[] gradient = objective.gradient(at);
        double radius = FIRST_RADIUS;
        int steps = 0;
        for (; steps < maxSteps && norm(gradient) > tolerance && radius > SMALLEST_RADIUS; steps++) {
            Step step = step(objective, at, gradient, radius);
            double[] next = sum(at, step.move);
            double nextValue = objective.value(next);
            double[] nextGradient = objective.gradient(next);
            double noise = rounding * (1 + Math.abs(value));
            boolean isRounding = step.decrease <= noise && norm(nextGradient) < norm(gradient);
            double ratio = isRounding ? 1 : (value - nextValue) / step.decrease;
            if (!(ratio >= POOR)) { // a value that is not a number shrinks the ball too
                radius = Math.min(radius, norm(step.move)) / 4;
            } else if (ratio > GOOD && step.isAtBorder) {
                radius *= 2;
            }
            if (ratio > 0) {
                at = next;
                value = nextValue;
                gradient = nextGradient;
            }
        }
        return new Minimum(ParameterVector.of(at), norm(gradient), steps, products);
    }

    /** Steihaug's truncated conjugate gradients on {@code gᵀs + ½ sᵀHs} within {@code ‖s‖ ≤ radius}. */
    private Step step(Objective objective, double[] at, double[] gradient, double radius) {
        double[] move = new double[at.length];
        double[] residual = Arrays.stream(gradient).map(g -> -g).toArray();
        double[] direction = residual.clone();
        double[] product = new double[at.length];
        double square = dot(residual, residual);
        double target = square * Math.pow(Math.min(0.1, Math.sqrt(norm(gradient))), 2);
        double decrease = 0;
        try (Curvature curvature = objective.curvature(at)) {
            for (int i = 0; i < MAX_PRODUCTS_PER_STEP && square > target; i++) {
                curvature.apply(direction, product);
                products++;
                double bend = dot(direction, product);
                double alpha = square / bend;
                if (!(bend > 0) || norm(sum(move, scaled(alpha, direction))) >= radius) {
                    double toBorder = toBorder(move, direction, radius);
                    decrease += toBorder * square - toBorder * toBorder * bend / 2;
                    return new Step(sum(move, scaled(toBorder, direction)), decrease, true);
                }
                move = sum(move, scaled(alpha, direction));
                decrease += alpha * square / 2;
                residual = sum(residual, scaled(-alpha, product));
                double next = dot(residual, residual);
                direction = sum(residual, scaled(next / square, direction));
                square = next;
            }
        }
        return new Step(move, decrease, false);
    }

    /** The τ ≥ 0 with {@code ‖s + τ d‖ = radius}. */
    private static double toBorder(double[] move, double[] direction, double radius) {
        double a = dot(direction, direction);
        double b = dot(move, direction);
        double c = dot(move, move) - radius * radius;
        return (-b + Math.sqrt(b * b - a * c)) / a;
    }

    private static double[] scaled(double factor, double[] x) {
        return Arrays.stream(x).map(v -> factor * v).toArray();
    }

    private static double[] sum(double[] x, double[] y) {
        double[] sum = new double[x.length];
        for (int j = 0; j < sum.length; j++) {
            sum[j] = x[j] + y[j];
        }
        return sum;
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int j = 0; j < x.length; j++) {
            sum += x[j] * y[j];
        }
        return sum;
    }

    private static double norm(double[] x) {
        return Math.sqrt(dot(x, x));
    }
}
