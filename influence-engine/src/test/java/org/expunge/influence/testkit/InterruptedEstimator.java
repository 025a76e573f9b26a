package org.expunge.influence.testkit;

import java.io.IOException;
import java.util.SortedMap;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.score.BlockRange;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.MemoryPlan;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.ScoreBlock;
import org.expunge.influence.score.ScoreSink;

/** Hands blocks on until some have been computed, then fails as a kill would. */
public final class InterruptedEstimator implements Estimator {
    private final Estimator inner;
    private final int after;
    private final Interruption interruption;
    private int computed;

    /** What ends the work. */
    @FunctionalInterface
    public interface Interruption {
        /** Throws. */
        void strike() throws IOException;
    }

    /** Lets {@code after} blocks through. */
    public InterruptedEstimator(Estimator inner, int after) {
        this(inner, after, () -> {
            throw new IOException("killed");
        });
    }

    /** Lets {@code after} blocks through, and then fails in its own way. */
    public InterruptedEstimator(Estimator inner, int after, Interruption interruption) {
        this.inner = inner;
        this.after = after;
        this.interruption = interruption;
    }

    /** Returns how many blocks were computed. */
    public int computed() {
        return computed;
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
            @Override
            public void accept(ScoreBlock block) throws IOException {
                if (computed == after) {
                    interruption.strike();
                }
                computed++;
                sink.accept(block);
            }

            @Override
            public void solved(Provenance.Inverse soFar) throws IOException {
                sink.solved(soFar);
            }

            @Override
            public boolean wants(BlockRange range) {
                return sink.wants(range);
            }
        });
    }
}
