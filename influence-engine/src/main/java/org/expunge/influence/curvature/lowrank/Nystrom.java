package org.expunge.influence.curvature.lowrank;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.expunge.influence.compute.EigenKernels;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.LossOperator;
import org.expunge.influence.curvature.RowSums;
import org.expunge.influence.curvature.VectorMath;
import org.expunge.influence.network.Network;

/**
 * Nyström's approximation {@code C ≈ (CΩ)(ΩᵀCΩ)⁺(CΩ)ᵀ} with random orthonormal Ω, cut to its k largest eigenvalues. For
 * a positive semi-definite curvature (Gauss-Newton, Fisher); all products can share one sweep over the rows, and those
 * of parts of the rows add up.
 *
 * <p><b>Shapes.</b> Ω is {@code p × (rank + oversampling)}; at most {@code rank} pairs of p numbers.
 *
 * <p><b>Units.</b> Loss per squared parameter, of the mean loss.
 *
 * <p><b>Accuracy.</b> On average the error is at most a small factor of {@code θ_{k+1}} plus what lies beyond divided
 * by the oversampling; the eigenvalues are never above those of C. Directions of ΩᵀCΩ below a share of its largest
 * eigenvalue are rounding and are dropped. Residuals are not computed by {@link #of} and given as NaN.
 *
 * <p><b>Cost.</b> rank + oversampling products, and {@code 4 p (rank + oversampling)²} FLOP; 16 p (rank + oversampling)
 * bytes.
 *
 * <p><b>Source.</b> Z. Frangella, J. A. Tropp and M. Udell, "Randomized Nyström Preconditioning", SIAM J. Matrix Anal.
 * Appl. 44(2), 2023, algorithm 2.1, with a pseudo-inverse in place of its shift.
 */
public final class Nystrom {
    private static final String SKETCH = "sketch";

    /**
     * How large a sketch.
     *
     * @param rank most pairs to keep, at least 1
     * @param oversampling further columns of Ω, at least 0
     * @param cutoff share of the largest eigenvalue of ΩᵀCΩ below which one is rounding, in (0, 1)
     * @param seed decides Ω
     */
    public record Options(int rank, int oversampling, double cutoff, long seed) {
        /** Rank 50 from 60 columns; a float32 product errs by some 1e-6. */
        public static final Options DEFAULT = new Options(50, 10, 1e-5, 0);

        /** Checks the ranges. */
        public Options {
            checkArgument(rank >= 1, "rank must be at least 1, got %s", rank);
            checkArgument(oversampling >= 0, "oversampling must be at least 0, got %s", oversampling);
            checkArgument(cutoff > 0 && cutoff < 1, "cutoff must be in (0, 1), got %s", cutoff);
        }

        private int columns(int dimension) {
            return Math.min(dimension, Math.addExact(rank, oversampling));
        }
    }

    private Nystrom() {}

    /**
     * Approximates a curvature.
     *
     * @param curvature of the mean loss, symmetric and positive semi-definite
     * @param network whose parameters it is of
     * @param eigen decomposes small matrices
     * @param options how large a sketch
     * @throws IllegalArgumentException if dimensions differ, or the curvature is 0 to rounding
     */
    public static LowRank fit(LinearOperator curvature, Network network, EigenKernels eigen, Options options) {
        SortedMap<String, double[]> sums = new TreeMap<>();
        sums.put(SKETCH, sketch(curvature, network, options));
        return of(network, eigen, options, new RowSums(1, sums));
    }

    /**
     * Sums over the rows of a curvature what the pairs follow from.
     *
     * @param curvature of the mean loss over the rows to be summed
     * @param network whose parameters it is of
     * @param options how large a sketch
     * @return {@code n C Ω}, column behind column
     */
    public static RowSums sums(LossOperator curvature, Network network, Options options) {
        int rows = curvature.data().size();
        double[] sketch = sketch(curvature, network, options);
        Arrays.setAll(sketch, i -> sketch[i] * rows);
        SortedMap<String, double[]> sums = new TreeMap<>();
        sums.put(SKETCH, sketch);
        return new RowSums(rows, sums);
    }

    /**
     * Makes pairs of sums.
     *
     * @param network the network
     * @param eigen decomposes small matrices
     * @param options as the sums were made with
     * @param sums over at least 1 row
     * @throws IllegalArgumentException if there are no rows, the sums are of another network or the curvature is 0
     */
    public static LowRank of(Network network, EigenKernels eigen, Options options, RowSums sums) {
        int p = network.layout().length();
        int columns = options.columns(p);
        double[] flat = sums.mean(SKETCH);
        checkArgument(flat.length == (long) columns * p, "the sums are of another network, or other options");
        double[][] omega = orthonormal(p, columns, options.seed());
        double[][] y = new double[columns][];
        Arrays.setAll(y, k -> Arrays.copyOfRange(flat, k * p, (k + 1) * p));
        double[][] b = halves(omega, y, eigen, options.cutoff());
        return pairs(b, network, eigen, options);
    }

