package org.expunge.influence.score.sketch;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.score.BlockRange;
import org.expunge.influence.score.BlockTask;
import org.expunge.influence.score.MemoryPlan;
import org.expunge.influence.score.ScoreSink;
import org.expunge.influence.score.WorkLimits;

/**
 * Scores {@code φ_qᵀ ψ_i} from features on the host, block by block.
 *
 * <p><b>Accuracy.</b> Double; neither blocks nor workers change a bit.
 *
 * <p><b>Cost.</b> The features, those of the queries once and those of the rows once for each block of queries, and w
 * multiplications a pair. Memory is what {@link #plan} says.
 */
public final class FeatureScorer {
    private static final int ROWS_PER_TASK = 64;

    /** Makes features. */
    @FunctionalInterface
    public interface Features {
        /**
         * Computes the features of some rows.
         *
         * @param rows the rows
         * @param from where the first stands among all
         * @return {@code rows × w}
         */
        double[][] of(Dataset rows, int from);
    }

    private final Workers workers;
    private final int width;
    private final long fixedBytes;
    private final WorkLimits limits;

    /**
     * Prepares.
     *
     * @param workers who multiplies
     * @param width w, at least 1
     * @param fixedBytes what making features takes, whatever the block
     * @param limits how to cut the work
     */
    public FeatureScorer(Workers workers, int width, long fixedBytes, WorkLimits limits) {
        this.workers = workers;
        this.width = width;
        this.fixedBytes = fixedBytes;
        this.limits = limits;
    }

    /** Cuts the table: all queries at once if their features fit half of the memory. */
    public MemoryPlan plan(int rows, int queries) {
        long features = 2L * width * Double.BYTES; // as they are made, and as they are used
        return limits.blocks(rows, queries, fixedBytes, features, features, 2L * Double.BYTES);
    }

    /**
     * Computes the table.
     *
     * @param train n rows
     * @param queries m queries
     * @param sink takes the blocks
     * @param ofQueries φ
     * @param ofRows ψ
     * @param finish turns a product into a score
     */
    public void stream(
            Dataset train,
            Dataset queries,
            ScoreSink sink,
            Features ofQueries,
            Features ofRows,
            DoubleUnaryOperator finish)
            throws IOException {
        QueryFeatures phi = new QueryFeatures(ofQueries);
        BlockTask.stream(
                plan(train.size(), queries.size()),
                train,
                queries,
                sink,
                (range, rows, some) -> finished(
                        products(workers, ofRows.of(rows, range.rowFrom()), phi.of(range, some), range.queries()),
                        finish));
    }

    /** Keeps the features of the queries, transposed, from one block of rows to the next. */
    private final class QueryFeatures {
        private final Features features;
        private double[][] kept = new double[0][];
        private int keptFrom = -1;

        QueryFeatures(Features features) {
            this.features = features;
        }

        double[][] of(BlockRange range, Dataset queries) {
            if (range.queryFrom() != keptFrom) {
                kept = transposed(features.of(queries, range.queryFrom()), width);
                keptFrom = range.queryFrom();
            }
            return kept;
        }
    }

    private static double[] finished(double[] products, DoubleUnaryOperator finish) {
        Arrays.setAll(products, i -> finish.applyAsDouble(products[i]));
        return products;
    }

    /**
     * Multiplies features.
     *
     * @param workers who multiplies
     * @param psi {@code n × w}
     * @param phi {@code w × m}
     * @param queries m
     * @return the product of row r and query q at {@code r · m + q}
     */
    public static double[] products(Workers workers, double[][] psi, double[][] phi, int queries) {
        double[] products = new double[Math.multiplyExact(psi.length, queries)];
        int tasks = (psi.length + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
        workers.run(tasks, (worker, task) -> {
            int end = Math.min(psi.length, (task + 1) * ROWS_PER_TASK);
            double[] sums = new double[queries];
            for (int r = task * ROWS_PER_TASK; r < end; r++) {
                Arrays.fill(sums, 0);
                for (int k = 0; k < phi.length; k++) {
                    addScaled(psi[r][k], phi[k], sums);
                }
                System.arraycopy(sums, 0, products, r * queries, queries);
            }
        });
        return products;
    }

    private static void addScaled(double alpha, double[] x, double[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] += alpha * x[i];
        }
    }

    /**
     * Turns {@code m × w} into {@code w × m}.
     *
     * @param rows m rows
     * @param width w
     */
    public static double[][] transposed(double[][] rows, int width) {
        double[][] columns = new double[width][rows.length];
        for (int r = 0; r < rows.length; r++) {
            for (int k = 0; k < width; k++) {
                columns[k][r] = rows[r][k];
            }
        }
        return columns;
    }
}
