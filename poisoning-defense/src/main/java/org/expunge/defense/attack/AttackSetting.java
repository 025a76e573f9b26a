package org.expunge.defense.attack;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What can be chosen of an attack, beside its classes and its seed; no attack has all of it. */
public enum AttackSetting {
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

    /**
     * Returns what can be chosen of an attack.
     *
     * @param attack one of {@link AttackCatalogue#names}
     * @throws IllegalArgumentException if there is no such attack
     */
    public static Set<AttackSetting> of(String attack) {
        return switch (attack) {
            case "patch", "all-to-one", "all-to-all", "tact", "adaptive-patch" -> EnumSet.of(ROWS, COVERS, PATCH);
            case "blend", "sig", "wanet", "adaptive-blend", "tone", "noise-burst" -> EnumSet.of(ROWS, COVERS, STRENGTH);
            case "clean-label-patch" -> EnumSet.of(ROWS, COVERS, PATCH, EPSILON);
            case "feature-collision", "bullseye-polytope", "gradient-matching" -> EnumSet.of(ROWS, EPSILON, VICTIM);
            case "targeted-flip" -> EnumSet.of(ROWS, VICTIM);
            case "symmetric-noise", "pair-noise" -> EnumSet.of(STRENGTH);
            case "features" -> EnumSet.of(ROWS, COVERS, FEATURES);
            case "features-in-bounds" -> EnumSet.of(ROWS, COVERS, FEATURES, STRENGTH);
            case "word", "sentence" -> EnumSet.of(ROWS, COVERS);
            default ->
                throw new IllegalArgumentException("attack '" + attack + "' is not known; use one of "
                        + String.join(", ", AttackCatalogue.names()));
        };
    }

    /** Returns the attacks of which this can be chosen. */
    public List<String> attacks() {
        return AttackCatalogue.names().stream()
                .filter(name -> of(name).contains(this))
                .toList();
    }
}
