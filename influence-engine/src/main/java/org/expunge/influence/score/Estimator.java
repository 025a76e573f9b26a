package org.expunge.influence.score;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SortedMap;
import org.expunge.influence.data.Dataset;

/**
 * Scores training rows for queries. Positive = proponent.
 *
 * <p>A query's target is the label it carries: give the predicted label ({@link Dataset#withTargets}) to ask what
 * causes a prediction.
 */
public interface Estimator {
    /** Returns the method's name, as in tables and files. */
    String method();

    /**
     * Returns what scores depend on beside the rows: digests of models, and settings, by name and sorted.
     *
     * @return the same for estimators that give the same scores
     */
    SortedMap<String, String> inputs();

    /**
     * Returns how the work would be cut for this many rows and queries.
     *
     * @throws IllegalArgumentException if it cannot be done within the memory allowed; the message says what it needs
     */
    MemoryPlan plan(int rows, int queries);

    /**
     * Computes the table block by block. Blocks come in the order of {@link MemoryPlan#blocks}.
     *
     * @param train n training rows
     * @param queries m queries
     * @param sink takes the blocks; those it does not want are not computed
     * @return how the scores were made
     * @throws IOException if the sink fails
     */
    Provenance stream(Dataset train, Dataset queries, ScoreSink sink) throws IOException;

    /**
     * Computes the whole table in memory: 8 m n bytes beside those of the plan.
     *
     * @param train n training rows
     * @param queries m queries
     */
    default Scores score(Dataset train, Dataset queries) {
        double[][] values = new double[queries.size()][train.size()];
        try {
            Provenance provenance = stream(train, queries, DenseScores.collector(values));
            return new DenseScores(values, train.size(), provenance);
        } catch (IOException e) {
            throw new UncheckedIOException("collecting in memory failed", e);
        }
    }
}
