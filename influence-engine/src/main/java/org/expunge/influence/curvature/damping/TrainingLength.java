package org.expunge.influence.curvature.damping;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import java.util.Optional;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Split;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.influence.training.TrainingRun;

/**
 * {@code λ = 1 / Σ_t η_t}: what a training of finite length cannot tell from zero curvature.
 *
 * <p>Gradient flow for the time {@code T = Σ η_t} moves along an eigenvector of curvature c by {@code (1 − e^{−cT}) /
 * c} times the gradient, instead of by the {@code 1/c} of a training without end; {@code 1 / (c + 1/T)} has the same
 * limits for small and for large c and is nowhere off by more than 30 %.
 *
 * <p><b>Units.</b> λ of the mean loss, the same for every layer: learning rates step along the gradient of the mean.
 *
 * <p><b>Accuracy.</b> A heuristic for exact solves. Momentum μ lengthens a step to {@code η / (1 − μ)}. Adam divides
 * steps by a running gradient size that the recipe does not hold, so that its training has no length here. Kronecker
 * factors alone want a smaller λ: see {@link DampingRule#relativeToMean}.
 *
 * <p><b>Cost.</b> One addition a step.
 *
 * <p><b>Source.</b> J. Bae, W. Lin, J. Lorraine and R. Grosse, "Training Data Attribution via Approximate Unrolled
 * Differentiation", NeurIPS 2024, which keeps the exponential itself.
 *
 * @param steps how many steps were taken, at least 1
 * @param length {@code T = Σ η_t / (1 − μ)}, above 0 and finite
 */
public record TrainingLength(int steps, double length) implements DampingRule {
    /** Checks the ranges. */
    public TrainingLength {
        checkArgument(steps >= 1, "steps must be at least 1, got %s", steps);
        checkArgument(length > 0 && Double.isFinite(length), "length must be above 0, got %s", length);
    }

    /**
     * Adds up the rates of a training to its end.
     *
     * @param options how it went
     * @param rows how many rows it went over, at least 1
     * @return nothing if the optimiser's steps are not multiples of gradients, as Adam's are not, or all rates are 0
     */
    public static Optional<TrainingLength> of(TrainingOptions options, int rows) {
        return of(options, rows, options.totalIterations(rows));
    }

    /**
     * Adds up the rates of a training that may have ended early.
     *
     * @param options how it went
     * @param rows how many rows it went over, at least 1
     * @param steps steps taken until the model in question, 0 or more
     * @return nothing if the optimiser's steps are not multiples of gradients, as Adam's are not, if no step was taken,
     *     or all rates are 0
     */
    public static Optional<TrainingLength> of(TrainingOptions options, int rows, int steps) {
        checkArgument(rows >= 1, "rows must be at least 1, got %s", rows);
        checkArgument(steps >= 0, "steps must be 0 or more, got %s", steps);
        Optional<Double> reach = reach(options.optimizer());
        int perEpoch = options.iterationsPerEpoch(rows);
        int total = Math.max(steps, options.totalIterations(rows));
        double sum = 0;
        for (int step = 0; step < steps; step++) {
            sum += options.schedule().at(step, step / perEpoch, total);
        }
        double rates = sum;
        return reach.filter(factor -> rates > 0).map(factor -> new TrainingLength(steps, factor * rates));
    }

    /**
     * Reads a run: its recipe, and the steps to its model.
     *
     * @param run the run; one made by forgetting counts the steps that its last checkpoint counts
     * @return nothing if the recipe does not tell, or the model was not trained here
     */
    public static Optional<TrainingLength> of(TrainingRun run) {
        long rows = run.rows().stream()
                .filter(row -> row.split() == Split.TRAIN && !row.isRemoved())
                .count();
        List<Checkpoint> checkpoints = run.checkpoints();
        int steps = checkpoints.get(checkpoints.size() - 1).iteration();
        return of(run.recipe().training(), Math.toIntExact(rows), steps);
    }

    /** Returns λ. */
    public double damping() {
        return 1 / length;
    }

    @Override
    public double of(String layer, double[] eigenvalues) {
        return damping();
    }

    /** How far a rate of 1 goes in the end, or nothing for rules that rescale gradients. */
    private static Optional<Double> reach(Optimizer optimizer) {
        return switch (optimizer.kind()) {
            case SGD -> Optional.of(1.0);
            case MOMENTUM, NESTEROV -> Optional.of(1 / (1 - optimizer.momentum()));
            case ADAM, ADAMW -> Optional.empty();
        };
    }
}
