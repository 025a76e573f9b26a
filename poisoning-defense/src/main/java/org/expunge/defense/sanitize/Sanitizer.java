package org.expunge.defense.sanitize;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.expunge.defense.identify.StandardStatistics;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.defense.trace.Affinities;
import org.expunge.defense.trace.Affinity;
import org.expunge.defense.trace.TargetCluster;
import org.expunge.defense.trace.TargetClusters;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.TrajectoryEstimator;
import org.expunge.influence.training.TrainingResult;

/**
 * Finds adversarial rows from the inputs that stand out, confirms them by retraining, removes them and trains again.
 *
 * <p>A round audits the inputs, finds clusters that may be targets of one attack, ranks the rows behind each by a vote
 * of influence and nearness, and removes them in growing sets until enough of the cluster's inputs flip. It acts only
 * if removing as many random rows of the class does not, if the rows themselves are then taken for another class, as
 * inputs are (what honest rows are is mostly known from the others of their class), and if held-out members of the
 * class do not miss them. It then removes up to {@link Confirming#overRemoval} times that set, because the flip comes
 * before the last adversarial row is gone, but nothing that is unlike it, trains again, and starts over until nothing
 * is found. Clusters of several classes that show something only {@linkplain TargetCluster#together together} are one
 * trial, of whose rows all go that are alike. What a round refutes is asked again once rows have gone, because the
 * model is another then; a round that removes nothing is the last.
 *
 * <p><b>Accuracy.</b> Needs several inputs under the same attack; {@link IncidentSanitizer} is for one. It never says
 * that data are clean.
 *
 * <p><b>Cost.</b> Three scorings and some 5 to 20 trainings a round.
 *
 * <p><b>Source.</b> Target-driven mitigation of Z. Hammoudeh and D. Lowd, CCS 2022, with additions of ours: clusters of
 * inputs, the contrast and the vote, the random-removal control, and over-removal.
 */
public final class Sanitizer {
    /**
     * When to act and when to stop. As JSON all of it but {@code audit} and {@code clusters} lies side by side.
     *
     * @param audit how inputs are judged
     * @param clusters when inputs are a cluster
     * @param confirming what confirms a cluster, and what is removed then
     * @param caps how much may go
     * @param seed decides the random control
     */
    public record Options(
            TargetAudit.Options audit,
            TargetClusters.Options clusters,
            @JsonUnwrapped Confirming confirming,
            @JsonUnwrapped Caps caps,
            long seed) {
        /** The defaults of all parts. */
        public static final Options DEFAULT = new Options(
                TargetAudit.Options.DEFAULT, TargetClusters.Options.DEFAULT, Confirming.DEFAULT, Caps.DEFAULT, 1);

        /** Returns the same with another way to judge inputs. */
        public Options withAudit(TargetAudit.Options value) {
            return new Options(value, clusters, confirming, caps, seed);
        }

        /** Returns the same with another rule for what is confirmed and removed. */
        public Options withConfirming(Confirming value) {
            return new Options(audit, clusters, value, caps, seed);
        }

        /** Returns the same with other caps. */
        public Options withCaps(Caps value) {
            return new Options(audit, clusters, confirming, value, seed);
        }

        /** Returns the same with another seed. */
        public Options withSeed(long value) {
            return new Options(audit, clusters.withSeed(value), confirming, caps, value);
        }
    }

