package org.expunge.unlearning.sharded;

import java.util.HashMap;
import java.util.Map;
import org.expunge.influence.io.Json;
import org.expunge.influence.training.TrainingRun;

/**
 * What a shard's run remembers of the whole, among its notes.
 *
 * @param shard which, in [0, S)
 * @param shards S
 * @param slices L
 * @param seconds thread time of its first training
 * @param rowPasses rows that went through that training, epochs multiplied in
 */
record ShardNotes(int shard, int shards, int slices, double seconds, long rowPasses) {
    private static final String NAME = "shard";

    /** Adds these notes to others. */
    Map<String, Object> among(Map<String, Object> others) {
        Map<String, Object> all = new HashMap<>(others);
        all.put(NAME, Json.mapper().convertValue(this, Map.class));
        return all;
    }

    static ShardNotes of(TrainingRun shard) {
        return Json.mapper().convertValue(shard.info().notes().get(NAME), ShardNotes.class);
    }
}
