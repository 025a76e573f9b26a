package org.expunge.defense.attack;

import java.util.List;
import java.util.Set;
import org.expunge.influence.data.Dataset;

/**
 * Training data with adversarial rows in it.
 *
 * @param train the poisoned rows; ids as before
 * @param adversarialIds ids of the adversarial rows, in row order
 * @param originals the adversarial rows as they were before, by which the attack can be undone
 * @param attack the attack, which also makes the attacked inputs
 */
public record PlantedAttack(Dataset train, List<String> adversarialIds, Dataset originals, Attack attack) {
    /** Copies the list. */
    public PlantedAttack {
        adversarialIds = List.copyOf(adversarialIds);
    }

    /**
     * Marks the adversarial rows.
     *
     * @return for each row of {@link #train}, whether it is adversarial
     */
    public boolean[] mask() {
        Set<String> adversarial = Set.copyOf(adversarialIds);
        boolean[] mask = new boolean[train.size()];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = adversarial.contains(train.id(i));
        }
        return mask;
    }
}
