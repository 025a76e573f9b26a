package org.expunge.defense.sanitize;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.defense.trace.Affinities;
import org.expunge.defense.trace.Affinity;
import org.expunge.defense.trace.Familiarity;
import org.expunge.defense.trace.LabelEvidence;
import org.expunge.defense.trace.RowRanking;
import org.expunge.defense.trace.TargetCluster;
import org.expunge.defense.trace.TargetClusters;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.TrainingResult;

/**
 * Finds the rows behind one prediction that is known, or believed, to be bad: the only way against an attack on a
 * single input. The rows are ranked for that input, and for others that rest on the same rows, and removed in at most
 * five growing sets until it is taken for something else, or for its true label where that is given, and enough of the
 * others for something else, while random rows of the class do not do that; then the model is trained without them, and
 * without those that stand out as far as they do.
 *
 * <p>It takes no action for an input that resembles no training row, which a target of an attack always does, nor,
 * unless the true label is given, for one whose tail of influence is not among the heaviest, nor if no rows stand far
 * out for it: whoever may name incidents must not thereby choose what is removed.
 *
 * <p><b>Accuracy.</b> One input shows a part of the rows; that it flips does not show that all are gone.
 *
 * <p><b>Cost.</b> Three scorings of one input, at most 5 trainings until it flips, 3 for the control, 1 for the model.
 *
 * <p><b>Source.</b> Target-driven mitigation of Z. Hammoudeh and D. Lowd, CCS 2022; the guards are ours.
 */
public final class IncidentSanitizer {
    private static final int MOST_STEPS = 5;
    private static final double GROWTH = 1.5;

    /** Single targets of planted attacks had p-values up to .12. */
    private static final double MOST_P = 0.2;

    /**
     * How far out the foremost rows must stand. Behind planted attacks on digits it was 7 standard deviations and more,
     * with one exception at 5.3; behind natural mistakes under 6, but for one of forty.
     */
    private static final double LEAST_VOTE = 6;

    /** The same where it is known what is right, so that the removal has to restore that. */
    private static final double LEAST_VOTE_OF_KNOWN = 5;

    private final Function<TrainingResult, TargetAudit> audits;
    private final Function<TrainingResult, List<Affinity>> affinities;
    private final Training training;
    private final Predictor predictor;
    private final Sanitizer.Options options;

    /**
     * Makes a sanitizer.
     *
     * @param audits makes the audit of a model from its training
     * @param affinities makes the ways to compare the input with rows
     * @param training trains from scratch
     * @param predictor predicts
     * @param options when to act; sets grow by half here, are not removed several times over, and may be of rows that
     *     are taken for their class without them: rows of attacks on one input often are
     */
    public IncidentSanitizer(
            Function<TrainingResult, TargetAudit> audits,
            Function<TrainingResult, List<Affinity>> affinities,
            Training training,
            Predictor predictor,
            Sanitizer.Options options) {
        this.audits = audits;
        this.affinities = affinities;
        this.training = training;
        this.predictor = predictor;
        this.options = adapted(options);
    }

    /**
     * Returns what an incident makes of options, as the constructor does: for records of what decided.
     *
     * @param options when to act
     */
    public static Sanitizer.Options adapted(Sanitizer.Options options) {
        return options.withConfirming(options.confirming().withSteps(GROWTH, 1).withRowFlipShare(0));
    }

    /**
     * Makes a sanitizer that audits by {@link org.expunge.defense.identify.StandardStatistics} and traces by
     * {@link Affinities#usual}.
     *
     * @param engine where to compute; stays the caller's to close
     * @param training trains from scratch
     * @param options when to act
     * @return the sanitizer
     */
    public static IncidentSanitizer of(Engine engine, Training training, Sanitizer.Options options) {
        return new IncidentSanitizer(
                Sanitizer.usualAudit(engine, options),
                result -> Affinities.usual(engine, result),
                training,
                Predictor.of(engine),
                options);
    }

