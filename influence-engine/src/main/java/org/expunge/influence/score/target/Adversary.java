package org.expunge.influence.score.target;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;

/** Moves rows so that a model errs on them. Implementations are immutable. */
public interface Adversary {
    /** Returns a short name for tables and files. */
    String name();

    /**
     * Moves rows.
     *
     * @param engine where to compute
     * @param model the model that is to err
     * @param rows m rows with their true labels
     * @return the same rows with other features
     */
    Dataset attack(Engine engine, Model model, Dataset rows);
}
