package org.expunge.defense.sanitize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.defense.trace.LabelEvidence;
import org.expunge.defense.trace.RowRanking;
import org.expunge.defense.trace.TargetCluster;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.TrainingResult;

/** The rows and the model as rounds go on: what was removed, what is about to be, and how much may be. */
final class Removal {
    private final Training trainer;
    private final Predictor predictor;
    private final Sanitizer.Options options;
    private final Dataset original;
    private final List<SanitizeRound> rounds = new ArrayList<>();
    private final Set<Integer> pending = new TreeSet<>();
    private TrainingResult current;
    private Dataset rows;
    private int trainings;

    Removal(Training trainer, Predictor predictor, Sanitizer.Options options, TrainingResult first, Dataset train) {
        this.trainer = trainer;
        this.predictor = predictor;
        this.options = options;
        this.current = first;
        this.original = train;
        this.rows = train;
    }

    TrainingResult training() {
        return current;
    }

    Dataset rows() {
        return rows;
    }

    /** Returns how many more rows may be removed. */
    int budget() {
        return (int) (options.mostRows() * original.size()) - (original.size() - rows.size()) - pending.size();
    }

    /** Tries a cluster; if retraining confirms it, its rows are removed by the next {@link #apply}. */
    boolean isConfirmed(int round, TargetCluster cluster, Dataset inputs, Dataset calibration) {
        return isConfirmed(round, cluster, inputs, calibration, Annealing.ANY_OTHER, Integer.MAX_VALUE, 0);
    }

    /**
     * As {@link #isConfirmed(int, TargetCluster, Dataset, Dataset)}.
     *
     * @param trueLabel the class that inputs must come to be taken for
     * @param mostTried most rows whose removal is tried
     * @param leastRemoved rows that are removed at least, if any are
     */
    boolean isConfirmed(
            int round,
            TargetCluster cluster,
            Dataset inputs,
            Dataset calibration,
            int trueLabel,
            int mostTried,
            int leastRemoved) {
        int[] members = cluster.inputs().stream()
                .limit(LabelEvidence.MOST_TARGETS)
                .mapToInt(Integer::intValue)
                .toArray();
        Dataset targets = inputs.select(members);
        int[] ranked = cluster.trace().vote().ranked();
        Annealing.Cap cap = cap(cluster.label(), ranked.length, mostTried);
        Confirmation found = new Annealing(
                        trainer, predictor, options, rows, targets, calibration, cluster.label(), trueLabel)
                .confirm(ranked, cap, options.seed() + rounds.size());
        trainings += found.trainings();
        long wanted = Math.max(leastRemoved, Math.round(found.rows() * options.overRemoval()));
        int count = found.confirmed() ? (int) Math.min(capOnRows(cluster.label(), ranked.length), wanted) : 0;
        List<RemovedRow> gone = Arrays.stream(ranked)
                .limit(count)
                .filter(pending::add)
                .mapToObj(row -> removed(round, row, cluster))
                .toList();
        rounds.add(new SanitizeRound(
                round,
                cluster.label(),
                cluster.runnerUps(),
                targets.ids(),
                cluster.inputs().size(),
                cluster.pValue(),
                found,
                gone));
        return found.confirmed();
    }

    private int capOnRows(int label, int left) {
        return Math.min(budget(), labelBudget(label, left));
    }

    private Annealing.Cap cap(int label, int left, int mostTried) {
        int rows = capOnRows(label, left);
        if (mostTried <= rows) {
            return new Annealing.Cap(mostTried, Confirmation.Limit.SETS);
        }
        return new Annealing.Cap(rows, rows == budget() ? Confirmation.Limit.ROWS : Confirmation.Limit.ROWS_OF_LABEL);
    }

    private RemovedRow removed(int round, int row, TargetCluster cluster) {
        Map<String, Double> parts = new HashMap<>();
        for (RowRanking part : cluster.trace().parts()) {
            parts.put(part.method(), part.scores().get(row));
        }
        return new RemovedRow(
                rows.id(row),
                cluster.label(),
                round,
                cluster.trace().vote().scores().get(row),
                parts);
    }

    /** Returns how many of {@code left} rows of a class may still be removed; at least one stays. */
    private int labelBudget(int label, int left) {
        int of = 0;
        for (int i = 0; i < original.size(); i++) {
            of += original.label(i) == label ? 1 : 0;
        }
        long soon = pending.stream().filter(row -> rows.label(row) == label).count();
        return (int) Math.min(left - 1 - soon, (int) (options.mostOfLabel() * of) - (of - left) - soon);
    }

    /** Removes confirmed rows and trains again; returns whether there were any. */
    boolean apply() {
        if (pending.isEmpty()) {
            return false;
        }
        rows = rows.without(Set.copyOf(pending));
        pending.clear();
        current = trainer.train(rows);
        trainings++;
        return true;
    }

    /**
     * Returns how it ended when nothing is left to try.
     *
     * @param isQuiet whether the last look found nothing
     */
    SanitizeVerdict verdict(boolean isQuiet) {
        if (rows.size() < original.size()) {
            return isQuiet ? SanitizeVerdict.SANITIZED : notQuiet();
        }
        if (rounds.isEmpty()) {
            return SanitizeVerdict.INSUFFICIENT_EVIDENCE;
        }
        return rounds.stream()
                        .allMatch(round -> Double.isNaN(round.confirmation().randomFlipShare()))
                ? SanitizeVerdict.NOT_DETECTABLE
                : SanitizeVerdict.NOT_CONFIRMED;
    }

    private SanitizeVerdict notQuiet() {
        return rounds.stream().anyMatch(round -> round.confirmation().isCutOff())
                ? SanitizeVerdict.CAP_REACHED
                : SanitizeVerdict.STILL_SUSPICIOUS;
    }

    SanitizeResult result(
            SanitizeVerdict verdict,
            TargetAudit.Findings firstAudit,
            TargetAudit.Findings lastAudit,
            List<TargetCluster> firstClusters) {
        return new SanitizeResult(verdict, current, rounds, firstAudit, lastAudit, firstClusters, trainings);
    }
}
