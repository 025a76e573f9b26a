package org.expunge.defense.sanitize;

import java.util.ArrayList;
import java.util.List;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.defense.trace.TargetCluster;
import org.expunge.influence.training.TrainingResult;

/**
 * What sanitizing did.
 *
 * @param verdict how it ended
 * @param caps the caps that kept found clusters from being tried in a further round; empty if none did
 * @param training the model after it; the one given if nothing was removed
 * @param rounds what each round did, for each cluster that it looked at
 * @param firstAudit the audit of the model given
 * @param lastAudit the audit of the model returned
 * @param firstClusters the clusters of inputs of the model given, and the rows behind them
 * @param trainings trainings that it took, without that of the model given
 */
public record SanitizeResult(
        SanitizeVerdict verdict,
        List<Cap> caps,
        TrainingResult training,
        List<SanitizeRound> rounds,
        TargetAudit.Findings firstAudit,
        TargetAudit.Findings lastAudit,
        List<TargetCluster> firstClusters,
        int trainings) {
    /** What can keep a further round from being begun. */
    public enum Cap {
        /** {@link Sanitizer.Caps#mostRounds}. */
        ROUNDS,
        /** {@link Sanitizer.Caps#mostRows}. */
        ROWS,
        /** {@link Sanitizer.Caps#mostJoined}, as clusters of several classes were to be tried together. */
        JOINED_ROWS
    }

    /** Copies the lists. */
    public SanitizeResult {
        caps = List.copyOf(caps);
        rounds = List.copyOf(rounds);
        firstClusters = List.copyOf(firstClusters);
    }

    /**
     * Returns the rounds by what was tried together.
     *
     * @return rounds of clusters that share a trial side by side, most alone
     */
    public List<List<SanitizeRound>> trials() {
        List<List<SanitizeRound>> trials = new ArrayList<>();
        for (int i = 0; i < rounds.size(); i += trials.get(trials.size() - 1).size()) {
            trials.add(rounds.subList(i, i + rounds.get(i).together().size()));
        }
        return trials;
    }

    /**
     * Returns all removed rows.
     *
     * @return in order of removal
     */
    public List<RemovedRow> removed() {
        return rounds.stream().flatMap(round -> round.removed().stream()).toList();
    }

    /**
     * Returns the ids of all removed rows.
     *
     * @return in order of removal
     */
    public List<String> removedIds() {
        return removed().stream().map(RemovedRow::id).toList();
    }

    SanitizeResult stoppedBy(List<Cap> by) {
        return new SanitizeResult(verdict, by, training, rounds, firstAudit, lastAudit, firstClusters, trainings);
    }

    /**
     * Returns the same with another model in place of the trained one.
     *
     * @param other the model with its checkpoints
     * @param audit the audit of that model
     * @param isQuiet whether that finds nothing
     * @return the copy
     */
    SanitizeResult repaired(TrainingResult other, TargetAudit.Findings audit, boolean isQuiet) {
        return new SanitizeResult(
                isQuiet ? SanitizeVerdict.SANITIZED : SanitizeVerdict.STILL_SUSPICIOUS,
                caps,
                other,
                rounds,
                firstAudit,
                audit,
                firstClusters,
                trainings);
    }
}
