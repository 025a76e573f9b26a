package org.expunge.defense.trace;

import java.util.List;
import org.expunge.influence.data.Dataset;

/** Ways to say how much a training row has to do with an input, by influence or by nearness, computed together. */
public interface Affinity {
    /** Compares inputs with rows in one way. */
    @FunctionalInterface
    interface Comparison {
        /**
         * Compares every input with every row.
         *
         * @param train n training rows
         * @param inputs m inputs with the classes that the model takes them for as targets
         * @return m × n, larger for rows that have more to do with the input
         */
        double[][] of(Dataset train, Dataset inputs);
    }

    /**
     * Names the ways.
     *
     * @return a word or two for each, at least one
     */
    List<String> names();

    /**
     * Compares every input with every row.
     *
     * @param train n training rows
     * @param inputs m inputs with the classes that the model takes them for as targets
     * @return for each of {@link #names} m × n, larger for rows that have more to do with the input
     */
    List<double[][]> of(Dataset train, Dataset inputs);

    /**
     * Returns the same with what it learns from all training rows, such as how rare words are; itself unless it does.
     *
     * @param train all training rows, of which {@link #of} is given those of a class
     */
    default Affinity fitted(Dataset train) {
        return this;
    }

    /** Returns whether it compares features alone, and owes nothing to the model. */
    default boolean comparesFeatures() {
        return false;
    }

    /**
     * Compares in one way.
     *
     * @param name a word or two
     * @param comparison compares
     * @return it alone
     */
    static Affinity named(String name, Comparison comparison) {
        return new Affinity() {
            @Override
            public List<String> names() {
                return List.of(name);
            }

            @Override
            public List<double[][]> of(Dataset train, Dataset inputs) {
                return List.<double[][]>of(comparison.of(train, inputs));
            }
        };
    }
}
