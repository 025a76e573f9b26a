package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.defense.attack.craft.Bound.Norm;
import org.jspecify.annotations.Nullable;

/**
 * An attack by name, as {@link AttackCatalogue} makes it. What is null is left to the attack.
 *
 * @param name one of {@link AttackCatalogue#names}
 * @param source class under attack, or {@link Aim#EVERY_CLASS}
 * @param target class that attacked inputs are to be taken for
 * @param rows training rows to poison, at least 1; null for the attack's own share
 * @param covers rows that get the trigger and keep their label; null for the attack's own number
 * @param strength what docs/methods/attacks.md names for the attack: an opacity, a height, a quantile or a share; null
 *     for the published one
 * @param norm by which {@code epsilon} is meant; null for the attack's own
 * @param epsilon how far crafted rows may move, in units of the features' ranges; null for the attack's own, which it
 *     must be where {@code norm} is
 * @param patchHeight of a patch, in pixels
 * @param patchWidth of a patch, in pixels
 * @param features of a table that a trigger sets; empty to have three drawn
 * @param victim id of the test row that a targeted attack aims at; null for the first of the source class
 * @param seed decides what is drawn
 */
public record AttackRequest(
        String name,
        int source,
        int target,
        @Nullable Integer rows,
        @Nullable Integer covers,
        @Nullable Double strength,
        @Nullable Norm norm,
        @Nullable Double epsilon,
        int patchHeight,
        int patchWidth,
        List<Integer> features,
        @Nullable String victim,
        long seed) {
    /** Checks the name and the counts; copies the list. */
    public AttackRequest {
        checkArgument(
                AttackCatalogue.names().contains(name),
                "attack '%s' is not known; use one of %s",
                name,
                String.join(", ", AttackCatalogue.names()));
        checkArgument(rows == null || rows >= 1, "rows must be at least 1, got %s", rows);
        checkArgument(covers == null || covers >= 0, "covers must be 0 or more, got %s", covers);
        checkArgument(norm == null || epsilon != null, "epsilon must be given too where its norm, %s, is chosen", norm);
        features = List.copyOf(features);
    }

    /** Leaves all but the classes to the attack, with a patch of 2 × 3. */
    public static AttackRequest of(String name, int source, int target, long seed) {
        return new AttackRequest(name, source, target, null, null, null, null, null, 2, 3, List.of(), null, seed);
    }

    /** Poisons so many rows. */
    public AttackRequest withRows(int count) {
        return new AttackRequest(
                name,
                source,
                target,
                count,
                covers,
                strength,
                norm,
                epsilon,
                patchHeight,
                patchWidth,
                features,
                victim,
                seed);
    }

    /** Takes another strength. */
    public AttackRequest withStrength(double value) {
        return new AttackRequest(
                name,
                source,
                target,
                rows,
                covers,
                value,
                norm,
                epsilon,
                patchHeight,
                patchWidth,
                features,
                victim,
                seed);
    }

    /** Lets crafted rows move so far, by a norm. */
    public AttackRequest withEpsilon(Norm by, double value) {
        return new AttackRequest(
                name,
                source,
                target,
                rows,
                covers,
                strength,
                by,
                value,
                patchHeight,
                patchWidth,
                features,
                victim,
                seed);
    }
}
