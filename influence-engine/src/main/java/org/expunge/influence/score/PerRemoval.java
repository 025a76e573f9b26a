package org.expunge.influence.score;

import static com.google.common.base.Preconditions.checkState;

import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.data.Dataset;

/**
 * Scores divided by the number of training rows: with a curvature of the mean loss, to first order the rise of the
 * query's loss when the row is removed and the model moved to its new optimum.
 *
 * <p><b>Shapes.</b> As the estimator's.
 *
 * <p><b>Units.</b> Loss.
 *
 * <p><b>Accuracy.</b> Of the estimator's scores, one rounding more.
 *
 * <p><b>Cost.</b> A multiplication a score.
 *
 * <p><b>Source.</b> P. W. Koh and P. Liang, "Understanding Black-box Predictions via Influence Functions", ICML 2017,
 * section 2.1.
 */
public final class PerRemoval implements Estimator {
    private final Estimator estimator;

    /** @param estimator whose units are {@link Provenance.Units#INNER_PRODUCT} */
    public PerRemoval(Estimator estimator) {
        this.estimator = estimator;
    }

    @Override
    public String method() {
        return estimator.method();
    }

    @Override
    public SortedMap<String, String> inputs() {
        SortedMap<String, String> inputs = new TreeMap<>(estimator.inputs());
        inputs.put("units", Provenance.Units.PER_REMOVAL.toString());
        return inputs;
    }

    @Override
    public MemoryPlan plan(int rows, int queries) {
        return estimator.plan(rows, queries);
    }

    @Override
    public Provenance stream(Dataset train, Dataset queries, ScoreSink sink) throws IOException {
        Provenance provenance = estimator.stream(train, queries, new Divider(sink, train.size()));
        checkState(
                provenance.units() == Provenance.Units.INNER_PRODUCT,
                "scores of %s count %s and predict no loss",
                method(),
                provenance.units());
        return provenance.withUnits(Provenance.Units.PER_REMOVAL);
    }

    private record Divider(ScoreSink sink, int rows) implements ScoreSink {
        @Override
        public boolean wants(BlockRange range) {
            return sink.wants(range);
        }

        @Override
        public void accept(ScoreBlock block) throws IOException {
            sink.accept(block.scaled(1.0 / rows));
        }

        @Override
        public void solved(Provenance.Inverse soFar) throws IOException {
            sink.solved(soFar);
        }
    }
}
