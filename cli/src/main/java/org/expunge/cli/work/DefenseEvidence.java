package org.expunge.cli.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.expunge.cli.render.Numbers;
import org.expunge.defense.attack.AttackGate;
import org.expunge.defense.sanitize.SanitizeVerdict;
import org.expunge.defense.trace.LabelEvidence;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;
import org.jspecify.annotations.Nullable;

/**
 * All that a reader needs to judge a sanitizing: kept as {@code sanitize.json} and shown by the report. It holds images
 * of rows, which are evidence, but no values of tables and no words of texts.
 *
 * @param subject what was looked at
 * @param verdict how it ended
 * @param removedIds the removed rows, in order of removal
 * @param accuracyBefore on test rows
 * @param accuracyAfter on test rows
 * @param accuracyRetrained on test rows, of the model trained again without the rows, where the last model was made in
 *     another way; null where it was not, and in old records
 * @param classes what it did to each class
 * @param tails how heavy the tails of the influence on inputs are, before anything was removed
 * @param clusters the clusters of inputs that were suspected before anything was removed, and the rows behind them
 * @param rounds what was tried
 * @param stillSuspicious classes that the last audit calls suspicious
 * @param truth what is known of a planted attack; null if there was none
 * @param setting how it was done
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DefenseEvidence(
        Subject subject,
        SanitizeVerdict verdict,
        List<String> removedIds,
        double accuracyBefore,
        double accuracyAfter,
        @Nullable Double accuracyRetrained,
        List<ClassEffect> classes,
        Tails tails,
        List<Cluster> clusters,
        List<Round> rounds,
        List<Integer> stillSuspicious,
        @Nullable Truth truth,
        Setting setting) {
    /** The file in a run's directory. */
    public static final String FILE = "sanitize.json";

    static final String REASON = "reason ";

    /** The option that names the input of an incident. */
    static final String INCIDENT = "incident";

    /** Of a cluster, not more inputs than this are asked whether they flip. */
    public static final int MOST_ASKED = LabelEvidence.MOST_TARGETS;

    /** An attack is said to turn many classes into one from this many on, if they are half of all. */
    private static final int MANY = 3;

    /** Copies the lists. */
    public DefenseEvidence {
        removedIds = List.copyOf(removedIds);
        classes = List.copyOf(classes);
        clusters = List.copyOf(clusters);
        rounds = List.copyOf(rounds);
        stillSuspicious = List.copyOf(stillSuspicious);
    }

    /**
     * What was looked at.
     *
     * @param run the run
     * @param out the run that came out; null if nothing was removed
     * @param data where the rows came from
     * @param trainingRows rows that the model was trained on
     * @param inputs inputs that were judged
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Subject(String run, @Nullable String out, String data, int trainingRows, int inputs) {}

    /**
     * What it did to a class.
     *
     * @param name of the class
     * @param rows training rows before
     * @param removed removed ones among them
     * @param testRows test rows of the class
     * @param accuracyBefore share of them that is taken for the class; null if there are none
     * @param accuracyAfter the same of the new model; null if there are none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ClassEffect(
            String name,
            int rows,
            int removed,
            int testRows,
            @Nullable Double accuracyBefore,
            @Nullable Double accuracyAfter) {}

    /**
     * Tail statistics.
     *
     * @param threshold above which an input is flagged
     * @param calibration of held-out rows believed clean
     * @param inputs of inputs; those known to be attacked are not among them
     * @param attacked of inputs known to be attacked
     * @param curves how well inputs are told apart; empty if it is not known which are attacked
     * @param baseRate share of attacked inputs that succeed; null if it is not known
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Tails(
            double threshold,
            List<Double> calibration,
            List<Double> inputs,
            List<Double> attacked,
            List<Curve> curves,
            @Nullable Double baseRate) {
        /** Copies the lists. */
        public Tails {
            calibration = List.copyOf(calibration);
            inputs = List.copyOf(inputs);
            attacked = List.copyOf(attacked);
            curves = List.copyOf(curves);
        }
    }

    /**
     * How well a method ranks what is adversarial before what is not.
     *
     * @param method the method
     * @param averagePrecision area under the precision-recall curve as a step function
     * @param auroc area under the ROC curve
     * @param points from the strictest threshold to the loosest
     */
    public record Curve(String method, double averagePrecision, double auroc, List<Point> points) {
        /** Copies the list. */
        public Curve {
            points = List.copyOf(points);
        }
    }

    /**
     * What a threshold lets through.
     *
     * @param falsePositiveRate share of what is not adversarial
     * @param recall share of what is adversarial
     * @param precision share of adversarial ones among what is let through
     */
    public record Point(double falsePositiveRate, double recall, double precision) {}

    /**
     * Suspected inputs and the rows behind them.
     *
     * @param label the class that they are taken for
     * @param runnerUps the classes that come second for them
     * @param with the classes whose inputs were suspected only together with these; empty for most and in old records
     * @param inputs how many inputs
     * @param pValue of the test by which they were suspected, before correction over classes
     * @param candidates training rows of the class
     * @param foremost the rows that rank first
     * @param rankings what ranked the rows, with controls
     */
    public record Cluster(
            String label,
            List<String> runnerUps,
            @JsonSetter(nulls = Nulls.AS_EMPTY) List<String> with,
            int inputs,
            double pValue,
            int candidates,
            List<EvidenceRow> foremost,
            List<Ranking> rankings) {
        /** Copies the lists. */
        public Cluster {
            runnerUps = List.copyOf(runnerUps);
            with = List.copyOf(with);
            foremost = List.copyOf(foremost);
            rankings = List.copyOf(rankings);
        }
    }

    /**
     * A training row that ranks among the first.
     *
     * @param id the row
     * @param score its rank's score
     * @param removed whether it was removed
     * @param isAdversarial whether a planted attack changed it; null if there was none
     * @param picture what it shows; null if rows are no images
     * @param features what sets the foremost rows of its cluster apart, by name, strongest first; empty for images
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record EvidenceRow(
            String id,
            double score,
            boolean removed,
            @Nullable Boolean isAdversarial,
            @Nullable EvidencePicture picture,
            List<String> features) {
        /** Copies the list. */
        public EvidenceRow {
            features = List.copyOf(features);
        }
    }

    /**
     * A ranking of the rows of the class.
     *
     * @param method what ranked them
     * @param shared how many of the foremost rows are among its own first ones
     * @param curve how well it finds the rows of a planted attack; null if there was none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Ranking(
            String method, int shared, @Nullable Curve curve) {}

    /**
     * What was tried for a cluster.
     *
     * @param round counted from 1
     * @param label the class that the inputs are taken for
     * @param with the classes whose clusters were tried together with it; then the sets, shares and trainings are those
     *     of all together
     * @param inputs how many inputs were asked: the strongest, not more than {@link #MOST_ASKED}
     * @param rowsTried rows in the last set that was tried
     * @param flipShare share of the inputs that flipped without them
     * @param rowFlipShare share of the rows that are taken for another class without them; null in old records
     * @param randomFlipShare share that flips without as many random rows of the class; null if not asked
     * @param heldOutLoss share of held-out rows of the class lost beyond those lost with random rows; null if not asked
     * @param confirmed whether the first two shares are large and the others small
     * @param removed rows removed
     * @param trainings trainings that it took
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Round(
            int round,
            String label,
            @JsonSetter(nulls = Nulls.AS_EMPTY) List<String> with,
            int inputs,
            int rowsTried,
            double flipShare,
            @Nullable Double rowFlipShare,
            @Nullable Double randomFlipShare,
            @Nullable Double heldOutLoss,
            boolean confirmed,
            int removed,
            int trainings) {
        /** Copies the list. */
        public Round {
            with = List.copyOf(with);
        }
    }

    /**
     * What is known of a planted attack.
     *
     * @param attack the attack in one line
     * @param successBefore share of attacked inputs that are taken for the class that the attacker wants
     * @param successAfter the same of the new model
     * @param adversarialRows rows that the attack changed, among the training rows
     * @param adversarialRemoved removed ones among them
     * @param coverRows rows that hide the attack and keep their label
     * @param coversRemoved removed ones among them
     * @param cleanRows rows that the attack left alone
     * @param cleanRemoved removed ones among them
     * @param baseRate share of adversarial rows among the training rows
     * @param classPrior share of adversarial rows within their class; null if they lie in several
     * @param gate what was measured of the attack when it was planted; null if nobody asked
     * @param manifest that the figures are against; null if the run was trained under the attack and so knew it
     * @param attacked which attacked inputs decided what was removed; null in old records and where there are none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Truth(
            String attack,
            double successBefore,
            double successAfter,
            int adversarialRows,
            int adversarialRemoved,
            int coverRows,
            int coversRemoved,
            int cleanRows,
            int cleanRemoved,
            double baseRate,
            @Nullable Double classPrior,
            Drill.@Nullable Gate gate,
            @Nullable NamedManifest manifest,
            @Nullable AttackedInputs attacked) {
        /** Returns whether the attack has inputs, without which nobody can say that it works. */
        public boolean hasInputs() {
            return !Double.isNaN(successBefore);
        }

        /** Returns the share of the adversarial rows that was removed. */
        double adversarialShare() {
            return adversarialRemoved / (double) adversarialRows;
        }

        /** Returns the share of the clean training rows that was removed; covers are not among these. */
        double cleanShare() {
            return cleanRemoved / (double) cleanRows;
        }

        /** Returns whether the attack succeeds often enough to measure a defense, and passes its gate if asked. */
        public boolean works() {
            return successBefore >= AttackGate.LEAST_SUCCESS && (gate == null || gate.holds());
        }

        /** Says in words whether it does, as far as that was measured. */
        String verdict() {
            if (!hasInputs()) {
                return AttackGate.NOT_JUDGED;
            }
            if (successBefore < AttackGate.LEAST_SUCCESS) {
                return "attack failed: a defense is only measured from a success of "
                        + Numbers.percent(AttackGate.LEAST_SUCCESS) + " on";
            }
            return gate == null
                    ? "attack succeeds; its cost and a clean model's answers were not measured ('expunge attack --gate')"
                    : gate.verdict();
        }
    }

    /**
     * How it was done.
     *
     * @param options what was chosen, by name
     * @param seeds of everything random, by what they decide
     * @param falseActionLevel most runs on clean data, as a share, in which the tests let retraining judge a class
     * @param trainings trainings
     * @param seconds wall time
     */
    public record Setting(
            Map<String, String> options,
            Map<String, Long> seeds,
            double falseActionLevel,
            int trainings,
            double seconds) {
        /** Copies the maps. */
        public Setting {
            options = Collections.unmodifiableMap(new TreeMap<>(options));
            seeds = Collections.unmodifiableMap(new TreeMap<>(seeds));
        }
    }

    /**
     * Reads what a sanitizing left.
     *
     * @param folder its folder
     * @throws BadInputException if it left nothing there, or a record that lacks a figure, which is named
     * @throws IOException if it cannot be read
     */
    public static DefenseEvidence read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new BadInputException(
                    folder, "holds no " + FILE + ": name a folder that 'expunge sanitize' of this version wrote");
        }
        return Json.read(file, DefenseEvidence.class);
    }

    /** Returns what bore on the verdict, a sentence each. */
    public List<String> reasons() {
        return IntStream.iterate(1, i -> setting.options().containsKey(REASON + i), i -> i + 1)
                .mapToObj(i -> setting.options().getOrDefault(REASON + i, ""))
                .toList();
    }

    /** Returns whether one prediction that is known to be bad was looked into, by no test over inputs. */
    public boolean comesFromIncident() {
        return setting.options().containsKey(INCIDENT);
    }

    /** Returns whether suspected inputs of a class were made of many others, which is where the method is weak. */
    public boolean comesFromManyClasses() {
        Map<String, Set<String>> seconds = new TreeMap<>();
        clusters.forEach(cluster -> seconds.computeIfAbsent(cluster.label(), label -> new TreeSet<>())
                .addAll(cluster.runnerUps()));
        return seconds.values().stream().anyMatch(others -> others.size() >= Math.max(MANY, classes.size() / 2));
    }
}
