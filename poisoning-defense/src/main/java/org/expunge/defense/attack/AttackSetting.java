package org.expunge.defense.attack;

import java.util.List;

/** What can be chosen of an attack, beside its seed; no attack has all of it, see {@link AttackCatalogue#settings}. */
public enum AttackSetting {
    /** The class under attack; where one input is attacked that is not named, its class. */
    SOURCE,
    /** The class that attacked inputs are to be taken for. */
    TARGET,
    /** How many training rows are poisoned. */
    ROWS,
    /** How many get the trigger and keep their label. */
    COVERS,
    /** An opacity, a height, a quantile, a loudness or a share. */
    STRENGTH,
    /** How far crafted rows move, and its norm. */
    EPSILON,
    /** The size of a patch. */
    PATCH,
    /** The columns that a trigger sets. */
    FEATURES,
    /** The one input that is attacked. */
    VICTIM;

    /** Returns the attacks of which this can be chosen. */
    public List<String> attacks() {
        return AttackCatalogue.names().stream()
                .filter(name -> AttackCatalogue.settings(name).contains(this))
                .toList();
    }
}
