package org.expunge.influence.curvature.damping;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.LossOperator;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowSample;

/**
 * How much a curvature taken on a batch of rows errs, and the dampings that make up for it.
 *
 * <p>A batch's curvature is {@code C_B = C + E}. If E is a symmetric matrix of independent entries of variance s², then
 * {@code v = p s²}, which is {@code tr(C_B²)/p − tr(C²)/p} on average, says all: the eigenvalues of E fill
 * {@code [−2√v, 2√v]}, and an eigenvalue {@code c > √v} of C shows in the batch as {@code c + v/c}, a smaller one not
 * at all.
 *
 * <p><b>Units.</b> Loss per squared parameter of the mean loss, as the curvature; {@code variance} in its square.
 *
 * <p><b>Accuracy.</b> Means over probes and batches; the same probes serve C and all C_B, because the difference is
 * small beside both. Real errors are of low rank and not independent of C: a heuristic.
 *
 * <p><b>Source.</b> D. Granziol, S. Zohren and S. Roberts, "Learning Rates as a Function of Batch Size: A Random Matrix
 * Theory Approach to Neural Network Training", JMLR 23, 2022, section 3; the shrinkage is that of O. Ledoit and M.
 * Wolf, "A Well-Conditioned Estimator for Large-Dimensional Covariance Matrices", J. Multivariate Analysis 88, 2004.
 *
 * @param batch rows that, drawn from an endless supply, would err as much: {@code B n / (n − B)} for B of n rows
 * @param mean {@code tr(C)/p}
 * @param secondMoment {@code tr(C²)/p}
 * @param variance v, 0 where the estimate fell below it
 * @param standardError of v, over batches
 */
public record BatchNoise(double batch, double mean, double secondMoment, double variance, double standardError) {
    /**
     * How to estimate.
     *
     * @param batchSize rows of a batch, drawn without replacement; at least 1
     * @param batches how many, at least 2
     * @param probes random vectors, at least 1
     * @param seed decides batches and probes
     */
    public record Options(int batchSize, int batches, int probes, long seed) {
        private static final int BATCHES = 8;
        private static final int PROBES = 6;

        /** So that all batches together cost half a product with all rows. */
        private static final int SHARE = 16;

        /** Checks the ranges. */
        public Options {
            checkArgument(batchSize >= 1, "batchSize must be at least 1, got %s", batchSize);
            checkArgument(batches >= 2, "batches must be at least 2, got %s", batches);
            checkArgument(probes >= 1, "probes must be at least 1, got %s", probes);
        }

        /**
         * Suits a number of rows: eight batches of a sixteenth of them and six probes, which cost as nine products with
         * all and find the edge of the noise to about a fifth.
         *
         * @param rows of the data, at least 2
         * @param seed decides batches and probes
         */
        public static Options forRows(int rows, long seed) {
            return new Options(Math.max(1, rows / SHARE), BATCHES, PROBES, seed);
        }
    }

    /** Checks the ranges. */
    public BatchNoise {
        checkArgument(batch > 0, "batch must be above 0, got %s", batch);
        checkArgument(variance >= 0 && Double.isFinite(variance), "variance must be 0 or more, got %s", variance);
    }

    /**
     * Compares the curvature of all rows with that of batches: {@code probes} products with all rows, and {@code probes
     * · batches} with a batch.
     *
     * @param data the rows, more than a batch has
     * @param curvature opens the curvature of some rows; closed here
     * @param options how to estimate
     */
    public static BatchNoise of(Dataset data, Function<Dataset, LossOperator> curvature, Options options) {
        int n = data.size();
        checkArgument(
                options.batchSize() < n,
                "%s has %s rows; a batch must be smaller than that, got %s",
                data.name(),
                n,
                options.batchSize());
        SplittableRandom random = new SplittableRandom(options.seed());
        List<double[]> probes = null;
        double[][] ofBatches = new double[options.batches()][];
        double[] ofAll;
        try (LossOperator all = curvature.apply(data)) {
            probes = probes(all.dimension(), options.probes(), random);
            ofAll = moments(all, probes);
        }
        for (int b = 0; b < ofBatches.length; b++) {
            try (LossOperator batch = curvature.apply(RowSample.of(data, options.batchSize(), random.nextLong()))) {
                ofBatches[b] = moments(batch, probes);
            }
        }
        double batch = (double) options.batchSize() * n / (n - options.batchSize());
        return of(batch, ofAll, ofBatches);
    }

