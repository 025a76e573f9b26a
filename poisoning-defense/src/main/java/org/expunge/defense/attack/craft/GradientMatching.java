package org.expunge.defense.attack.craft;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.expunge.influence.curvature.VectorMath;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.score.perturbation.InputPerturbation;

/**
 * Witches' Brew: moves rows so that training on them, under their true label, pushes the model the way that training on
 * the wrongly labelled input would: lowers {@code 1 − cos(∇ℓ(t, y_t), Σ_i ∇ℓ(x_i, y_i))}.
 *
 * <p>Steps against the sign of the slope, ten times shorter after 3/8, 5/8 and 7/8 of them; of several starts the best
 * rows seen are kept. The slope with respect to {@code x_i} is {@code ∂⟨v, ∇ℓ(x_i, y_i)⟩/∂x_i} for {@code v =
 * −(g_t/‖g_t‖ − cos · g/‖g‖)/‖g‖}, by the tangent of the backward pass.
 *
 * <p><b>Accuracy.</b> Exact derivatives in the precision of the engine; at kinks those of the active piece.
 *
 * <p><b>Cost.</b> For each step a gradient of the rows, and a forward, a tangent and a backward pass with its tangent.
 *
 * <p><b>Source.</b> J. Geiping, L. Fowl, W. R. Huang, W. Czaja, G. Taylor, M. Moeller and T. Goldstein, "Witches' Brew:
 * Industrial Scale Data Poisoning via Gradient Matching", ICLR 2021. Theirs steps by Adam on signs and augments.
 */
public final class GradientMatching implements Crafter {
    /**
     * How far and how finely.
     *
     * @param bound how far rows may move
     * @param steps of each start, at least 1
     * @param step the first step's length, in the bound's norm, above 0
     * @param starts at least 1; the first is the rows as they are, the others are random within the bound
     * @param seed draws the others
     */
    public record Options(Bound bound, int steps, double step, int starts, long seed) {
        /** Checks the ranges. */
        public Options {
            checkArgument(steps >= 1, "steps must be at least 1, got %s", steps);
            checkArgument(step > 0, "the step must be above 0, got %s", step);
            checkArgument(starts >= 1, "starts must be at least 1, got %s", starts);
        }

        /** The published steps begin at a tenth of ε. */
        public static Options of(Bound bound, int steps, int starts, long seed) {
            return new Options(bound, steps, bound.epsilon() / 10, starts, seed);
        }
    }

    /**
     * How well gradients match.
     *
     * @param loss {@code 1 − cos}
     * @param slopes its derivatives with respect to the raw rows
     */
    record Match(double loss, List<double[]> slopes) {}

    private final Surrogate surrogate;
    private final double[] victim;
    private final int targetClass;
    private final Options options;

    /**
     * Makes the crafter.
     *
     * @param surrogate whose gradients
     * @param victim raw features of t
     * @param targetClass y_t
     * @param options how far and how finely
     */
    public GradientMatching(Surrogate surrogate, List<Double> victim, int targetClass, Options options) {
        this.surrogate = surrogate;
        this.victim = Doubles.toArray(victim);
        this.targetClass = targetClass;
        this.options = options;
    }

    @Override
    public Dataset craft(Dataset bases) {
        double[] wanted = wanted(bases);
        SplittableRandom random = new SplittableRandom(options.seed());
        Dataset best = bases;
        double least = Double.POSITIVE_INFINITY;
        for (int s = 0; s < options.starts(); s++) {
            double[][] start = Bound.read(bases);
            double[][] x = Bound.read(bases);
            if (s > 0) {
                IntStream.range(0, x.length).forEach(i -> options.bound().scatter(x[i], start[i], random));
            }
            for (int k = 0; k <= options.steps(); k++) {
                Dataset rows = Bound.with(bases, x);
                Match match = match(rows, wanted);
                if (match.loss() < least) {
                    least = match.loss();
                    best = rows;
                }
                options.bound().descend(x, start, match.slopes().toArray(double[][]::new), options.step() * decay(k));
            }
        }
        return best;
    }

    private double decay(int k) {
        double eighths = 8.0 * k / options.steps();
        return Math.pow(0.1, eighths < 3 ? 0 : eighths < 5 ? 1 : eighths < 7 ? 2 : 3);
    }

    /** The gradient that training on the wrongly labelled input would follow. */
    double[] wanted(Dataset bases) {
        Dataset one = Bound.with(bases.select(new int[] {0}), new double[][] {victim});
        Targets label = Targets.relabel(one.targets(), Map.of(0, targetClass));
        return new PerExample(surrogate.engine())
                .sumGradient(surrogate.model(), surrogate.seen(one.withTargets(label)));
    }

    /** Returns how well the gradient of some rows matches. */
    Match match(Dataset raw, double[] wanted) {
        Dataset seen = surrogate.seen(raw);
        double[] gradient = new PerExample(surrogate.engine()).sumGradient(surrogate.model(), seen);
        double wantedNorm = Math.sqrt(Vectors.squaredNorm(wanted));
        double norm = Math.sqrt(Vectors.squaredNorm(gradient));
        if (!(wantedNorm > 0 && norm > 0)) {
            return new Match(1, List.of(new double[raw.size()][raw.features().width()]));
        }
        double cosine = VectorMath.dot(gradient, wanted) / (norm * wantedNorm);
        double[] direction = new double[gradient.length];
        Arrays.setAll(direction, k -> (cosine * gradient[k] / norm - wanted[k] / wantedNorm) / norm);
        double[][] slopes = new InputPerturbation(surrogate.engine(), surrogate.model()).derivatives(seen, direction);
        return new Match(1 - cosine, List.of(surrogate.toRaw(slopes)));
    }

    @Override
    public String description() {
        return String.format(
                Locale.ROOT,
                "gradient matching within %s in %d steps from %d starts",
                options.bound().description(),
                options.steps(),
                options.starts());
    }
}
