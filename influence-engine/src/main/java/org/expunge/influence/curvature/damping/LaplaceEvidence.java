package org.expunge.influence.curvature.damping;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.ParameterLayout;

/**
 * Damping as prior precision: each layer's δ that makes the rows most probable, by Laplace's approximation.
 *
 * <p>{@code log p(D) ≈ log p(D|θ) − ½ Σ_l [Σ_k log((n w c_k + δ_l) / δ_l) + δ_l ‖θ_l‖²]}, with {@code c_k} the
 * eigenvalues of the mean loss's curvature in layer l and {@code w} what turns a loss into a negative log-likelihood: 1
 * for a cross-entropy; {@code 1/(2σ²)} times the loss's unit for a squared error, whose noise variance σ² is found with
 * the δ. It is largest where {@code δ_l = γ_l / ‖θ_l‖²} with {@code γ_l = Σ_k n w c_k / (n w c_k + δ_l)}, the number of
 * parameters that the rows determine.
 *
 * <p><b>Units.</b> δ is a precision of the summed negative log-likelihood; {@code λ_l = δ_l / (n w)} is that of the
 * mean loss, and is what {@link Result} gives as a {@link DampingRule}.
 *
 * <p><b>Accuracy.</b> Double. The formula supposes that θ is the most probable point under the prior; a network trained
 * without weight decay, or stopped early, is not there, and then δ is a heuristic. Parameters of layers without factors
 * take no part. A layer that does nothing has γ = 0 and would get δ = 0: δ is kept within [1e-8, 1e8].
 *
 * <p><b>Cost.</b> The factors, one forward pass, and {@code p} divisions an iteration.
 *
 * <p><b>Source.</b> D. J. C. MacKay, "A Practical Bayesian Framework for Backpropagation Networks", Neural Computation
 * 4(3), 1992; A. Immer, M. Bauer, V. Fortuin, G. Rätsch and M. E. Khan, "Scalable Marginal Likelihood Estimation for
 * Model Selection in Deep Learning", ICML 2021, section 3, here with MacKay's fixed point in place of gradient ascent.
 */
public final class LaplaceEvidence {
    private static final double SMALLEST = 1e-8;
    private static final double LARGEST = 1e8;

    /**
     * When to stop.
     *
     * @param maxIterations most iterations, at least 1
     * @param relativeTolerance stop once no δ, nor σ², moves by more than this share of itself; above 0
     */
    public record Options(int maxIterations, double relativeTolerance) {
        /** A hundred iterations, or a millionth. */
        public static final Options DEFAULT = new Options(100, 1e-6);

        /** Checks the ranges. */
        public Options {
            checkArgument(maxIterations >= 1, "maxIterations must be at least 1, got %s", maxIterations);
            checkArgument(relativeTolerance > 0, "relativeTolerance must be above 0, got %s", relativeTolerance);
        }
    }

    /**
     * How well the model fits.
     *
     * @param rows n, at least 1
     * @param outputs K, at least 1
     * @param loss whose likelihood
     * @param totalLoss over all rows, finite and at least 0
     */
    public record Fit(int rows, int outputs, Loss loss, double totalLoss) {
        /** Checks the ranges. */
        public Fit {
            checkArgument(rows >= 1 && outputs >= 1, "there are %s rows and %s outputs", rows, outputs);
            checkArgument(
                    totalLoss >= 0 && Double.isFinite(totalLoss), "totalLoss must be 0 or more, got %s", totalLoss);
        }

        /** Returns what one squared error counts in the loss, or 0 for a cross-entropy. */
        private double unit() {
            return switch (loss) {
                case SOFTMAX_CROSS_ENTROPY, SIGMOID_CROSS_ENTROPY -> 0;
                case SQUARED_ERROR -> 1;
                case MEAN_SQUARED_ERROR -> 1.0 / outputs;
            };
        }

        private double weight(double noise) {
            return unit() == 0 ? 1 : 1 / (2 * unit() * noise);
        }

        private double logLikelihood(double noise) {
            double constant = unit() == 0 ? 0 : 0.5 * rows * outputs * Math.log(2 * Math.PI * noise);
            return -weight(noise) * totalLoss - constant;
        }

