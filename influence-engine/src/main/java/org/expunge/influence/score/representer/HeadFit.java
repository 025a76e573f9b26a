package org.expunge.influence.score.representer;

import java.util.Arrays;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.solver.SolveResult;

/**
 * Minimises {@code (1/n) Σ ℓ_i + λ ‖w‖²} of a linear model by Newton's method: the Hessian is the Gauss-Newton matrix,
 * solved by conjugate gradients, and steps are halved until they lower the objective.
 */
final class HeadFit {
    private static final ConjugateGradient.Options SOLVE = new ConjugateGradient.Options(1e-3, 500);
    private static final int MOST_HALVINGS = 30;

    private final Engine engine;
    private final PerExample perExample;
    private final Dataset inputs;
    private final double penalty;

    /**
     * The best head found.
     *
     * @param head the linear model
     * @param gradientNorm norm of the objective's gradient there
     * @param products Hessian products spent
     * @param isConverged whether the norm reached the tolerance
     */
    record Result(Model head, double gradientNorm, long products, boolean isConverged) {}

    HeadFit(Engine engine, Dataset inputs, double penalty) {
        this.engine = engine;
        this.perExample = new PerExample(engine);
        this.inputs = inputs;
        this.penalty = penalty;
    }

    /** Fits from a start until {@code ‖∇‖ ≤ tolerance}, or no step lowers the objective, or steps run out. */
    Result fit(Model start, double tolerance, int maxSteps) {
        Model head = start;
        double[] gradient = gradient(head);
        long products = 0;
        for (int step = 0; step < maxSteps && norm(gradient) > tolerance; step++) {
            SolveResult solved = solve(head, gradient);
            products += solved.products();
            Model next = descend(head, gradient, solved.solution().toArray());
            if (next == head) {
                break;
            }
            head = next;
            gradient = gradient(head);
        }
        return new Result(head, norm(gradient), products, norm(gradient) <= tolerance);
    }

    private SolveResult solve(Model head, double[] gradient) {
        try (GaussNewton curvature = new GaussNewton(engine, head, inputs)) {
            return new ConjugateGradient(SOLVE).solve(curvature.damped(2 * penalty), ParameterVector.of(gradient));
        }
    }

    /** Steps along {@code −direction}; the same head if the objective cannot be lowered to rounding. */
    private Model descend(Model head, double[] gradient, double[] direction) {
        double before = objective(head);
        double slope = 0;
        for (int i = 0; i < gradient.length; i++) {
            slope += gradient[i] * direction[i];
        }
        double size = 1;
        for (int halving = 0; halving < MOST_HALVINGS; halving++) {
            double scale = size;
            double[] moved = head.parameters();
            Arrays.setAll(moved, i -> moved[i] - scale * direction[i]);
            Model next = head.withParameters(moved);
            boolean isLower = objective(next) <= before - 1e-4 * scale * slope;
            if (isLower || norm(gradient(next)) < norm(gradient) / 2) {
                return next;
            }
            size /= 2;
        }
        return head;
    }

    private double objective(Model head) {
        double squares = 0;
        for (double w : head.parameters()) {
            squares += w * w;
        }
        return Arrays.stream(perExample.losses(head, inputs)).average().orElse(0) + penalty * squares;
    }

    private double[] gradient(Model head) {
        double[] gradient = perExample.meanGradient(head, inputs);
        double[] w = head.parameters();
        Arrays.setAll(gradient, i -> gradient[i] + 2 * penalty * w[i]);
        return gradient;
    }

    private static double norm(double[] x) {
        double sum = 0;
        for (double value : x) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }
}
