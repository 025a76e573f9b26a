package org.expunge.defense.attack.craft;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.expunge.influence.data.Dataset;

/**
 * Moves rows so that the mean of their features is that of the input to be misread: {@code Σ_s ‖φ_s(t) − mean_j
 * φ_s(x_j)‖² / ‖φ_s(t)‖²} over the surrogates s. The input then lies in the middle of the rows, where a new last layer
 * cannot part it from them.
 *
 * <p>Steps against the sign of the slope, which shrink linearly; the best rows seen are kept.
 *
 * <p><b>Cost.</b> Two forward passes and a backward pass for each surrogate and step.
 *
 * <p><b>Source.</b> H. Aghakhani, D. Meng, Y.-X. Wang, C. Kruegel and G. Vigna, "Bullseye Polytope: A Scalable
 * Clean-Label Poisoning Attack with Improved Transferability", EuroS&amp;P 2021; theirs steps by Adam.
 */
public final class BullseyePolytope implements Crafter {
    /**
     * How far and how finely.
     *
     * @param bound how far rows may move
     * @param steps at least 1
     * @param step the first step's length, in the bound's norm, above 0
     */
    public record Options(Bound bound, int steps, double step) {
        /** Checks the ranges. */
        public Options {
            checkArgument(steps >= 1, "steps must be at least 1, got %s", steps);
            checkArgument(step > 0, "the step must be above 0, got %s", step);
        }

        /** Steps that begin at a tenth of ε. */
        public static Options of(Bound bound, int steps) {
            return new Options(bound, steps, bound.epsilon() / 10);
        }
    }

    private final List<Surrogate> surrogates;
    private final double[] victim;
    private final Options options;

    /**
     * Makes the crafter.
     *
     * @param surrogates whose features, at least one
     * @param victim raw features of t
     * @param options how far and how finely
     */
    public BullseyePolytope(List<Surrogate> surrogates, List<Double> victim, Options options) {
        checkArgument(!surrogates.isEmpty(), "at least one surrogate is needed");
        this.surrogates = List.copyOf(surrogates);
        this.victim = Doubles.toArray(victim);
        this.options = options;
    }

    @Override
    public Dataset craft(Dataset bases) {
        double[][] start = Bound.read(bases);
        double[][] x = Bound.read(bases);
        Dataset best = bases;
        double least = Double.POSITIVE_INFINITY;
        for (int k = 0; k <= options.steps(); k++) {
            Dataset rows = Bound.with(bases, x);
            double[][] slopes = new double[x.length][bases.features().width()];
            double value = addSlopes(rows, slopes);
            if (value < least) {
                least = value;
                best = rows;
            }
            double share = options.step() * (1 - k / (options.steps() + 1.0));
            options.bound().descend(x, start, slopes, share);
        }
        return best;
    }

    /** Adds the objective's slopes, and returns its value. */
    private double addSlopes(Dataset rows, double[][] slopes) {
        double value = 0;
        for (Surrogate surrogate : surrogates) {
            double[] wanted = surrogate.features(Bound.with(rows.select(new int[] {0}), new double[][] {victim}))[0];
            double[][] features = surrogate.features(rows);
            double[] gap = new double[wanted.length];
            for (double[] row : features) {
                Arrays.setAll(gap, k -> gap[k] + row[k] / features.length);
            }
            Arrays.setAll(gap, k -> gap[k] - wanted[k]);
            double size = Vectors.squaredNorm(wanted);
            value += Vectors.squaredNorm(gap) / size;
            // d/dx_j of the objective is that of ‖φ(x_j) − f_j‖² / (n ‖φ(t)‖²) at f_j = φ(x_j) − gap
            for (double[] row : features) {
                Arrays.setAll(row, k -> row[k] - gap[k]);
            }
            double[][] more = surrogate.featureSlopes(rows, features);
            for (int i = 0; i < slopes.length; i++) {
                double[] sum = slopes[i];
                double[] added = more[i];
                Arrays.setAll(sum, j -> sum[j] + added[j] / (size * slopes.length));
            }
        }
        return value;
    }

    @Override
    public String description() {
        return String.format(
                Locale.ROOT,
                "bullseye polytope within %s in %d steps",
                options.bound().description(),
                options.steps());
    }
}