    /**
     * Compares a matrix with noisy copies of it, each of which counts as a batch of one row.
     *
     * @param whole C
     * @param noisy its copies, at least 2
     * @param probes random vectors, at least 1
     * @param seed decides the probes
     */
    public static BatchNoise of(LinearOperator whole, List<? extends LinearOperator> noisy, int probes, long seed) {
        checkArgument(noisy.size() >= 2, "there must be at least 2 noisy copies, got %s", noisy.size());
        List<double[]> vectors = probes(whole.dimension(), probes, new SplittableRandom(seed));
        double[][] ofCopies = noisy.stream().map(copy -> moments(copy, vectors)).toArray(double[][]::new);
        return of(1, moments(whole, vectors), ofCopies);
    }

    private static BatchNoise of(double batch, double[] whole, double[][] copies) {
        double[] differences =
                Arrays.stream(copies).mapToDouble(copy -> copy[1] - whole[1]).toArray();
        double mean = Arrays.stream(differences).average().orElseThrow();
        double squares =
                Arrays.stream(differences).map(d -> (d - mean) * (d - mean)).sum();
        double error = Math.sqrt(squares / (differences.length - 1.0) / differences.length);
        return new BatchNoise(batch, whole[0], whole[1], Math.max(0, mean), error);
    }

    /**
     * Returns the noise of a sample of another size, which falls as one over its rows. With the number of training rows
     * it is how far their curvature is from that of all rows there could be.
     *
     * @param rows above 0, drawn from an endless supply
     */
    public BatchNoise ofRows(double rows) {
        checkArgument(rows > 0, "rows must be above 0, got %s", rows);
        double factor = batch / rows;
        return new BatchNoise(rows, mean, secondMoment, variance * factor, standardError * factor);
    }

    /** Returns where the noise ends: {@code 2√v}. Eigenvalues of a batch's curvature above it are signal. */
    public double edge() {
        return 2 * Math.sqrt(variance);
    }

    /**
     * Damps by the edge of the noise.
     *
     * @return {@code λ = 2√v} in every layer, or nothing if no noise was found
     */
    public Optional<DampingRule> edgeDamping() {
        return variance > 0 ? Optional.of(DampingRule.fixed(edge())) : Optional.empty();
    }

    /**
     * Damps as the best linear shrinkage towards the mean eigenvalue μ does: {@code β C_B + (1 − β) μ I}, nearest to C
     * in Frobenius norm, with {@code β = S / (S + p v)} and {@code S = ‖C − μI‖²}; it is {@code C_B + λI} but for a
     * factor.
     *
     * @return {@code λ = (1 − β) μ / β} in every layer, or nothing if no noise was found, or the mean eigenvalue is not
     *     above 0 or the only one
     */
    public Optional<DampingRule> shrinkageDamping() {
        double spread = secondMoment - mean * mean;
        boolean isDefined = variance > 0 && mean > 0 && spread > 0;
        return isDefined ? Optional.of(DampingRule.fixed(variance * mean / spread)) : Optional.empty();
    }

    /**
     * Returns how an eigenvalue {@code c > √v} of C shows in a batch: {@code c + v/c}, or the edge where it does not.
     */
    public double inflated(double eigenvalue) {
        return eigenvalue > Math.sqrt(variance) ? eigenvalue + variance / eigenvalue : edge();
    }

    /**
     * Returns the eigenvalue of C behind one that shows in a batch.
     *
     * @param shown at least the edge
     */
    public double deflated(double shown) {
        checkArgument(shown >= edge(), "an eigenvalue of %s is inside the noise, whose edge is %s", shown, edge());
        return (shown + Math.sqrt(shown * shown - 4 * variance)) / 2;
    }

    /** Returns tr(A)/p and tr(A²)/p as the probes see them: a probe's {@code vᵀAv} and {@code ‖Av‖²}. */
    private static double[] moments(LinearOperator operator, List<double[]> probes) {
        double first = 0;
        double second = 0;
        double[] product = new double[operator.dimension()];
        for (double[] probe : probes) {
            operator.apply(probe, product);
            for (int i = 0; i < product.length; i++) {
                first += probe[i] * product[i];
                second += product[i] * product[i];
            }
        }
        return new double[] {first / probes.size(), second / probes.size()};
    }

    /** Signs, of norm 1. */
    private static List<double[]> probes(int dimension, int count, SplittableRandom random) {
        checkArgument(count >= 1, "probes must be at least 1, got %s", count);
        double entry = 1 / Math.sqrt(dimension);
        List<double[]> probes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double[] probe = new double[dimension];
            Arrays.setAll(probe, j -> random.nextBoolean() ? entry : -entry);
            probes.add(probe);
        }
        return probes;
    }
}
