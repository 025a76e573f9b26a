package org.expunge.influence.score;

import java.io.IOException;
import java.util.SortedMap;
import org.expunge.influence.data.Dataset;

/** Hands some blocks on, then fails as a device does that is lost. */
final class FailingBehind implements Estimator {
    private final Estimator inner;
    private final int blocks;

    FailingBehind(Estimator inner, int blocks) {
        this.inner = inner;
        this.blocks = blocks;
    }

    @Override
    public String method() {
        return inner.method();
    }

    @Override
    public SortedMap<String, String> inputs() {
        return inner.inputs();
    }

    @Override
    public MemoryPlan plan(int rows, int queries) {
        return inner.plan(rows, queries);
    }

    @Override
    public Provenance stream(Dataset train, Dataset queries, ScoreSink sink) throws IOException {
        return inner.stream(train, queries, new ScoreSink() {
            private int accepted;

            @Override
            public void accept(ScoreBlock block) throws IOException {
                if (accepted++ == blocks) {
                    throw new IllegalStateException("the device is gone");
                }
                sink.accept(block);
            }

            @Override
            public boolean wants(BlockRange range) {
                return sink.wants(range);
            }
        });
    }
}
