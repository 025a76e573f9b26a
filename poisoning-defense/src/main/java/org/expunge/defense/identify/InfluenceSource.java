package org.expunge.defense.identify;

import java.util.List;
import java.util.function.IntConsumer;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.JointSimilarity;
import org.expunge.influence.score.MemoryPlan;
import org.expunge.influence.score.Scores;

/** Where influence comes from: one estimator, or several that share their work. */
public interface InfluenceSource {
    /** Returns the estimators' names, at least one. */
    List<String> methods();

    /**
     * Scores training rows for queries.
     *
     * @param rows n training rows
     * @param queries m queries with the labels that they are predicted to have
     * @return a table of m × n for each of {@link #methods}
     */
    List<Scores> score(Dataset rows, Dataset queries);

    /**
     * Returns how a scoring would be cut.
     *
     * @param rows n training rows
     * @param queries m queries
     */
    MemoryPlan plan(int rows, int queries);

    /**
     * Returns the floating-point operations of a scoring; 0 where they are not counted.
     *
     * @param rows n training rows
     * @param queries m queries
     */
    default double flops(int rows, int queries) {
        return 0;
    }

    /**
     * Does independent tasks, in any order.
     *
     * @param tasks how many
     * @param task is told which
     */
    default void forEach(int tasks, IntConsumer task) {
        for (int i = 0; i < tasks; i++) {
            task.accept(i);
        }
    }

    /**
     * Asks one estimator.
     *
     * @param estimator the estimator
     * @return its scores under its name
     */
    static InfluenceSource of(Estimator estimator) {
        return new InfluenceSource() {
            @Override
            public List<String> methods() {
                return List.of(estimator.method());
            }

            @Override
            public List<Scores> score(Dataset rows, Dataset queries) {
                return List.of(estimator.score(rows, queries));
            }

            @Override
            public MemoryPlan plan(int rows, int queries) {
                return estimator.plan(rows, queries);
            }
        };
    }

    /**
     * Asks several of GAS, GAS-L and TracInCP at once.
     *
     * @param engine whose workers take part
     * @param similarity the methods
     * @return their scores
     */
    static InfluenceSource of(Engine engine, JointSimilarity similarity) {
        return new InfluenceSource() {
            @Override
            public List<String> methods() {
                return similarity.methods();
            }

            @Override
            public List<Scores> score(Dataset rows, Dataset queries) {
                return similarity.score(rows, queries);
            }

            @Override
            public MemoryPlan plan(int rows, int queries) {
                return similarity.plan(rows, queries);
            }

            @Override
            public double flops(int rows, int queries) {
                return similarity.flops(rows, queries);
            }

            @Override
            public void forEach(int tasks, IntConsumer task) {
                engine.workers().run(tasks, (worker, i) -> task.accept(i));
            }
        };
    }
}
