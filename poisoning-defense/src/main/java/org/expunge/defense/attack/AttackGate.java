package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;

/**
 * Whether a planted attack works at all. A defense is only measured against an attack that does.
 *
 * <p>An attack works if its inputs are taken for the target class, if the planted rows are why, and if nobody sees it
 * by the accuracy. The second is asked of a model trained on the clean rows: where that one gives the same answer for
 * most of the inputs (an image of no class that it knows has to be taken for some class), no removal of rows can undo
 * the success, and a figure "after" would count the clean model's own errors. At least half of the successes must be
 * the poison's. Successes of both models are not paired, so all those of the clean model are taken off: with {@code b ≤
 * s/2} at least {@code s − b ≥ s/2} of the inputs succeed on the poisoned model alone. A stricter limit would refuse
 * attacks on two classes, where a trigger that hides the input leaves a clean model to guess: b = .5, s = 1.
 *
 * @param attackSuccess share of attacked inputs that the poisoned model takes for the target class; not a number where
 *     there are none
 * @param baseSuccess the same share of a model trained on the clean rows
 * @param cleanAccuracy test accuracy of the poisoned model
 * @param baseAccuracy test accuracy of the model trained on the clean rows
 */
public record AttackGate(double attackSuccess, double baseSuccess, double cleanAccuracy, double baseAccuracy) {
    /** The least attack success that counts. */
    public static final double LEAST_SUCCESS = 0.80;

    /** The most clean accuracy that an attack may cost, as a share. */
    public static final double MOST_ACCURACY_LOSS = 0.01;

    /** The most that a model trained on the clean rows may share of the success. */
    public static final double MOST_OF_CLEAN_MODEL = 0.5;

    /** The verdict on an attack without inputs, such as symmetric label noise: the gate does not apply to it. */
    public static final String NOT_JUDGED = "not judged: the attack has no inputs, and so no rate of success";

    /**
     * Says whether the attack works.
     *
     * @return whether it succeeds, by its rows, at no visible cost; false of an attack without inputs
     */
    public boolean holds() {
        return attackSuccess >= LEAST_SUCCESS && restsOnRows() && baseAccuracy - cleanAccuracy <= MOST_ACCURACY_LOSS;
    }

    /**
     * Says whether the success is the planted rows' work.
     *
     * @return whether a model trained on the clean rows shows at most half of it; false where that is not known
     */
    public boolean restsOnRows() {
        return baseSuccess <= MOST_OF_CLEAN_MODEL * attackSuccess;
    }

    /**
     * Counts successes.
     *
     * @param predicted predicted classes of the attacked inputs, at least one
     * @param targetClass y_t
     * @return the share that equals y_t
     */
    public static double successRate(int[] predicted, int targetClass) {
        return share(predicted, i -> predicted[i] == targetClass);
    }

    /**
     * Counts successes.
     *
     * @param predicted predicted classes of the attacked inputs, at least one
     * @param inputs the attacked inputs with their true labels
     * @param targetOf the class that an input is to be taken for, by its true label, as {@link Attack#targetOf}
     * @return the share that is taken for it
     */
    public static double successRate(int[] predicted, Dataset inputs, IntUnaryOperator targetOf) {
        checkArgument(
                predicted.length == inputs.size(),
                "there are %s predictions for %s attacked inputs",
                predicted.length,
                inputs.size());
        return share(predicted, i -> predicted[i] == targetOf.applyAsInt(inputs.label(i)));
    }

    private static double share(int[] predicted, IntPredicate succeeds) {
        checkArgument(predicted.length > 0, "there are no attacked inputs to judge");
        return IntStream.range(0, predicted.length).filter(succeeds).count() / (double) predicted.length;
    }

    /**
     * Says in words what came out.
     *
     * @return {@code "attack works"}, or {@code "attack failed"} and why, or {@link #NOT_JUDGED}
     */
    public String verdict() {
        if (Double.isNaN(attackSuccess)) {
            return NOT_JUDGED;
        }
        if (!(attackSuccess >= LEAST_SUCCESS)) {
            return String.format(
                    Locale.ROOT,
                    "attack failed: it succeeds on %.1f %% of its inputs; a defense is only measured from %.0f %% on",
                    100 * attackSuccess,
                    100 * LEAST_SUCCESS);
        }
        if (!restsOnRows()) {
            return String.format(
                    Locale.ROOT,
                    "attack failed: a clean model gives the same answer for %.1f %% of its inputs; that is more than"
                            + " half of the poisoned model's %.1f %%",
                    100 * baseSuccess,
                    100 * attackSuccess);
        }
        return holds()
                ? "attack works"
                : String.format(
                        Locale.ROOT,
                        "attack failed: it costs %.1f points of accuracy; more than %.0f is seen",
                        100 * (baseAccuracy - cleanAccuracy),
                        100 * MOST_ACCURACY_LOSS);
    }
}
