package org.expunge.cli.work;

import org.expunge.cli.render.ProgressMeter;
import org.expunge.unlearning.sharded.ShardProgress;

/** Shows the rows that went through the training of shards on a meter. */
record MeteredShards(ProgressMeter meter) implements ShardProgress {
    @Override
    public void onRows(long done, long total) {
        meter.step(done, total, "row passes");
    }
}