    private static double[] sketch(LinearOperator curvature, Network network, Options options) {
        int p = network.layout().length();
        checkArgument(
                curvature.dimension() == p,
                "the curvature is of %s parameters but the network has %s",
                curvature.dimension(),
                p);
        double[][] omega = orthonormal(p, options.columns(p), options.seed());
        double[][] products = new double[omega.length][p];
        curvature.applyAll(omega, products);
        double[] flat = new double[Math.multiplyExact(omega.length, p)];
        for (int k = 0; k < omega.length; k++) {
            System.arraycopy(products[k], 0, flat, k * p, p);
        }
        return flat;
    }

    /** Returns vectors b with {@code Σ b bᵀ = Y (ΩᵀY)⁺ Yᵀ}. */
    private static double[][] halves(double[][] omega, double[][] y, EigenKernels eigen, double cutoff) {
        int columns = omega.length;
        double[] core = new double[columns * columns];
        for (int i = 0; i < columns; i++) {
            for (int j = 0; j < columns; j++) {
                core[i * columns + j] = (VectorMath.dot(omega[i], y[j]) + VectorMath.dot(omega[j], y[i])) / 2;
            }
        }
        double[] values = eigen.decompose(columns, core);
        double largest = values[columns - 1];
        checkArgument(largest > 0, "the curvature is 0 along every direction drawn");
        double[][] halves = new double[columns][];
        int kept = 0;
        for (int k = columns - 1; k >= 0 && values[k] > cutoff * largest; k--) {
            halves[kept++] = combined(core, k * columns, y, 1 / Math.sqrt(values[k]));
        }
        return Arrays.copyOf(halves, kept);
    }

    /** Returns the eigenpairs of {@code Σ b bᵀ} from those of the matrix of products of its vectors. */
    private static LowRank pairs(double[][] b, Network network, EigenKernels eigen, Options options) {
        int count = b.length;
        double[] products = new double[count * count];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j <= i; j++) {
                products[i * count + j] = VectorMath.dot(b[i], b[j]);
                products[j * count + i] = products[i * count + j];
            }
        }
        double[] values = eigen.decompose(count, products);
        int rank = Math.min(options.rank(), count);
        double[] eigenvalues = new double[rank];
        double[][] vectors = new double[rank][];
        double[] residuals = new double[rank];
        Arrays.fill(residuals, Double.NaN);
        for (int i = 0; i < rank; i++) {
            int k = count - 1 - i;
            eigenvalues[i] = values[k];
            vectors[i] = combined(products, k * count, b, 1 / Math.sqrt(values[k]));
        }
        orthonormalize(vectors);
        SortedMap<String, String> settings = new TreeMap<>();
        settings.put("curvature-oversampling", Integer.toString(options.oversampling()));
        settings.put("curvature-rank", Integer.toString(options.rank()));
        settings.put("curvature-seed", Long.toString(options.seed()));
        return new LowRank("nystrom", network, settings, eigenvalues, vectors, residuals);
    }

    /** Returns {@code scale Σ_j weights[from + j] vectors_j}. */
    private static double[] combined(double[] weights, int from, double[][] vectors, double scale) {
        double[] sum = new double[vectors[0].length];
        for (int j = 0; j < vectors.length; j++) {
            VectorMath.addScaled(scale * weights[from + j], vectors[j], sum);
        }
        return sum;
    }

    private static double[][] orthonormal(int dimension, int columns, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] vectors = new double[columns][dimension];
        for (double[] vector : vectors) {
            Arrays.setAll(vector, i -> random.nextGaussian());
        }
        orthonormalize(vectors);
        return vectors;
    }

    /** Modified Gram-Schmidt, twice. */
    private static void orthonormalize(double[][] vectors) {
        for (int k = 0; k < vectors.length; k++) {
            for (int pass = 0; pass < 2; pass++) {
                for (int j = 0; j < k; j++) {
                    VectorMath.addScaled(-VectorMath.dot(vectors[j], vectors[k]), vectors[j], vectors[k]);
                }
            }
            VectorMath.scale(1 / Math.sqrt(VectorMath.dot(vectors[k], vectors[k])), vectors[k]);
        }
    }
}
