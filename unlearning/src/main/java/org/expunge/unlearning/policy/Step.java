package org.expunge.unlearning.policy;

import org.expunge.unlearning.Cost;
import org.expunge.unlearning.verify.Verification;
import org.jspecify.annotations.Nullable;

/**
 * What became of one rung.
 *
 * @param rung its name
 * @param decision what was decided
 * @param reason why, as a sentence
 * @param predictedShare the most that it was predicted to cost, as a share of a retraining; null where it was not asked
 * @param cost what it did cost, verification included; null where it was not tried
 * @param details what the method tried; null where it was not tried
 * @param verification the evidence on its model; null where there is none
 */
public record Step(
        String rung,
        Decision decision,
        String reason,
        @Nullable Double predictedShare,
        @Nullable Cost cost,
        @Nullable Record details,
        @Nullable Verification verification) {
    /** What was decided. */
    public enum Decision {
        /** It cannot be used, or would cost more than is left. */
        SKIPPED,
        /** It was tried, and found no model that it would answer for. */
        REFUSED,
        /** Its model did not pass the gates. */
        REJECTED,
        /** Its model is the answer. */
        ACCEPTED
    }

    static Step skipped(String rung, String reason, @Nullable Double predictedShare) {
        return new Step(rung, Decision.SKIPPED, reason, predictedShare, null, null, null);
    }
}