    /**
     * What confirms a cluster, and what is removed then.
     *
     * @param flipShare share of a cluster's inputs that must flip, in (0, 1]
     * @param rowFlipShare share of the rows of a set, or of all that would go with it, that must be taken for another
     *     class by the model trained without them, in [0, 1]; 0 asks for none
     * @param rowFlipShareTogether that share where classes are tried together, in [0, 1]: as more rows go, more honest
     *     ones flip
     * @param mostRandomFlips share from which random removal's flips refute the trace, in [0, 1]
     * @param mostLost share of held-out members of the class that may be lost, beyond those that random removal loses,
     *     in [0, 1]; one alone is never too many
     * @param randomDraws random removals, of which the median counts: one alone may flip inputs by the noise of
     *     training
     * @param overRemoval how many times the flipping set is removed at most, at least 1
     * @param growth factor by which the sets that are tried grow, above 1
     */
    public record Confirming(
            double flipShare,
            double rowFlipShare,
            double rowFlipShareTogether,
            double mostRandomFlips,
            double mostLost,
            int randomDraws,
            double overRemoval,
            double growth) {
        /**
         * 60 % flips, of inputs as of rows (80 % of the rows of several classes), against under 30 % in the median of 3
         * draws, at most 5 % of held-out members lost, up to twice the set, sets that grow by a quarter.
         */
        public static final Confirming DEFAULT = new Confirming(0.6, 0.6, 0.8, 0.3, 0.05, 3, 2, 1.25);

        /** Smallest set that is tried, as a share of all rows. */
        private static final double FIRST_STEP = 0.002;

        /** Checks the ranges. */
        public Confirming {
            checkArgument(flipShare > 0 && flipShare <= 1, "flipShare must be in (0, 1], got %s", flipShare);
            checkArgument(
                    rowFlipShare >= 0 && rowFlipShare <= 1, "rowFlipShare must be in [0, 1], got %s", rowFlipShare);
            checkArgument(
                    rowFlipShareTogether >= 0 && rowFlipShareTogether <= 1,
                    "rowFlipShareTogether must be in [0, 1], got %s",
                    rowFlipShareTogether);
            checkArgument(
                    mostRandomFlips >= 0 && mostRandomFlips <= 1,
                    "mostRandomFlips must be in [0, 1], got %s",
                    mostRandomFlips);
            checkArgument(mostLost >= 0 && mostLost <= 1, "mostLost must be in [0, 1], got %s", mostLost);
            checkArgument(randomDraws >= 1, "randomDraws must be at least 1, got %s", randomDraws);
            checkArgument(overRemoval >= 1, "overRemoval must be at least 1, got %s", overRemoval);
            checkArgument(growth > 1, "growth must be above 1, got %s", growth);
        }

        /** Returns the same with another share of rows. */
        public Confirming withRowFlipShare(double value) {
            return new Confirming(
                    flipShare,
                    value,
                    rowFlipShareTogether,
                    mostRandomFlips,
                    mostLost,
                    randomDraws,
                    overRemoval,
                    growth);
        }

        /**
         * Returns what confirms a trial.
         *
         * @param classes how many classes are tried together
         * @return this for one class; for several {@link #rowFlipShareTogether} is the least share of the rows
         */
        public Confirming of(int classes) {
            return classes == 1 ? this : withRowFlipShare(Math.max(rowFlipShare, rowFlipShareTogether));
        }

        /** Returns the same with other sets to try and to remove. */
        Confirming withSteps(double factor, double over) {
            return new Confirming(
                    flipShare,
                    rowFlipShare,
                    rowFlipShareTogether,
                    mostRandomFlips,
                    mostLost,
                    randomDraws,
                    over,
                    factor);
        }

        int firstStep(int rows) {
            return Math.max(3, (int) (FIRST_STEP * rows));
        }

        int nextStep(int count) {
            return Math.max(count + 1, (int) Math.ceil(count * growth));
        }
    }

    /**
     * How much may go.
     *
     * @param mostRows cap on removed rows, as a share of all training rows, in (0, 1]
     * @param mostJoined the same once clusters of several classes that were tried together are confirmed: an attack on
     *     many classes has more rows, each class its own; at least {@code mostRows} and at most 1
     * @param mostOfLabel cap on removed rows of a label, as a share of its rows, in (0, 1]
     * @param mostRounds cap on rounds, at least 1
     */
    public record Caps(double mostRows, double mostJoined, double mostOfLabel, int mostRounds) {
        /** At most 5 % of all rows, 10 % under an attack on many classes, and 30 % of a label, 5 rounds. */
        public static final Caps DEFAULT = new Caps(0.05, 0.1, 0.3, 5);

