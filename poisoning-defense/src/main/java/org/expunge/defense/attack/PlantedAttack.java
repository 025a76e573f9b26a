package org.expunge.defense.attack;

import java.util.List;
import org.expunge.influence.data.Dataset;

/**
 * Training data with adversarial rows in it.
 *
 * @param train the poisoned rows; ids as before
 * @param adversarialIds ids of the adversarial rows, in row order
 * @param coverIds ids of rows that carry the trigger under their true label, so that the attack is harder to see, in
 *     row order; they do no harm themselves and are counted neither as adversarial nor as clean
 * @param originals the changed rows, adversarial ones and covers, as they were before, by which the attack can be
 *     undone
 * @param attack the attack, which also makes the attacked inputs
 */
public record PlantedAttack(
        Dataset train, List<String> adversarialIds, List<String> coverIds, Dataset originals, Attack attack) {
    /** Copies the lists. */
    public PlantedAttack {
        adversarialIds = List.copyOf(adversarialIds);
        coverIds = List.copyOf(coverIds);
    }

    /**
     * Marks the adversarial rows.
     *
     * @return for each row of {@link #train}, whether it is adversarial
     */
    public boolean[] mask() {
        return mask(adversarialIds);
    }

    /**
     * Marks the covers.
     *
     * @return for each row of {@link #train}, whether it is a cover
     */
    public boolean[] coverMask() {
        return mask(coverIds);
    }

    private boolean[] mask(List<String> ids) {
        boolean[] mask = new boolean[train.size()];
        for (int row : train.rowsOf(ids)) {
            mask[row] = true;
        }
        return mask;
    }
}
