package org.expunge.defense.trace;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.influence.data.Dataset;

/**
 * Finds clusters of inputs that may be targets of one attack, and the rows behind each.
 *
 * <p>A class is looked at if the audit calls it suspicious, or if its inputs share rows by {@link SharedRowsTest},
 * which sees attacks from many classes that the audit does not, or crowd around rows by {@link CrowdTest}, which sees
 * attacks under which no single input stands out; of text, first if they share words by {@link SharedWordsTest}. Its
 * cluster are the inputs, flagged or not, that rest on the rows behind the flagged ones more than most held-out rows
 * do; flagged inputs that do not are false alarms of the audit's own rate. It is split by the class that comes second,
 * unless the parts rest on the same rows.
 *
 * <p>Classes without a cluster by these tests are tested together by {@link JoinedRowsTest}; if they share rows, the
 * clusters of those in which the excess is are to be tried {@link TargetCluster#together together}.
 *
 * <p><b>Cost.</b> That of {@link LabelEvidence} for each class with enough inputs, all kept.
 */
public final class TargetClusters {
    /**
     * When inputs are a cluster.
     *
     * @param leastMembers inputs below which nothing is a cluster, nor all clusters together a trial, at least 1
     * @param significance level of {@link SharedRowsTest}, and of {@link SharedWordsTest}, before correction over
     *     classes, in (0, 1)
     * @param crowdSignificance level of {@link CrowdTest} before correction over classes, in (0, 1)
     * @param joinedSignificance level of {@link JoinedRowsTest}, which is one test of all classes, in (0, 1)
     * @param seed decides the tests' draws
     */
    public record Options(
            int leastMembers, double significance, double crowdSignificance, double joinedSignificance, long seed) {
        /**
         * 5 inputs, levels 1 %, 2 % and half a percent: of the crowds that chance makes, retraining confirms some 6 in
         * a hundred.
         */
        public static final Options DEFAULT = new Options(5, 0.01, 0.02, 0.005, 1);

        /** Checks the ranges. */
        public Options {
            checkArgument(leastMembers >= 1, "leastMembers must be at least 1, got %s", leastMembers);
            checkArgument(significance > 0 && significance < 1, "significance must be in (0, 1), got %s", significance);
            checkArgument(
                    crowdSignificance > 0 && crowdSignificance < 1,
                    "crowdSignificance must be in (0, 1), got %s",
                    crowdSignificance);
            checkArgument(
                    joinedSignificance > 0 && joinedSignificance < 1,
                    "joinedSignificance must be in (0, 1), got %s",
                    joinedSignificance);
        }

        /**
         * Returns the inputs, as well as the held-out rows, of a class below which it is not tested for training rows
         * that its inputs share: half of either names the rows, and the other half has to be enough to be judged.
         */
        public int leastTested() {
            return 2 * leastMembers;
        }

        /**
         * Returns the share of clean runs in which a test makes a cluster, at most.
         *
         * @param train the training rows
         * @return the sum of the levels of the tests that such rows have
         */
        public double falseClusters(Dataset train) {
            return (train.words().isPresent() ? 2 : 1) * significance + crowdSignificance + joinedSignificance;
        }

        /** Returns the same with another seed. */
        public Options withSeed(long value) {
            return new Options(leastMembers, significance, crowdSignificance, joinedSignificance, value);
        }
    }

    /** Draws of {@link SharedRowsTest} and {@link JoinedRowsTest} for each expected at the level. */
    private static final int RESOLUTION = 2;

    /** Draws of {@link CrowdTest} and {@link SharedWordsTest}, which go through little. */
    private static final int FINE_RESOLUTION = 10;

    private final List<Affinity> affinities;
    private final Dataset train;
    private final Options options;

    /**
     * Makes a search.
     *
     * @param affinities the ways to compare inputs with rows
     * @param train training rows, normalised as the model was trained
     * @param options when inputs are a cluster
     */
    public TargetClusters(List<Affinity> affinities, Dataset train, Options options) {
        this.affinities = affinities;
        this.train = train;
        this.options = options;
    }