        /** Returns σ² when the rows determine so many parameters; at least one number is left for the noise. */
        private double noise(double determined) {
            return unit() == 0 ? 1 : clipped(totalLoss / unit() / Math.max(1, (double) rows * outputs - determined));
        }
    }

    /**
     * Prior and noise.
     *
     * @param precisions δ of each layer, by name
     * @param noise σ² of a squared error; 1 for a cross-entropy, where it has no meaning
     */
    public record State(SortedMap<String, Double> precisions, double noise) {
        /** Copies the map. */
        public State {
            precisions = new TreeMap<>(precisions);
            checkArgument(noise > 0, "noise must be above 0, got %s", noise);
        }
    }

    /**
     * Where the iteration ended.
     *
     * @param state prior and noise
     * @param dampings λ of each layer in units of the mean loss, by name
     * @param determined γ of each layer, by name
     * @param logEvidence of the rows
     * @param iterations spent
     * @param isConverged whether the tolerance was met
     */
    public record Result(
            State state,
            SortedMap<String, Double> dampings,
            SortedMap<String, Double> determined,
            double logEvidence,
            int iterations,
            boolean isConverged)
            implements DampingRule {
        /** Copies the maps. */
        public Result {
            dampings = new TreeMap<>(dampings);
            determined = new TreeMap<>(determined);
        }

        @Override
        public double of(String layer, double[] eigenvalues) {
            Double damping = dampings.get(layer);
            checkArgument(damping != null, "layer %s had no factors; those that had are %s", layer, dampings.keySet());
            return damping;
        }
    }

    /** What is known of one layer: its name, ‖θ_l‖², and the eigenvalues of the mean loss's curvature, none below 0. */
    private static final class Layer {
        private final String name;
        private final double squaredNorm;
        private final double[] eigenvalues;

        Layer(String name, double squaredNorm, double[] eigenvalues) {
            this.name = name;
            this.squaredNorm = squaredNorm;
            this.eigenvalues = eigenvalues;
        }

        double determined(double scale, double precision) {
            return Arrays.stream(eigenvalues)
                    .map(value -> scale * value / (scale * value + precision))
                    .sum();
        }

        double penalty(double scale, double precision) {
            double logDeterminant = Arrays.stream(eigenvalues)
                    .map(value -> Math.log1p(scale * value / precision))
                    .sum();
            return (logDeterminant + precision * squaredNorm) / 2;
        }
    }

    private final List<Layer> layers = new ArrayList<>();
    private final Fit fit;

    /**
     * Starts without layers.
     *
     * @param fit how well the model fits
     */
    public LaplaceEvidence(Fit fit) {
        this.fit = fit;
    }

    /**
     * Takes the layers that have factors.
     *
     * @param engine where the losses are computed
     * @param model the model that the factors were fitted at
     * @param data the rows they were fitted to
     * @param ekfac the factors
     */
    public static LaplaceEvidence of(Engine engine, Model model, Dataset data, Ekfac ekfac) {
        double totalLoss =
                Arrays.stream(new PerExample(engine).losses(model, data)).sum();
        LaplaceEvidence evidence = new LaplaceEvidence(
                new Fit(data.size(), model.network().outputs(), model.network().loss(), totalLoss));
        double[] parameters = model.parameters();
        for (String layer : ekfac.factors().layers()) {
            double squaredNorm = 0;
            for (ParameterLayout.Entry entry : model.network().layout().entries()) {
                for (int i = 0; entry.layer().equals(layer) && i < entry.length(); i++) {
                    squaredNorm += parameters[entry.offset() + i] * parameters[entry.offset() + i];
                }
            }
            evidence.add(layer, ekfac.eigenvalues(layer), squaredNorm);
        }
        return evidence;
    }

    /**
     * Adds a layer.
     *
     * @param name its name, given once
     * @param eigenvalues of its curvature of the mean loss; copied, and those below 0 count as 0
     * @param squaredNorm ‖θ_l‖², finite and at least 0
     * @return this
     */
    public LaplaceEvidence add(String name, double[] eigenvalues, double squaredNorm) {
        checkArgument(layers.stream().noneMatch(layer -> layer.name.equals(name)), "layer %s is given twice", name);
        checkArgument(
                squaredNorm >= 0 && Double.isFinite(squaredNorm),
                "squaredNorm of %s must be 0 or more, got %s",
                name,
                squaredNorm);
        double[] values =
                Arrays.stream(eigenvalues).map(value -> Math.max(0, value)).toArray();
        layers.add(new Layer(name, squaredNorm, values));
        return this;
    }

