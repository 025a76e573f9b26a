package org.expunge.defense.trace;

import org.expunge.influence.data.Dataset;

/** A way to say how much a training row has to do with an input: by influence, or by nearness. */
public interface Affinity {
    /**
     * Names it.
     *
     * @return a word or two
     */
    String name();

    /**
     * Compares every input with every row.
     *
     * @param train n training rows
     * @param inputs m inputs with the classes that the model takes them for as targets
     * @return m × n, larger for rows that have more to do with the input
     */
    double[][] of(Dataset train, Dataset inputs);
}
