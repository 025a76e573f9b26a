package org.expunge.unlearning.sharded;

import java.util.function.LongConsumer;

/** Watches the training of several shards; called by one thread at a time. */
@FunctionalInterface
public interface ShardProgress {
    /** Watches nothing. */
    ShardProgress NONE = (done, total) -> {};

    /**
     * An epoch of some shard ended.
     *
     * @param done rows that went through training so far, epochs multiplied in
     * @param total rows that will have at the end
     */
    void onRows(long done, long total);

    /** Returns what adds up the rows of all shards. */
    default LongConsumer counting(long total) {
        return new LongConsumer() {
            private long done;

            @Override
            public synchronized void accept(long rows) {
                done += rows;
                onRows(done, total);
            }
        };
    }
}
