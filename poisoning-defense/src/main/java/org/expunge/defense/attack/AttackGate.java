package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;

/**
 * Whether a planted attack works at all. A defense is only measured against an attack that does.
 *
 * @param attackSuccess share of attacked inputs that the poisoned model takes for the target class
 * @param baseSuccess the same share of a model trained on the clean rows
 * @param cleanAccuracy test accuracy of the poisoned model
 * @param baseAccuracy test accuracy of the model trained on the clean rows
 */
public record AttackGate(double attackSuccess, double baseSuccess, double cleanAccuracy, double baseAccuracy) {
    /** The least attack success that counts. */
    public static final double LEAST_SUCCESS = 0.80;

    /** The most clean accuracy that an attack may cost, as a share. */
    public static final double MOST_ACCURACY_LOSS = 0.01;

    /**
     * Says whether the attack works.
     *
     * @return whether it succeeds at no visible cost
     */
    public boolean holds() {
        return attackSuccess >= LEAST_SUCCESS && baseAccuracy - cleanAccuracy <= MOST_ACCURACY_LOSS;
    }

    /**
     * Counts successes.
     *
     * @param predicted predicted classes of the attacked inputs, at least one
     * @param targetClass y_t
     * @return the share that equals y_t
     */
    public static double successRate(int[] predicted, int targetClass) {
        checkArgument(predicted.length > 0, "there are no attacked inputs to judge");
        return Arrays.stream(predicted).filter(y -> y == targetClass).count() / (double) predicted.length;
    }
}
