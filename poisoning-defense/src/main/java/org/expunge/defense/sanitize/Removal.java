package org.expunge.defense.sanitize;

import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
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
     * What came of trying clusters together, most often one alone.
     *
     * @param wanted the rows that are to go if they were confirmed and the caps allow it, foremost first
     */
    private record Trial(int round, List<Tried> clusters, Confirmation found, List<Integer> wanted) {}

    /** A cluster and those of its inputs that were tried. */
    private record Tried(TargetCluster cluster, Dataset targets) {}

    TrainingResult training() {
        return current;
    }

    Dataset rows() {
        return rows;
    }

    /**
     * Returns how many more rows may be removed.
     *
     * @param trials clusters that may be tried
     */
    int budget(List<List<TargetCluster>> trials) {
        return trials.stream().mapToInt(this::budgetOf).max().orElse(0);
    }

    private int budgetOf(List<TargetCluster> together) {
        double share = together.size() > 1
                ? options.caps().mostJoined()
                : options.caps().mostRows();
        return (int) (share * original.size()) - (original.size() - rows.size());
    }

    /**
     * Tries clusters together, most often one, on the rows as they are, whatever else was tried in this round; if
     * retraining confirms them, their rows are removed by the next {@link #apply}.
     *
     * @param together clusters of different classes
     */
    void tryOut(int round, List<TargetCluster> together, Dataset inputs, Dataset calibration) {
        tryOut(round, together, inputs, calibration, Annealing.Goal.SHARE, Integer.MAX_VALUE, 0);
    }

    /**
     * As {@link #tryOut(int, List, Dataset, Dataset)}.
     *
     * @param goal what the inputs must come to
     * @param mostTried most rows whose removal is tried
     * @param leastRemoved rows that are removed at least, if any are
     */
    void tryOut(
            int round,
            List<TargetCluster> together,
            Dataset inputs,
            Dataset calibration,
            Annealing.Goal goal,
            int mostTried,
            int leastRemoved) {
        List<Tried> tried = together.stream()
                .map(cluster -> new Tried(cluster, inputs.select(tried(cluster))))
                .toList();
        RowRanking vote = RowRanking.joined(
                together.stream().map(cluster -> cluster.trace().vote()).toList());
        int[] order = removable(vote.ranked());
        IntFunction<List<Integer>> going = count -> wanted(vote, order, count, leastRemoved, together.size());
        Confirmation found = new Annealing(
                        trainer,
                        predictor,
                        options.confirming().of(together.size()),
                        rows,
                        targets(together, inputs),
                        Annealing.Targets.of(calibration, together.get(0).together()),
                        goal)
                .confirm(
                        order,
                        together.size() * options.confirming().firstStep(rows.size()),
                        cap(order.length, budgetOf(together), mostTried),
                        going,
                        options.seed() + rounds.size() + trials.size());
        trainings += found.trainings();
        trials.add(new Trial(round, tried, found, going.apply(found.rows())));
    }

    private static int[] tried(TargetCluster cluster) {
        return cluster.inputs().stream()
                .limit(LabelEvidence.MOST_TARGETS)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static Annealing.Targets targets(List<TargetCluster> together, Dataset inputs) {
        return new Annealing.Targets(
                inputs.select(together.stream()
                        .flatMapToInt(cluster -> IntStream.of(tried(cluster)))
                        .toArray()),
                together.stream()
                        .flatMap(cluster -> Collections.nCopies(tried(cluster).length, cluster.label()).stream())
                        .toList());
    }

    /** Leaves out the rows for which their class has no room even if no others go. */
    private int[] removable(int[] ranked) {
        Map<Integer, Integer> taken = new HashMap<>();
        Map<Integer, Integer> most = new HashMap<>();
        return IntStream.of(ranked)
                .filter(row -> taken.merge(rows.label(row), 1, Integer::sum)
                        <= most.computeIfAbsent(rows.label(row), this::labelBudget))
                .toArray();
    }

    /**
     * Returns the rows that are to go where {@code confirmed} foremost ones are confirmed: more, as the flip comes
     * before the last adversarial row is gone, but beyond {@code least} no row whose vote is far from those of the
     * confirmed rows of its class, or of any where there are none of it. Of several classes some have flipped before
     * the rows of others are reached, so that there what is alike is all that bounds them.
     */
    private List<Integer> wanted(RowRanking vote, int[] ranked, int confirmed, int least, int classes) {
        List<Integer> set = Ints.asList(ranked).subList(0, confirmed);
        Map<Integer, Double> alike = new HashMap<>();
        set.stream()
                .collect(Collectors.groupingBy(rows::label))
                .forEach((label, ofLabel) -> alike.put(label, alike(vote, ofLabel)));
        double alikeToAny = alike(vote, set);
        int kept = Math.max(confirmed, least);
        long most = classes > 1
                ? ranked.length
                : Math.max(kept, Math.round(confirmed * options.confirming().overRemoval()));
        return IntStream.range(0, ranked.length)
                .filter(place -> place < kept
                        || vote.scores().get(ranked[place])
                                >= alike.getOrDefault(rows.label(ranked[place]), alikeToAny))
                .limit(most)
                .mapToObj(place -> ranked[place])
                .toList();
    }

    /** Returns the least vote of a row that is alike. */
    private static double alike(RowRanking vote, List<Integer> confirmed) {
        return confirmed.isEmpty()
                ? Double.POSITIVE_INFINITY
                : LEAST_LIKENESS * vote.scores().get(confirmed.get(confirmed.size() / 2));
    }

    private static Annealing.Cap cap(int ofLabels, int budget, int mostTried) {
        int most = Math.min(budget, ofLabels);
        if (mostTried <= most) {
            return new Annealing.Cap(mostTried, Confirmation.Limit.SETS);
        }
        return new Annealing.Cap(most, most == budget ? Confirmation.Limit.ROWS : Confirmation.Limit.ROWS_OF_LABEL);
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
        List<Allotment.Share> shares = new Allotment(this::labelBudget, rows::label)
                .share(trials.stream()
                        .filter(trial -> trial.found().confirmed())
                        .map(this::claim)
                        .toList());
        Iterator<Allotment.Share> next = shares.iterator();
        for (Trial trial : trials) {
            rounds.addAll(
                    trial.found().confirmed() ? rounds(trial, next.next()) : rounds(trial, trial.found(), List.of()));
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

    private Allotment.Claim claim(Trial trial) {
        List<TargetCluster> together =
                trial.clusters().stream().map(Tried::cluster).toList();
        return new Allotment.Claim(
                budgetOf(together), trial.wanted(), trial.found().rows());
    }

    private List<SanitizeRound> rounds(Trial trial, Allotment.Share share) {
        return rounds(trial, trial.found().limitedBy(share.limit()), share.rows());
    }

    private List<SanitizeRound> rounds(Trial trial, Confirmation found, List<Integer> gone) {
        return trial.clusters().stream()
                .map(tried -> round(trial.round(), tried, found, gone))
                .toList();
    }

    private SanitizeRound round(int round, Tried tried, Confirmation found, List<Integer> gone) {
        TargetCluster cluster = tried.cluster();
        return new SanitizeRound(
                round,
                cluster.label(),
                cluster.runnerUps(),
                tried.targets().ids(),
                cluster.inputs().size(),
                cluster.pValue(),
                cluster.together(),
                found,
                gone.stream()
                        .filter(row -> rows.label(row) == cluster.label())
                        .map(row -> removed(round, row, cluster))
                        .toList());
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
        return new SanitizeResult(verdict, List.of(), current, rounds, firstAudit, lastAudit, firstClusters, trainings);
    }
}
