package org.expunge.influence.score;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.training.Checkpoint;

/** Two models of one convolutional network, as if a training had passed through both, and rows for them. */
final class TwoCheckpoints implements AutoCloseable {
    /** Sums of under 200 terms of size 1 in double: 200 · 2⁻⁵³ is 2e-14. */
    static final double TOLERANCE = 1e-12;
    /** 0.1 / 20 + 0.05 / 25. */
    static final double WEIGHTS = 0.007;

    final Engine engine = SmallProblems.reference(2, 4);
    final Model first = SmallProblems.convolutional(1);
    final Model second = SmallProblems.convolutional(2);
    final List<Checkpoint> checkpoints =
            List.of(new Checkpoint(10, 1, 0.1, 20, first), new Checkpoint(20, 2, 0.05, 25, second));
    final Dataset train = SmallProblems.rows(first, 11, 3);
    final Dataset queries = SmallProblems.rows(first, 3, 4);

    /** Returns a table of scores, query by query. */
    static double[] all(Scores scores) {
        double[] all = new double[scores.queries() * scores.rows()];
        for (int q = 0; q < scores.queries(); q++) {
            System.arraycopy(scores.row(q), 0, all, q * scores.rows(), scores.rows());
        }
        return all;
    }

    @Override
    public void close() {
        engine.close();
    }
}
