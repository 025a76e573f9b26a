package org.expunge.defense.attack;

import org.expunge.influence.data.Dataset;

/** A way to poison training data so that certain inputs are later taken for a class of the attacker's choice. */
public interface Attack {
    /** What {@link #targetClass} returns where the class depends on the input's own. */
    int VARIES = -1;

    /**
     * Returns the name under which tables and the command line know the attack.
     *
     * @return lower case, with hyphens
     */
    String name();

    /**
     * Plants the adversarial rows.
     *
     * @param train clean raw training rows, left as they were
     * @return the poisoned rows, with the same ids, and which of them are adversarial
     * @throws IllegalArgumentException if the data do not have the classes, shape or number of rows that the attack
     *     needs
     */
    PlantedAttack plant(Dataset train);

    /**
     * Makes the inputs that the attacker sends once the model is trained.
     *
     * @param clean raw rows that were not trained on
     * @return the rows that the attack aims at, changed as the attacker changes them, with their ids and <em>true</em>
     *     labels
     */
    Dataset attackInputs(Dataset clean);

    /**
     * Returns the class that attacked inputs are to be taken for.
     *
     * @return y_t, or {@link #VARIES} where only {@link #targetOf} says
     */
    int targetClass();

    /**
     * Returns the class that an attacked input is to be taken for. Success is counted by this.
     *
     * @param trueLabel the input's true class
     * @return its y_t
     */
    default int targetOf(int trueLabel) {
        return targetClass();
    }

    /**
     * Returns the attack's name and settings, for reports.
     *
     * @return one line
     */
    String description();
}
