package org.expunge.defense.sanitize;

import java.util.List;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.influence.training.TrainingResult;

/**
 * What sanitizing did.
 *
 * @param verdict how it ended
 * @param training the model after it; the one given if nothing was removed
 * @param removedIds ids of all removed rows, in order of removal
 * @param rounds what each round did
 * @param firstAudit the audit of the model given
 * @param lastAudit the audit of the model returned
 */
public record SanitizeResult(
        SanitizeVerdict verdict,
        TrainingResult training,
        List<String> removedIds,
        List<SanitizeRound> rounds,
        TargetAudit.Findings firstAudit,
        TargetAudit.Findings lastAudit) {
    /** Copies the lists. */
    public SanitizeResult {
        removedIds = List.copyOf(removedIds);
        rounds = List.copyOf(rounds);
    }
}
