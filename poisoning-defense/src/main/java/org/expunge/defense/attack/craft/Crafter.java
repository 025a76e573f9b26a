package org.expunge.defense.attack.craft;

import org.expunge.influence.data.Dataset;

/** Moves training rows before they are planted; their labels stay. Implementations are immutable. */
public interface Crafter {
    /** Leaves rows as they are. */
    Crafter NONE = new Crafter() {
        @Override
        public Dataset craft(Dataset bases) {
            return bases;
        }

        @Override
        public String description() {
            return "no change";
        }
    };

    /**
     * Moves rows.
     *
     * @param bases n raw rows with their true labels, left as they were
     * @return the same rows, with other features
     * @throws IllegalArgumentException if they do not fit the surrogate
     */
    Dataset craft(Dataset bases);

    /**
     * Returns the method and its settings, for reports.
     *
     * @return a few words
     */
    String description();
}