    /**
     * Sanitizes.
     *
     * @param first the model with its checkpoints
     * @param train its training rows
     * @param calibration held-out rows believed clean
     * @param incident the input, one row
     * @param others inputs among which more targets of the same attack may be; may be empty
     * @param trueLabel what it should have been taken for, if known
     * @return what was done, in at most one round; the audits are of the one input
     */
    public SanitizeResult sanitize(
            TrainingResult first,
            Dataset train,
            Dataset calibration,
            Dataset incident,
            Dataset others,
            OptionalInt trueLabel) {
        checkArgument(incident.size() == 1, "an incident is one input, got %s", incident.size());
        Removal removal = new Removal(training, predictor, options, first, train);
        TargetAudit.Findings audit = audit(first, train, calibration, incident);
        TargetAudit.InputFinding finding = audit.inputs().get(0);
        int label = finding.predicted();
        checkArgument(
                trueLabel.isEmpty() || trueLabel.getAsInt() != label,
                "%s is taken for class %s, which is said to be its true label: there is nothing to explain",
                incident.id(0),
                label);
        boolean isKnownBad = trueLabel.isPresent() || finding.pValue() <= MOST_P;
        if (!isKnownBad || !new Familiarity(train, calibration).isFamiliar(incident, 0)) {
            return removal.result(SanitizeVerdict.INSUFFICIENT_EVIDENCE, audit, audit, List.of());
        }
        Dataset inputs = others.size() == 0 ? incident : incident.concat(others);
        TargetCluster cluster = cluster(first, train, calibration, inputs, finding);
        int[] sets = sets(train.size());
        double[] votes = votes(cluster, sets[MOST_STEPS - 1] + 1);
        if (Arrays.stream(votes).limit(sets[0]).average().orElse(0)
                < (trueLabel.isPresent() ? LEAST_VOTE_OF_KNOWN : LEAST_VOTE)) {
            return removal.result(SanitizeVerdict.INSUFFICIENT_EVIDENCE, audit, audit, List.of(cluster));
        }
        removal.tryOut(
                1,
                List.of(cluster),
                inputs,
                calibration,
                Annealing.Goal.withFirst(trueLabel),
                sets[MOST_STEPS - 1],
                beforeLargestDrop(votes));
        boolean hasActed = removal.apply();
        TargetAudit.Findings last = hasActed ? audit(removal.training(), removal.rows(), calibration, incident) : audit;
        return removal.result(
                removal.verdict(isQuiet(last.inputs().get(0), label, trueLabel)), audit, last, List.of(cluster));
    }

    /**
     * Judges a model that was made from the confirmed rows in another way than by training without them.
     *
     * @param found what training said
     * @param repaired the other model, with its checkpoints
     * @param train the training rows of the first model, which the other has seen too
     * @param calibration held-out rows believed clean
     * @param incident the input, one row
     * @param trueLabel what it should have been taken for, if known
     * @return the same with the other model, its audit and its verdict
     */
    public SanitizeResult judgeRepair(
            SanitizeResult found,
            TrainingResult repaired,
            Dataset train,
            Dataset calibration,
            Dataset incident,
            OptionalInt trueLabel) {
        TargetAudit.Findings last = audit(repaired, train, calibration, incident);
        int label = found.firstAudit().inputs().get(0).predicted();
        return found.repaired(repaired, last, isQuiet(last.inputs().get(0), label, trueLabel));
    }

    /**
     * Undone, if the input is taken for its true label; where that is not known, if it is taken for something else and
     * no longer stands out. An attacked input stays odd to look at even when it is taken for what is right.
     */
    private static boolean isQuiet(TargetAudit.InputFinding last, int label, OptionalInt trueLabel) {
        return trueLabel.isPresent()
                ? last.predicted() == trueLabel.getAsInt()
                : last.predicted() != label && !last.flagged();
    }

    /** Returns the sizes of the sets that are tried. */
    private int[] sets(int rows) {
        int[] sets = new int[MOST_STEPS];
        sets[0] = options.confirming().firstStep(rows);
        for (int step = 1; step < MOST_STEPS; step++) {
            sets[step] = options.confirming().nextStep(sets[step - 1]);
        }
        return sets;
    }

    private static double[] votes(TargetCluster cluster, int most) {
        RowRanking vote = cluster.trace().vote();
        return Arrays.stream(vote.ranked())
                .limit(most)
                .mapToDouble(row -> vote.scores().get(row))
                .toArray();
    }

    /** Adversarial rows of one attack stand about equally far out, and then comes a gap. */
    private static int beforeLargestDrop(double[] votes) {
        int best = 1;
        for (int i = 2; i < votes.length; i++) {
            if (votes[i - 1] - votes[i] > votes[best - 1] - votes[best]) {
                best = i;
            }
        }
        return best;
    }

    private TargetAudit.Findings audit(TrainingResult model, Dataset rows, Dataset calibration, Dataset incident) {
        return audits.apply(model)
                .audit(
                        rows,
                        calibration,
                        predictor.labels(model.model(), calibration),
                        incident,
                        predictor.labels(model.model(), incident));
    }

    /** The incident, and with it those of the other inputs that rest on the same rows. */
    private TargetCluster cluster(
            TrainingResult first,
            Dataset train,
            Dataset calibration,
            Dataset inputs,
            TargetAudit.InputFinding finding) {
        int label = finding.predicted();
        int[] taken = rows(predictor.labels(first.model(), inputs), label);
        LabelEvidence evidence = LabelEvidence.gather(
                affinities.apply(first),
                train,
                label,
                inputs.select(taken),
                calibration.select(rows(predictor.labels(first.model(), calibration), label)));
        List<Integer> members = new ArrayList<>(List.of(0));
        if (taken.length > 1) {
            Arrays.stream(evidence.restingWith(new int[] {0}))
                    .filter(q -> q != 0)
                    .forEach(members::add);
        }
        int second =
                TargetClusters.runnerUp(predictor.probabilities(first.model(), inputs.select(new int[] {0}))[0], label);
        return new TargetCluster(
                label,
                List.of(second),
                members.stream().map(q -> taken[q]).toList(),
                finding.pValue(),
                evidence.trace(members.stream().mapToInt(Integer::intValue).toArray()));
    }

    private static int[] rows(int[] predicted, int label) {
        return IntStream.range(0, predicted.length)
                .filter(i -> predicted[i] == label)
                .toArray();
    }
}
