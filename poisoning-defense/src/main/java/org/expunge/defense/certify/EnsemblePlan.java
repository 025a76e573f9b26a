package org.expunge.defense.certify;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonIgnore;
import org.expunge.influence.training.Seeds;

/**
 * How the rows are shared out.
 *
 * @param partitions k: a member sees one of k parts of the rows, at least 2
 * @param spread d: how many members see a row; 1 is deep partition aggregation, more is finite aggregation
 * @param seed decides the key of the hash, the offsets and every member's training
 */
public record EnsemblePlan(int partitions, int spread, long seed) {
    /** Checks the counts. */
    public EnsemblePlan {
        checkArgument(partitions >= 2, "partitions must be at least 2, got %s", partitions);
        checkArgument(spread >= 1, "spread must be at least 1, got %s", spread);
    }

    /** Returns the way of voting. */
    @JsonIgnore
    public Aggregation aggregation() {
        return spread == 1
                ? new DeepPartitionAggregation(partitions)
                : new FiniteAggregation(partitions, spread, new Seeds(seed).of("offsets"));
    }

    /** Returns the name of the method. */
    @JsonIgnore
    public String method() {
        return spread == 1 ? "deep partition aggregation" : "finite aggregation";
    }
}
