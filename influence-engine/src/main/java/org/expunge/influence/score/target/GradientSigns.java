package org.expunge.influence.score.target;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.network.LayerConsumer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;

/**
 * Moves every feature by the sign of the loss's derivative, in one step or several, and stays within ε of where it was
 * and within the range of the data.
 *
 * <p><b>Cost.</b> A forward and a backward pass a step, and {@code 8 m d} bytes.
 *
 * <p><b>Source.</b> I. Goodfellow, J. Shlens and C. Szegedy, "Explaining and Harnessing Adversarial Examples", ICLR
 * 2015 (one step); A. Madry and others, "Towards Deep Learning Models Resistant to Adversarial Attacks", ICLR 2018
 * (several, here from the row itself).
 *
 * @param epsilon farthest that a feature moves, as the network sees it; above 0
 * @param steps how many, at least 1
 * @param step length of each, above 0
 * @param lowest least value of a feature; may be −∞
 * @param highest largest value of a feature; may be ∞
 */
public record GradientSigns(double epsilon, int steps, double step, double lowest, double highest)
        implements Adversary {
    /** Checks the ranges. */
    public GradientSigns {
        checkArgument(epsilon > 0 && Double.isFinite(epsilon), "epsilon must be above 0, got %s", epsilon);
        checkArgument(steps >= 1, "steps must be at least 1, got %s", steps);
        checkArgument(step > 0 && Double.isFinite(step), "the step must be above 0, got %s", step);
        checkArgument(lowest < highest, "the range must not be empty, got %s to %s", lowest, highest);
    }

    /** One step of length ε, without a range. */
    public static GradientSigns oneStep(double epsilon) {
        return new GradientSigns(epsilon, 1, epsilon, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    }

    @Override
    public String name() {
        return steps == 1 ? "gradient-sign" : "gradient-signs-" + steps;
    }

    @Override
    public Dataset attack(Engine engine, Model model, Dataset rows) {
        int d = rows.shape().length();
        double[] start = new double[Math.multiplyExact(rows.size(), d)];
        for (int j = 0; j < rows.size(); j++) {
            rows.features().read(j, start, j * d);
        }
        double[] x = start.clone();
        for (int k = 0; k < steps; k++) {
            double[] slopes = slopes(engine, model, rows.withFeatures(Features.of(x, d)));
            for (int i = 0; i < x.length; i++) {
                double near = clamp(x[i] + step * Math.signum(slopes[i]), start[i] - epsilon, start[i] + epsilon);
                x[i] = clamp(near, lowest, highest);
            }
        }
        return rows.withFeatures(Features.of(x, d));
    }

    private static double[] slopes(Engine engine, Model model, Dataset rows) {
        int d = rows.shape().length();
        double[] slopes = new double[rows.size() * d];
        try (Weights weights = Weights.of(engine.compute(), model);
                Passes passes = new Passes(engine, weights, true)) {
            passes.forEachTile(rows, (worker, pass, from) -> {
                pass.unitLossDelta(); // the sign is the same, and a sure row's does not underflow
                pass.backward(LayerConsumer.NONE);
                double[] tile = Arrays.stream(pass.inputDelta())
                        .flatMapToDouble(Arrays::stream)
                        .toArray();
                System.arraycopy(tile, 0, slopes, from * d, tile.length);
            });
        }
        return slopes;
    }

    private static double clamp(double value, double least, double most) {
        return Math.min(most, Math.max(least, value));
    }
}