        /** Checks the ranges. */
        public Caps {
            checkArgument(mostRows > 0 && mostRows <= 1, "mostRows must be in (0, 1], got %s", mostRows);
            checkArgument(
                    mostJoined >= mostRows && mostJoined <= 1,
                    "mostJoined must be in [%s, 1], got %s",
                    mostRows,
                    mostJoined);
            checkArgument(mostOfLabel > 0 && mostOfLabel <= 1, "mostOfLabel must be in (0, 1], got %s", mostOfLabel);
            checkArgument(mostRounds >= 1, "mostRounds must be at least 1, got %s", mostRounds);
        }

        /** Makes caps of which the first holds for attacks on many classes as well. */
        public Caps(double mostRows, double mostOfLabel, int mostRounds) {
            this(mostRows, mostRows, mostOfLabel, mostRounds);
        }
    }

    private final Function<TrainingResult, TargetAudit> audits;
    private final Function<TrainingResult, List<Affinity>> affinities;
    private final Training training;
    private final Predictor predictor;
    private final Options options;

    /**
     * Makes a sanitizer.
     *
     * @param audits makes the audit of a model
     * @param affinities makes the ways to compare inputs with rows that vote on rows
     * @param training trains from scratch
     * @param predictor predicts
     * @param options when to act
     */
    public Sanitizer(
            Function<TrainingResult, TargetAudit> audits,
            Function<TrainingResult, List<Affinity>> affinities,
            Training training,
            Predictor predictor,
            Options options) {
        this.audits = audits;
        this.affinities = affinities;
        this.training = training;
        this.predictor = predictor;
        this.options = options;
    }

    /**
     * Makes a sanitizer that audits by {@link StandardStatistics} and traces by {@link Affinities#usual}.
     *
     * @param engine where to compute; stays the caller's to close
     * @param training trains from scratch
     * @param options when to act
     * @return the sanitizer
     */
    public static Sanitizer of(Engine engine, Training training, Options options) {
        return new Sanitizer(
                usualAudit(engine, options),
                result -> Affinities.usual(engine, result),
                training,
                Predictor.of(engine),
                options);
    }

    static Function<TrainingResult, TargetAudit> usualAudit(Engine engine, Options options) {
        return result -> StandardStatistics.audit(
                engine, result.model(), result.checkpoints(), TrajectoryEstimator.Options.DEFAULT, options.audit());
    }

    /**
     * Sanitizes.
     *
     * @param first the model under audit with its checkpoints
     * @param train its training rows
     * @param calibration held-out rows believed clean
     * @param inputs the inputs that it was given; unlabelled
     * @return what was done
     */
    public SanitizeResult sanitize(TrainingResult first, Dataset train, Dataset calibration, Dataset inputs) {
        Removal removal = new Removal(training, predictor, options, first, train);
        View view = look(first, train, calibration, inputs);
        View firstView = view;
        for (int round = 1; ; round++) {
            List<List<TargetCluster>> open = TargetCluster.trials(view.clusters());
            List<SanitizeResult.Cap> caps = open.isEmpty() ? List.of() : capsMet(round, removal, open);
            if (!caps.isEmpty()) {
                return removal.result(
                                SanitizeVerdict.CAP_REACHED, firstView.audit(), view.audit(), firstView.clusters())
                        .stoppedBy(caps);
            }
            for (List<TargetCluster> together : open) {
                removal.tryOut(round, together, view.inputs(), calibration);
            }
            if (!removal.apply()) {
                return removal.result(
                        removal.verdict(view.isQuiet()), firstView.audit(), view.audit(), firstView.clusters());
            }
            view = lookAgain(first.model(), removal.training(), removal.rows(), calibration, inputs);
        }
    }

