package org.expunge.unlearning.sharded;

import java.util.Map;
import java.util.TreeMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Partition;
import org.expunge.influence.training.Split;

/**
 * Accuracy of a sharded model over one part of the data.
 *
 * @param rows how many rows, at least 1
 * @param majority fraction of rows that the majority of the models gets right
 * @param meanProbability fraction of rows whose class has the highest mean probability
 * @param members the models' own accuracy, averaged over them
 */
public record VoteMetrics(int rows, double majority, double meanProbability, double members) {
    /** Evaluates the vote on each part of the data; empty parts are left out. */
    static Map<String, VoteMetrics> of(Engine engine, ShardedModel model, Partition raw) {
        Map<String, VoteMetrics> metrics = new TreeMap<>();
        Map.of(Split.TRAIN, raw.train(), Split.VALIDATION, raw.validation(), Split.TEST, raw.test())
                .forEach((split, rows) -> {
                    if (rows.size() > 0) {
                        metrics.put(split.text(), model.predict(engine, rows).metrics(rows));
                    }
                });
        return metrics;
    }
}