    /**
     * Finds clusters.
     *
     * @param findings the audit of the inputs
     * @param inputs the inputs
     * @param probabilities the model's probability of each class for each input
     * @param calibration held-out rows believed clean
     * @param calibrationPredicted the classes that the model takes them for
     * @return clusters by ascending p-value, then by size
     */
    public List<TargetCluster> find(
            TargetAudit.Findings findings,
            Dataset inputs,
            double[][] probabilities,
            Dataset calibration,
            int[] calibrationPredicted) {
        Familiarity familiarity = new Familiarity(train, calibration);
        int classes = findings.labels().size();
        List<TargetCluster> clusters = new ArrayList<>();
        List<Looked> quiet = new ArrayList<>();
        for (TargetAudit.LabelFinding label : findings.labels()) {
            int[] taken = taken(findings, label.label());
            if (taken.length >= options.leastMembers()) {
                Dataset ofLabel = inputs.select(taken);
                Dataset reference = calibration.select(rowsOf(calibrationPredicted, label.label()));
                LabelEvidence evidence = LabelEvidence.gather(affinities, train, label.label(), ofLabel, reference);
                Suspicion suspicion = label.isSuspicious()
                        ? flagged(evidence, label, positions(findings.flagged(label.label()), taken))
                        : together(evidence, ofLabel, reference, classes);
                int[] members = familiar(suspicion.members(), taken, inputs, familiarity);
                List<TargetCluster> found = split(evidence, members, taken, suspicion.pValue(), probabilities);
                clusters.addAll(found);
                if (found.isEmpty()) {
                    quiet.add(new Looked(evidence, Ints.asList(taken)));
                }
            }
        }
        clusters.addAll(joined(quiet, inputs, probabilities, familiarity));
        clusters.sort(Comparator.comparingDouble(TargetCluster::pValue)
                .thenComparingInt(cluster -> -cluster.inputs().size()));
        return clusters;
    }

    private static int[] familiar(List<Integer> members, int[] taken, Dataset inputs, Familiarity familiarity) {
        return members.stream()
                .mapToInt(q -> q)
                .filter(q -> familiarity.isFamiliar(inputs, taken[q]))
                .toArray();
    }

    /** A class that was looked at, and the inputs that are taken for it. */
    private record Looked(LabelEvidence evidence, List<Integer> taken) {}

    /**
     * Looks for rows that inputs of several classes share, each class its own.
     *
     * @param quiet classes without a cluster by themselves: inputs of an attack that is found would carry the trial of
     *     honest ones
     */
    private List<TargetCluster> joined(
            List<Looked> quiet, Dataset inputs, double[][] probabilities, Familiarity familiarity) {
        JoinedRowsTest test =
                new JoinedRowsTest(quiet.stream().map(Looked::evidence).toList(), options.leastMembers());
        double level = options.joinedSignificance();
        double p = test.pValue(draws(RESOLUTION, level), options.seed());
        if (p >= level) {
            return List.of();
        }
        List<List<Integer>> members = test.members(options.seed());
        Map<Looked, int[]> parts = new LinkedHashMap<>();
        for (int k = 0; k < quiet.size(); k++) {
            int[] part = familiar(members.get(k), Ints.toArray(quiet.get(k).taken()), inputs, familiarity);
            if (part.length > 0) {
                parts.put(quiet.get(k), part);
            }
        }
        List<Integer> labels =
                parts.keySet().stream().map(one -> one.evidence().label()).toList();
        int inputsOfAll = parts.values().stream().mapToInt(part -> part.length).sum();
        return labels.size() < 2 || inputsOfAll < options.leastMembers()
                ? List.of()
                : parts.entrySet().stream()
                        .map(part -> cluster(part.getKey(), part.getValue(), p, labels, probabilities))
                        .toList();
    }

    private static TargetCluster cluster(
            Looked looked, int[] members, double p, List<Integer> together, double[][] probabilities) {
        int label = looked.evidence().label();
        int[] inputs = Arrays.stream(members).map(q -> looked.taken().get(q)).toArray();
        return new TargetCluster(
                label,
                Arrays.stream(inputs)
                        .map(i -> runnerUp(probabilities[i], label))
                        .sorted()
                        .distinct()
                        .boxed()
                        .toList(),
                Ints.asList(inputs),
                p,
                looked.evidence().trace(members),
                together);
    }

