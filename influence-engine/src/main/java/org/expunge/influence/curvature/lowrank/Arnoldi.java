package org.expunge.influence.curvature.lowrank;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.expunge.influence.compute.EigenKernels;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.network.Network;
import org.expunge.influence.solver.ArnoldiIteration;
import org.expunge.influence.solver.KrylovBasis;
import org.expunge.influence.solver.Lanczos;
import org.expunge.influence.solver.RitzPairs;

/**
 * The outer eigenpairs of a curvature by Arnoldi's iteration, distilled to the k largest that are accurate enough.
 *
 * <p><b>Shapes.</b> At most {@code rank} pairs of p numbers.
 *
 * <p><b>Units.</b> Loss per squared parameter, of the mean loss, if that is what the operator is of.
 *
 * <p><b>Accuracy.</b> Each pair carries its residual {@code ‖C e − θ e‖}, within which an eigenvalue lies. Pairs whose
 * residual is above a share of {@code |θ|}, or whose {@code |θ|} is below a share of the largest, are dropped: they
 * would be noise divided by a small number. Vectors are orthogonalised twice. The operator must be the same at every
 * product (one fixed set of rows); {@link Diagnostics#asymmetry} tells when it was not.
 *
 * <p><b>Cost.</b> One product a step and 4 p m² FLOP for m steps; 8 p (m + k) bytes. Distilling is 2 m k p FLOP.
 *
 * <p><b>Source.</b> A. Schioppa, P. Zablotskaia, D. Vilar and A. Sokolov, "Scaling Up Influence Functions", AAAI 2022,
 * algorithm 1, with reorthogonalisation, certificates and {@link LowRank.Complement#KEPT the complement} added.
 */
public final class Arnoldi {
    /**
     * How far to go and what to keep.
     *
     * @param iteration steps of the iteration and seed of its start
     * @param rank most pairs to keep, at least 1
     * @param selection which pairs; a Hessian has negative ones
     * @param maxResidual a pair's residual as a share of {@code |θ|}, above 0
     * @param cutoff smallest {@code |θ|} kept, as a share of the largest, in [0, 1)
     */
    public record Options(
            Lanczos.Options iteration, int rank, RitzPairs.Selection selection, double maxResidual, double cutoff) {
        /** 100 steps, the 50 largest above 0 that are within a tenth, down to 1e-4 of the largest. */
        public static final Options DEFAULT =
                new Options(Lanczos.Options.DEFAULT, 50, RitzPairs.Selection.POSITIVE, 0.1, 1e-4);

        /** Checks the ranges. */
        public Options {
            checkArgument(rank >= 1, "rank must be at least 1, got %s", rank);
            checkArgument(maxResidual > 0, "maxResidual must be above 0, got %s", maxResidual);
            checkArgument(cutoff >= 0 && cutoff < 1, "cutoff must be in [0, 1), got %s", cutoff);
        }
    }

    /**
     * How the iteration went.
     *
     * @param products with the curvature
     * @param isInvariant whether it ended in a space that the curvature does not leave: its pairs are exact
     * @param orthogonalityError largest entry of {@code |QᵀQ − I|}
     * @param asymmetry of the projected matrix, 0 for a fixed symmetric operator
     * @param inaccurate pairs among the {@code rank} largest that were dropped for their residual
     * @param small pairs among them that were dropped for their size
     * @param negative pairs kept whose θ is below 0
     */
    public record Diagnostics(
            int products,
            boolean isInvariant,
            double orthogonalityError,
            double asymmetry,
            int inaccurate,
            int small,
            int negative) {}

    private final LowRank pairs;
    private final Diagnostics diagnostics;

    private Arnoldi(LowRank pairs, Diagnostics diagnostics) {
        this.pairs = pairs;
        this.diagnostics = diagnostics;
    }

    /**
     * Iterates and distills.
     *
     * @param curvature of the mean loss, symmetric and fixed
     * @param network whose parameters it is of
     * @param eigen decomposes the projected matrix
     * @param options how far to go and what to keep
     * @throws IllegalArgumentException if dimensions differ, or no pair is accurate enough
     */
    public static Arnoldi fit(LinearOperator curvature, Network network, EigenKernels eigen, Options options) {
        int p = network.layout().length();
        checkArgument(
                curvature.dimension() == p,
                "the curvature is of %s parameters but the network has %s",
                curvature.dimension(),
                p);
        return distill(new ArnoldiIteration(options.iteration()).run(curvature), network, eigen, options);
    }

    /**
     * Distills a basis that is there.
     *
     * @param basis of the curvature
     * @param network whose parameters it is of
     * @param eigen decomposes the projected matrix
     * @param options what to keep
     * @throws IllegalArgumentException if no pair is accurate enough
     */
    public static Arnoldi distill(KrylovBasis basis, Network network, EigenKernels eigen, Options options) {
        RitzPairs largest = basis.ritz(eigen).largest(options.rank(), options.selection());
        double[] values = largest.values();
        double[] residuals = largest.residuals();
        checkArgument(values.length > 0, "none of the %s Ritz values is above 0", basis.size());
        double smallest = options.cutoff() * Math.abs(values[0]);
        int[] sizeable = IntStream.range(0, values.length)
                .filter(k -> values[k] != 0 && Math.abs(values[k]) >= smallest)
                .toArray();
        int[] kept = Arrays.stream(sizeable)
                .filter(k -> residuals[k] <= options.maxResidual() * Math.abs(values[k]))
                .toArray();
        checkArgument(
                kept.length > 0,
                "after %s steps no pair is within the share %s of its size; take more steps",
                (Object) basis.size(),
                options.maxResidual());
        double[] eigenvalues = Arrays.stream(kept).mapToDouble(k -> values[k]).toArray();
        LowRank pairs = new LowRank(
                "arnoldi",
                network,
                settings(options),
                eigenvalues,
                Arrays.stream(kept).mapToObj(largest::vector).toArray(double[][]::new),
                Arrays.stream(kept).mapToDouble(k -> residuals[k]).toArray());
        int negative =
                (int) Arrays.stream(eigenvalues).filter(value -> value < 0).count();
        return new Arnoldi(
                pairs,
                new Diagnostics(
                        basis.size(),
                        basis.isInvariant(),
                        basis.orthogonalityError(),
                        basis.asymmetry(),
                        sizeable.length - kept.length,
                        values.length - sizeable.length,
                        negative));
    }

    /** Returns what pairs depend on beside the curvature, by name. */
    public static SortedMap<String, String> settings(Options options) {
        SortedMap<String, String> settings = new TreeMap<>();
        settings.put("curvature-rank", Integer.toString(options.rank()));
        settings.put("curvature-seed", Long.toString(options.iteration().seed()));
        settings.put("curvature-selection", options.selection().toString());
        settings.put("curvature-steps", Integer.toString(options.iteration().steps()));
        return settings;
    }

    /** Returns the pairs, the largest first. */
    public LowRank pairs() {
        return pairs;
    }

    /** Returns how the iteration went. */
    public Diagnostics diagnostics() {
        return diagnostics;
    }
}
