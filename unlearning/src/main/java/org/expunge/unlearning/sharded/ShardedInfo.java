package org.expunge.unlearning.sharded;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code sharded.json}: what holds the shards of a run together.
 *
 * @param format version of the directory's layout
 * @param createdAt when the run was finished, UTC
 * @param shards S
 * @param slices L
 * @param secondsPerRow thread time that a row took per epoch in the first training
 * @param metrics accuracy of the vote on the rows that remain, by part ({@code train}, {@code validation},
 *     {@code test}); empty parts are left out
 * @param origin what the run was made from; null for a training
 * @param digests SHA-256 of each shard's {@code run.json}, which holds the digests of its files
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ShardedInfo(
        int format,
        String createdAt,
        int shards,
        int slices,
        double secondsPerRow,
        Map<String, VoteMetrics> metrics,
        @Nullable Origin origin,
        List<String> digests) {

    /** The layout that this version writes and reads. */
    static final int FORMAT = 1;

    /** Copies the collections. */
    public ShardedInfo {
        metrics = Map.copyOf(metrics);
        digests = List.copyOf(digests);
    }

    /**
     * What a run was made from by forgetting.
     *
     * @param parent name of the parent's directory
     * @param parentDigest SHA-256 of the parent's {@code sharded.json}
     * @param removedRows rows that this step took out
     * @param retrainedShards shards that were retrained, ascending
     */
    public record Origin(String parent, String parentDigest, int removedRows, List<Integer> retrainedShards) {
        /** Copies the list. */
        public Origin {
            retrainedShards = List.copyOf(retrainedShards);
        }
    }
}
