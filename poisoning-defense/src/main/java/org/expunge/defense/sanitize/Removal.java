package org.expunge.defense.sanitize;

import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.defense.trace.LabelEvidence;
import org.expunge.defense.trace.RowRanking;
import org.expunge.defense.trace.TargetCluster;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.TrainingResult;

/** The rows and the model as rounds go on: what was removed, what was tried since, and how much may go. */
final class Removal {
    /** Share of the confirmed rows' median vote that a row beyond them needs to be removed with them. */
    private static final double LEAST_LIKENESS = 0.5;

    private final Training trainer;
    private final Predictor predictor;
    private final Sanitizer.Options options;
    private final Dataset original;
    private final List<SanitizeRound> rounds = new ArrayList<>();
    private final List<Trial> trials = new ArrayList<>();
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

    /**
     * What came of trying a cluster.
     *
     * @param wanted how many of its foremost rows are to go if it was confirmed and the caps allow it
     */
    private record Trial(int round, TargetCluster cluster, Dataset targets, Confirmation found, int wanted) {
        Allotment.Claim claim() {
            return new Allotment.Claim(
                    cluster.label(), Ints.asList(cluster.trace().vote().ranked()), found.rows(), wanted);
        }
    }

    TrainingResult training() {
        return current;
    }

    Dataset rows() {
        return rows;
    }

    /** Returns how many more rows may be removed. */
    int budget() {
        return (int) (options.caps().mostRows() * original.size()) - (original.size() - rows.size());
    }

    /**
     * Tries a cluster on the rows as they are, whatever else was tried in this round; if retraining confirms it, its
     * rows are removed by the next {@link #apply}.
     */
    void tryOut(int round, TargetCluster cluster, Dataset inputs, Dataset calibration) {
        tryOut(round, cluster, inputs, calibration, Annealing.ANY_OTHER, Integer.MAX_VALUE, 0);
    }

    /**
     * As {@link #tryOut(int, TargetCluster, Dataset, Dataset)}.
     *
     * @param trueLabel the class that inputs must come to be taken for
     * @param mostTried most rows whose removal is tried
     * @param leastRemoved rows that are removed at least, if any are
     */
    void tryOut(
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
        Annealing.Cap cap = cap(cluster.label(), mostTried);
        Confirmation found = new Annealing(
                        trainer,
                        predictor,
                        options.confirming(),
                        rows,
                        targets,
                        calibration,
                        cluster.label(),
                        trueLabel)
                .confirm(ranked, cap, options.seed() + rounds.size() + trials.size());
        trainings += found.trainings();
        int wanted = Math.max(leastRemoved, alike(cluster.trace().vote(), found.rows()));
        trials.add(new Trial(round, cluster, targets, found, Math.min(ranked.length, wanted)));
    }

    /**
     * Returns how many foremost rows are removed where {@code confirmed} of them are confirmed: more, as the flip comes
     * before the last adversarial row is gone, but no row whose vote is far from theirs.
     */
    private int alike(RowRanking vote, int confirmed) {
        int[] ranked = vote.ranked();
        double least = LEAST_LIKENESS * vote.scores().get(ranked[confirmed / 2]);
        long most = Math.min(
                ranked.length, Math.round(confirmed * options.confirming().overRemoval()));
        int count = confirmed;
        while (count < most && vote.scores().get(ranked[count]) >= least) {
            count++;
        }
        return count;
    }

    private Annealing.Cap cap(int label, int mostTried) {
        int most = Math.min(budget(), labelBudget(label));
        if (mostTried <= most) {
            return new Annealing.Cap(mostTried, Confirmation.Limit.SETS);
        }
        return new Annealing.Cap(most, most == budget() ? Confirmation.Limit.ROWS : Confirmation.Limit.ROWS_OF_LABEL);
    }

    /** Returns how many rows of a class may still be removed; at least one stays. */
    private int labelBudget(int label) {
        int of = rowsOf(original, label);
        int left = rowsOf(rows, label);
        return Math.min(left - 1, (int) (options.caps().mostOfLabel() * of) - (of - left));
    }

    private static int rowsOf(Dataset data, int label) {
        return (int) IntStream.range(0, data.size())
                .filter(i -> data.label(i) == label)
                .count();
    }

    /** Removes confirmed rows and trains again; returns whether there were any. */
    boolean apply() {
        List<Allotment.Share> shares = new Allotment(budget(), this::labelBudget)
                .share(trials.stream()
                        .filter(trial -> trial.found().confirmed())
                        .map(Trial::claim)
                        .toList());
        Iterator<Allotment.Share> next = shares.iterator();
        for (Trial trial : trials) {
            rounds.add(trial.found().confirmed() ? round(trial, next.next()) : round(trial, trial.found(), List.of()));
        }
        trials.clear();
        Set<Integer> gone =
                shares.stream().flatMap(share -> share.rows().stream()).collect(Collectors.toSet());
        if (gone.isEmpty()) {
            return false;
        }
        rows = rows.without(gone);
        current = trainer.train(rows);
        trainings++;
        return true;
    }

    private SanitizeRound round(Trial trial, Allotment.Share share) {
        return round(trial, trial.found().limitedBy(share.limit()), share.rows());
    }

    private SanitizeRound round(Trial trial, Confirmation found, List<Integer> gone) {
        TargetCluster cluster = trial.cluster();
        return new SanitizeRound(
                trial.round(),
                cluster.label(),
                cluster.runnerUps(),
                trial.targets().ids(),
                cluster.inputs().size(),
                cluster.pValue(),
                found,
                gone.stream().map(row -> removed(trial.round(), row, cluster)).toList());
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