    /** Returns the same with one δ for all layers together, which are then called {@code all}. */
    public LaplaceEvidence pooled() {
        double[] eigenvalues = layers.stream()
                .flatMapToDouble(layer -> Arrays.stream(layer.eigenvalues))
                .toArray();
        double squaredNorm =
                layers.stream().mapToDouble(layer -> layer.squaredNorm).sum();
        return new LaplaceEvidence(fit).add("all", eigenvalues, squaredNorm);
    }

    /** Returns {@code log p(D)} for a prior and a noise, in nats. */
    public double logEvidence(State state) {
        double scale = scale(state);
        double evidence = fit.logLikelihood(state.noise());
        for (Layer layer : layers) {
            evidence -= layer.penalty(scale, precision(state, layer));
        }
        return evidence;
    }

    /** Returns γ of each layer, by name: how many of its parameters the rows determine. */
    public SortedMap<String, Double> determined(State state) {
        SortedMap<String, Double> determined = new TreeMap<>();
        for (Layer layer : layers) {
            determined.put(layer.name, layer.determined(scale(state), precision(state, layer)));
        }
        return determined;
    }

    /** Returns MacKay's next δ and σ². */
    public State next(State state) {
        SortedMap<String, Double> determined = determined(state);
        SortedMap<String, Double> precisions = new TreeMap<>();
        for (Layer layer : layers) {
            double ratio = determined.getOrDefault(layer.name, 0.0) / layer.squaredNorm;
            precisions.put(layer.name, clipped(ratio));
        }
        double sum =
                determined.values().stream().mapToDouble(Double::doubleValue).sum();
        return new State(precisions, fit.noise(sum));
    }

    /**
     * Iterates from δ = 1 in every layer.
     *
     * @param options when to stop
     * @return the last prior; an unconverged one says so
     */
    public Result maximise(Options options) {
        SortedMap<String, Double> ones = new TreeMap<>();
        layers.forEach(layer -> ones.put(layer.name, 1.0));
        State state = new State(ones, fit.noise(0));
        int iterations = 0;
        boolean isConverged = false;
        while (!isConverged && iterations < options.maxIterations()) {
            State next = next(state);
            isConverged = isNear(state, next, options.relativeTolerance());
            state = next;
            iterations++;
        }
        return new Result(state, dampings(state), determined(state), logEvidence(state), iterations, isConverged);
    }

    /**
     * Returns λ of each layer, by name, under a prior: {@code δ_l / (n w)}, to be added to the mean loss's curvature.
     */
    public SortedMap<String, Double> dampings(State state) {
        SortedMap<String, Double> dampings = new TreeMap<>();
        for (Layer layer : layers) {
            dampings.put(layer.name, precision(state, layer) / scale(state));
        }
        return dampings;
    }

    private static boolean isNear(State one, State other, double tolerance) {
        boolean isNear = Math.abs(other.noise() - one.noise()) <= tolerance * one.noise();
        for (String layer : one.precisions().keySet()) {
            double before = one.precisions().getOrDefault(layer, 0.0);
            double after = other.precisions().getOrDefault(layer, 0.0);
            isNear &= Math.abs(after - before) <= tolerance * before;
        }
        return isNear;
    }

    /** {@code n w}: from the mean loss's curvature to that of the summed negative log-likelihood. */
    private double scale(State state) {
        return fit.rows() * fit.weight(state.noise());
    }

    private static double precision(State state, Layer layer) {
        Double precision = state.precisions().get(layer.name);
        checkArgument(
                precision != null && precision > 0,
                "the precision of %s must be above 0, got %s",
                layer.name,
                precision);
        return precision;
    }

    /** NaN, of a layer that is 0 and does nothing, lands at the largest. */
    private static double clipped(double value) {
        return value >= SMALLEST ? Math.min(value, LARGEST) : value < SMALLEST ? SMALLEST : LARGEST;
    }
}
