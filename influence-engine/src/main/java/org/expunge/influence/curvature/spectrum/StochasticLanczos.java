package org.expunge.influence.curvature.spectrum;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.expunge.influence.compute.EigenKernels;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.curvature.spectrum.Spectrum.Node;
import org.expunge.influence.curvature.spectrum.Spectrum.Ritz;
import org.expunge.influence.solver.Lanczos;
import org.expunge.influence.solver.RitzPairs;

/**
 * Stochastic Lanczos quadrature: the spectrum of a matrix from products with a few random vectors. A probe v of random
 * signs, with {@code ‖v‖ = 1}, gives after m steps the nodes θ_k and weights {@code ω_k = (first entry of the k-th
 * eigenvector of T)²}, with {@code vᵀ f(A) v ≈ Σ_k ω_k f(θ_k)}, exactly for polynomials up to degree {@code 2m − 1};
 * averaged over probes that is {@code tr f(A) / p}.
 *
 * <p><b>Shapes.</b> A is {@code p × p} and symmetric.
 *
 * <p><b>Units.</b> Those of A.
 *
 * <p><b>Accuracy.</b> Double, with full reorthogonalisation, so that no eigenvalue appears twice. Each extreme θ has an
 * eigenvalue of A within its residual. One probe cannot tell how often an eigenvalue occurs, and the weight of a single
 * eigenvalue, about {@code 1/p}, fluctuates by its own size: take ten probes for counts of few.
 *
 * <p><b>Cost.</b> {@code probes · m} products with A, {@code 2 m² p} multiplications a probe, and {@code 8 m p} bytes.
 *
 * <p><b>Source.</b> G. H. Golub and G. Meurant, "Matrices, Moments and Quadrature with Applications", 2010, chapter 6;
 * B. Ghorbani, S. Krishnan and Y. Xiao, "An Investigation into Neural Net Optimization via Hessian Eigenvalue Density",
 * ICML 2019, algorithm 1.
 */
public final class StochasticLanczos {
    /** A new direction below this share of the longest product is rounding. */
    private static final double INVARIANCE = 1e-12;

    /**
     * How much to spend.
     *
     * @param steps Lanczos steps a probe, at least 2; no more than p are taken
     * @param probes random vectors, at least 1
     * @param extremes how many eigenvalues to list at either end, at least 1
     * @param seed decides the probes
     */
    public record Options(int steps, int probes, int extremes, long seed) {
        /** Eighty steps of four probes, ten eigenvalues at either end. */
        public static final Options DEFAULT = new Options(80, 4, 10, 0);

        /** Checks the ranges. */
        public Options {
            checkArgument(steps >= 2, "steps must be at least 2, got %s", steps);
            checkArgument(probes >= 1, "probes must be at least 1, got %s", probes);
            checkArgument(extremes >= 1, "extremes must be at least 1, got %s", extremes);
        }
    }

    private final EigenKernels eigen;
    private final Options options;

    /**
     * Keeps the options.
     *
     * @param eigen decomposes the small matrices
     * @param options how much to spend
     */
    public StochasticLanczos(EigenKernels eigen, Options options) {
        this.eigen = eigen;
        this.options = options;
    }

    /**
     * Estimates a spectrum.
     *
     * @param a the matrix, at least 1 × 1
     * @throws IllegalArgumentException if a product is not finite
     */
    public Spectrum estimate(LinearOperator a) {
        int p = a.dimension();
        checkArgument(p >= 1, "a matrix of %s rows has no spectrum", p);
        SplittableRandom random = new SplittableRandom(options.seed());
        List<Ritz> extremes = List.of();
        List<Node> nodes = new ArrayList<>();
        double[] means = new double[options.probes()];
        int products = 0;
        for (int probe = 0; probe < options.probes(); probe++) {
            List<Ritz> ritz = run(a, signs(p, random));
            products += ritz.size();
            if (probe == 0) {
                extremes = ritz;
            }
            for (Ritz value : ritz) {
                means[probe] += value.weight() * value.value();
                nodes.add(new Node(value.value(), value.weight() / options.probes()));
            }
        }
        nodes.sort(Comparator.comparingDouble(Node::value));
        int listed = Math.min(options.extremes(), extremes.size());
        List<Ritz> largest = new ArrayList<>(extremes.subList(extremes.size() - listed, extremes.size()));
        largest.sort(Comparator.comparingDouble(Ritz::value).reversed());
        return new Spectrum(
                p,
                options.probes(),
                products,
                p * Arrays.stream(means).average().orElse(0),
                p * standardError(means),
                largest,
                extremes.subList(0, listed),
                nodes);
    }

    private static double standardError(double[] values) {
        if (values.length == 1) {
            return Double.POSITIVE_INFINITY;
        }
        double mean = Arrays.stream(values).average().orElse(0);
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        return Math.sqrt(squares / (values.length - 1.0) / values.length);
    }

    /** Returns the Ritz values of one probe, ascending. */
    private List<Ritz> run(LinearOperator a, double[] probe) {
        RitzPairs pairs = new Lanczos(new Lanczos.Options(options.steps(), INVARIANCE, 0))
                .run(a, ParameterVector.of(probe))
                .ritz(eigen);
        double[] values = pairs.values();
        double[] weights = pairs.weights();
        double[] residuals = pairs.residuals();
        return IntStream.range(0, pairs.size())
                .mapToObj(k -> new Ritz(values[k], weights[k], residuals[k]))
                .toList();
    }

    private static double[] signs(int dimension, SplittableRandom random) {
        double[] probe = new double[dimension];
        Arrays.setAll(probe, i -> random.nextBoolean() ? 1 : -1);
        return probe;
    }
}
