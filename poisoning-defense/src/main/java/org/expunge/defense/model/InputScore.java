package org.expunge.defense.model;

import org.expunge.influence.data.Dataset;

/** Scores inputs by how much they look like attacked ones; labels are not looked at. */
public interface InputScore {
    /** Returns the name for tables. */
    String name();

    /**
     * Scores inputs.
     *
     * @param inputs n normalised rows, as the model takes them; may be empty
     * @return one finite number a row, larger when more suspicious
     * @throws IllegalArgumentException if the rows do not fit the model
     */
    double[] score(Dataset inputs);
}