    private List<SanitizeResult.Cap> capsMet(int round, Removal removal, List<List<TargetCluster>> open) {
        List<SanitizeResult.Cap> met = new ArrayList<>();
        if (round > options.caps().mostRounds()) {
            met.add(SanitizeResult.Cap.ROUNDS);
        }
        if (removal.budget(open) <= 0) {
            boolean isJoined = open.stream().anyMatch(together -> together.size() > 1);
            met.add(isJoined ? SanitizeResult.Cap.JOINED_ROWS : SanitizeResult.Cap.ROWS);
        }
        return met;
    }

    /**
     * Judges a model that was made from the confirmed rows in another way than by training without them.
     *
     * @param found what training said
     * @param first the model under audit
     * @param repaired the other model, with its checkpoints
     * @param train the training rows of the first, which the other has seen too
     * @param calibration held-out rows believed clean
     * @param inputs the inputs
     * @return the same with the other model, its audit and its verdict: quiet only if the share of each confirmed
     *     cluster's inputs that removal had to flip has flipped here as well
     */
    public SanitizeResult judgeRepair(
            SanitizeResult found,
            Model first,
            TrainingResult repaired,
            Dataset train,
            Dataset calibration,
            Dataset inputs) {
        View view = lookAgain(first, repaired, train, calibration, inputs);
        Set<String> still = Set.copyOf(view.inputs().ids());
        boolean hasFlipped = found.trials().stream()
                .filter(trial -> trial.get(0).confirmation().confirmed())
                .map(trial ->
                        trial.stream().flatMap(round -> round.inputs().stream()).toList())
                .allMatch(ids -> ids.stream().filter(id -> !still.contains(id)).count()
                        >= options.confirming().flipShare() * ids.size());
        return found.repaired(repaired, view.audit(), view.isQuiet() && hasFlipped);
    }

    /**
     * Looks at the inputs whose class did not change beside held-out rows whose class did not either, as inputs that
     * were chosen by it are not to be compared with rows that were not; where all inputs did, the audit is of all of
     * them, and nothing is left to act on.
     */
    private View lookAgain(Model first, TrainingResult current, Dataset rows, Dataset calibration, Dataset inputs) {
        Dataset left = unchanged(first, current.model(), inputs);
        Dataset usual = unchanged(first, current.model(), calibration);
        return left.size() == 0
                ? new View(audit(current, rows, calibration, inputs), List.of(), left)
                : look(
                        current,
                        rows,
                        usual.size() < options.audit().leastCalibrationRows() ? calibration : usual,
                        left);
    }

    private TargetAudit.Findings audit(TrainingResult current, Dataset rows, Dataset calibration, Dataset inputs) {
        return audits.apply(current)
                .audit(
                        rows,
                        calibration,
                        predictor.labels(current.model(), calibration),
                        inputs,
                        predictor.labels(current.model(), inputs));
    }

    /**
     * Inputs that are no longer taken for the same class have had their attack undone, and are not asked about again.
     */
    private Dataset unchanged(Model first, Model current, Dataset inputs) {
        int[] firstPredicted = predictor.labels(first, inputs);
        int[] predicted = predictor.labels(current, inputs);
        return inputs.select(IntStream.range(0, predicted.length)
                .filter(i -> predicted[i] == firstPredicted[i])
                .toArray());
    }

    /** What a look at inputs found. */
    private record View(TargetAudit.Findings audit, List<TargetCluster> clusters, Dataset inputs) {
        boolean isQuiet() {
            return clusters.isEmpty() && audit.suspiciousLabels().isEmpty();
        }
    }

    private View look(TrainingResult current, Dataset rows, Dataset calibration, Dataset inputs) {
        int[] calibrationPredicted = predictor.labels(current.model(), calibration);
        double[][] probabilities = predictor.probabilities(current.model(), inputs);
        int[] predicted =
                Arrays.stream(probabilities).mapToInt(Predictor::first).toArray();
        TargetAudit.Findings audit =
                audits.apply(current).audit(rows, calibration, calibrationPredicted, inputs, predicted);
        List<TargetCluster> clusters = new TargetClusters(affinities.apply(current), rows, options.clusters())
                .find(audit, inputs, probabilities, calibration, calibrationPredicted);
        return new View(audit, clusters, inputs);
    }
}