    /** Why a class is looked at: inputs, by their positions among those of the class, that may be targets, or none. */
    private record Suspicion(double pValue, List<Integer> members) {
        private static final Suspicion NONE = new Suspicion(1, List.of());
    }

    private Suspicion flagged(LabelEvidence evidence, TargetAudit.LabelFinding label, List<Integer> flagged) {
        return new Suspicion(label.pValue(), resting(evidence, flagged));
    }

    /** Looks for words that inputs share, then for rows that they share, then for rows that they crowd around. */
    private Suspicion together(LabelEvidence evidence, Dataset inputs, Dataset reference, int classes) {
        double level = options.significance() / classes;
        Suspicion words = words(evidence.label(), inputs, reference, level);
        if (!words.members().isEmpty()) {
            return words;
        }
        double p =
                new SharedRowsTest(evidence, options.leastMembers()).pValue(draws(RESOLUTION, level), options.seed());
        if (p < level) {
            return new Suspicion(p, new CrowdTest(evidence, options.leastMembers()).members());
        }
        return evidence.ofFeatures()
                .map(features ->
                        crowd(new CrowdTest(features, options.leastMembers()), options.crowdSignificance() / classes))
                .orElse(Suspicion.NONE);
    }

    private Suspicion words(int label, Dataset inputs, Dataset reference, double level) {
        if (train.words().isEmpty()) {
            return Suspicion.NONE;
        }
        SharedWordsTest test = new SharedWordsTest(train, label, inputs, reference, options.leastMembers());
        double p = test.pValue(draws(FINE_RESOLUTION, level), options.seed());
        return p < level ? new Suspicion(p, test.members()) : Suspicion.NONE;
    }

    private Suspicion crowd(CrowdTest test, double level) {
        double p = test.pValue(draws(FINE_RESOLUTION, level), options.seed());
        return p < level ? new Suspicion(p, test.members()) : Suspicion.NONE;
    }

    private static int draws(int resolution, double level) {
        return (int) Math.ceil(resolution / level);
    }

    /** Suspected inputs bring in what rests on the same rows, and lose what does not. */
    private List<Integer> resting(LabelEvidence evidence, List<Integer> suspected) {
        int[] resting = evidence.restingWith(RunnerUpClusters.toArray(suspected));
        return resting.length >= options.leastMembers() ? Ints.asList(resting) : suspected;
    }

    private List<TargetCluster> split(
            LabelEvidence evidence, int[] members, int[] taken, double p, double[][] probabilities) {
        if (members.length < options.leastMembers()) {
            return List.of();
        }
        int[] runnerUps = Arrays.stream(taken)
                .map(i -> runnerUp(probabilities[i], evidence.label()))
                .toArray();
        return new RunnerUpClusters(evidence, options.leastMembers())
                .split(members, runnerUps).stream()
                        .map(group -> new TargetCluster(
                                evidence.label(),
                                List.copyOf(group.runnerUps()),
                                group.members().stream().map(q -> taken[q]).toList(),
                                p,
                                evidence.trace(RunnerUpClusters.toArray(group.members()))))
                        .toList();
    }

    /**
     * Returns the class that comes second.
     *
     * @param probabilities of each class, at least 2
     * @param label the class that comes first
     * @return the most probable other class, the first of several
     */
    public static int runnerUp(double[] probabilities, int label) {
        int best = label == 0 ? 1 : 0;
        for (int k = 0; k < probabilities.length; k++) {
            if (k != label && probabilities[k] > probabilities[best]) {
                best = k;
            }
        }
        return best;
    }

    private static int[] taken(TargetAudit.Findings findings, int label) {
        return IntStream.range(0, findings.inputs().size())
                .filter(i -> findings.inputs().get(i).predicted() == label)
                .toArray();
    }

    private static int[] rowsOf(int[] predicted, int label) {
        return IntStream.range(0, predicted.length)
                .filter(i -> predicted[i] == label)
                .toArray();
    }

    private static List<Integer> positions(int[] some, int[] among) {
        List<Integer> order = Ints.asList(among);
        return Arrays.stream(some).mapToObj(order::indexOf).toList();
    }
}
