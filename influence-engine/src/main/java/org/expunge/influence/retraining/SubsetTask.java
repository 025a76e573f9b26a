package org.expunge.influence.retraining;

import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.compute.Engine;

/** Trains on some of n rows and measures the outcome. Serves many threads at once. */
@FunctionalInterface
public interface SubsetTask {
    /**
     * Trains and measures.
     *
     * @param engine where to compute, with one worker
     * @param rows indices into all rows, ascending
     * @param seed of the training
     * @return m finite numbers, as many for every subset
     */
    double[] measure(Engine engine, int[] rows, long seed);

    /**
     * Returns what the numbers depend on beside rows and seed, by name: digests of data, and settings.
     *
     * @return the same for tasks that give the same numbers
     */
    default SortedMap<String, String> inputs() {
        return new TreeMap<>();
    }

    /** Returns the task with every number negated: a loss becomes a utility. */
    default SubsetTask negated() {
        SubsetTask task = this;
        return new SubsetTask() {
            @Override
            public double[] measure(Engine engine, int[] rows, long seed) {
                double[] values = task.measure(engine, rows, seed);
                java.util.Arrays.setAll(values, i -> -values[i]);
                return values;
            }

            @Override
            public SortedMap<String, String> inputs() {
                SortedMap<String, String> inputs = new TreeMap<>(task.inputs());
                inputs.put("sign", "negated");
                return inputs;
            }
        };
    }
}
