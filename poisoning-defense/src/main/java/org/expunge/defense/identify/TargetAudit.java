package org.expunge.defense.identify;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Targets;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.Scores;

/**
 * Says which inputs are targets of a training-set attack: those whose influence scores have a heavier upper tail among
 * same-label training rows than all but a small share of held-out clean rows.
 *
 * <p><b>Accuracy.</b> A p-value is exact for inputs that are exchangeable with the calibration rows, and no smaller
 * than 1 / (calibration rows + 1). Flags are made at a false-positive rate; {@link InputFinding#discovery} says which
 * survive Benjamini and Hochberg's control over all inputs; a label is {@link LabelFinding#isSuspicious suspicious}
 * only if its share of flags exceeds that of the calibration rows by an exact test, corrected over labels.
 *
 * <p><b>Cost.</b> One scoring of all inputs and calibration rows, and O(n log n) an input.
 *
 * <p><b>Source.</b> The tail statistic: {@link TailStatistic}. Step-up control: Y. Benjamini and Y. Hochberg,
 * "Controlling the False Discovery Rate", J. R. Stat. Soc. B 57, 1995.
 */
public final class TargetAudit {
    /**
     * How to judge.
     *
     * @param kappa κ of the tail statistic, at least 1; no more than the attacker's rows can be seen
     * @param falsePositiveRate share of clean inputs that are flagged, in (0, 1)
     * @param significance level of the test that a label is under attack, before correction over labels, in (0, 1)
     * @param leastFlags flags below which a label is never called suspicious, at least 1
     */
    public record Options(int kappa, double falsePositiveRate, double significance, int leastFlags) {
        /** κ = 5, 5 % flags, level 1 %, 5 flags: chosen on small data sets, measured on fresh seeds. */
        public static final Options DEFAULT = new Options(5, 0.05, 0.01, 5);

        /** Checks the ranges. */
        public Options {
            checkArgument(kappa >= 1, "kappa must be at least 1, got %s", kappa);
            checkArgument(
                    falsePositiveRate > 0 && falsePositiveRate < 1,
                    "falsePositiveRate must be in (0, 1), got %s",
                    falsePositiveRate);
            checkArgument(significance > 0 && significance < 1, "significance must be in (0, 1), got %s", significance);
            checkArgument(leastFlags >= 1, "leastFlags must be at least 1, got %s", leastFlags);
        }
    }

    /**
     * What was found about one input.
     *
     * @param id the input's id
     * @param predicted its predicted class
     * @param heaviness the tail statistic
     * @param pValue share of calibration rows with a tail as heavy, counting the input itself
     * @param flagged whether the tail is heavier than the threshold
     * @param discovery whether it survives false-discovery control at the false-positive rate
     */
    public record InputFinding(
            String id, int predicted, double heaviness, double pValue, boolean flagged, boolean discovery) {}

    /**
     * What was found about one predicted class.
     *
     * @param label the class
     * @param inputs inputs predicted so
     * @param flagged flagged ones among them
     * @param calibrationInputs calibration rows predicted so
     * @param calibrationFlagged flagged ones among them
     * @param pValue of the test that inputs are flagged no more often than calibration rows
     * @param isSuspicious whether the test, corrected over labels, rejects that and there are enough flags
     */
    public record LabelFinding(
            int label,
            int inputs,
            int flagged,
            int calibrationInputs,
            int calibrationFlagged,
            double pValue,
            boolean isSuspicious) {}

    /**
     * The audit.
     *
     * @param options how it was judged
     * @param threshold tail statistic above which an input is flagged
     * @param calibrationRows rows it was calibrated on
     * @param inputs a finding for each input, in order
     * @param labels a finding for each class
     */
    public record Findings(
            Options options,
            double threshold,
            int calibrationRows,
            List<InputFinding> inputs,
            List<LabelFinding> labels) {
        /** Copies the lists. */
        public Findings {
            inputs = List.copyOf(inputs);
            labels = List.copyOf(labels);
        }

        /**
         * Returns the flagged inputs of a class, heaviest first, ties by index.
         *
         * @param label the class
         * @return indices of inputs
         */
        public int[] flagged(int label) {
            return IntStream.range(0, inputs.size())
                    .filter(i -> inputs.get(i).flagged() && inputs.get(i).predicted() == label)
                    .boxed()
                    .sorted(Comparator.<Integer>comparingDouble(
                                    i -> -inputs.get(i).heaviness())
                            .thenComparingInt(i -> i))
                    .mapToInt(Integer::intValue)
                    .toArray();
        }

        /**
         * Returns the suspicious classes.
         *
         * @return labels in order of their p-value
         */
        public List<Integer> suspiciousLabels() {
            return labels.stream()
                    .filter(LabelFinding::isSuspicious)
                    .sorted(Comparator.comparingDouble(LabelFinding::pValue))
                    .map(LabelFinding::label)
                    .toList();
        }
    }

    private final Estimator estimator;
    private final Options options;

    /**
     * Makes an audit.
     *
     * @param estimator whose scores are looked at; GAS
     * @param options how to judge
     */
    public TargetAudit(Estimator estimator, Options options) {
        this.estimator = estimator;
        this.options = options;
    }

    /**
     * Audits inputs.
     *
     * @param train the model's training rows, normalised as it was trained
     * @param calibration held-out rows believed clean, at least 20, normalised alike
     * @param calibrationPredicted their predicted classes
     * @param inputs the inputs to judge; their labels are not looked at
     * @param inputsPredicted their predicted classes
     * @return the findings
     */
    public Findings audit(
            Dataset train, Dataset calibration, int[] calibrationPredicted, Dataset inputs, int[] inputsPredicted) {
        checkArgument(
                calibration.size() >= 20,
                "an audit is calibrated on at least 20 clean rows that were not trained on, got %s",
                calibration.size());
        checkArgument(inputs.size() >= 1, "there are no inputs to audit");
        double[] clean = heaviness(train, calibration, calibrationPredicted);
        double[] tails = heaviness(train, inputs, inputsPredicted);
        double threshold = threshold(clean);
        boolean[] discoveries = discoveries(tails, clean);
        List<InputFinding> findings = new ArrayList<>();
        for (int i = 0; i < tails.length; i++) {
            findings.add(new InputFinding(
                    inputs.id(i),
                    inputsPredicted[i],
                    tails[i],
                    pValue(tails[i], clean),
                    tails[i] > threshold,
                    discoveries[i]));
        }
        List<LabelFinding> labels = new ArrayList<>();
        for (int label = 0; label < train.classes(); label++) {
            labels.add(judge(label, train.classes(), threshold, tails, inputsPredicted, clean, calibrationPredicted));
        }
        return new Findings(options, threshold, clean.length, findings, labels);
    }

    /**
     * Returns the tail statistic of each input.
     *
     * @param train training rows
     * @param inputs inputs
     * @param predicted their predicted classes
     * @return one number an input
     */
    public double[] heaviness(Dataset train, Dataset inputs, int[] predicted) {
        Scores scores = estimator.score(train, inputs.withTargets(asPredicted(inputs, predicted)));
        RowCopies copies = new RowCopies(train);
        double[] tails = new double[inputs.size()];
        for (int q = 0; q < tails.length; q++) {
            tails[q] = TailStatistic.heaviness(
                    sameLabelScores(scores.row(q), train, copies, inputs.row(q), predicted[q]), options.kappa());
        }
        return tails;
    }

    /**
     * Gives inputs their predicted classes as targets: influence on a prediction needs no true label.
     *
     * @param inputs the inputs
     * @param predicted their predicted classes
     * @return targets of the same kind
     */
    public static Targets asPredicted(Dataset inputs, int[] predicted) {
        return inputs.targets().isClasses()
                ? Targets.classes(predicted, inputs.classes())
                : Targets.real(Arrays.stream(predicted).asDoubleStream().toArray(), 1);
    }

    private static double[] sameLabelScores(
            double[] scores, Dataset train, RowCopies copies, double[] input, int label) {
        int hash = Arrays.hashCode(input);
        return IntStream.range(0, train.size())
                .filter(i -> train.label(i) == label && !copies.isCopy(i, input, hash))
                .mapToDouble(i -> scores[i])
                .toArray();
    }

    private double threshold(double[] clean) {
        double[] sorted = clean.clone();
        Arrays.sort(sorted);
        int rank = (int) Math.ceil((1 - options.falsePositiveRate()) * (sorted.length + 1)) - 1;
        return sorted[Math.min(rank, sorted.length - 1)];
    }

    private static double pValue(double tail, double[] clean) {
        return (1 + Arrays.stream(clean).filter(c -> c >= tail).count()) / (clean.length + 1.0);
    }

    private boolean[] discoveries(double[] tails, double[] clean) {
        int m = tails.length;
        Integer[] order = IntStream.range(0, m).boxed().toArray(Integer[]::new);
        double[] p = Arrays.stream(tails).map(t -> pValue(t, clean)).toArray();
        Arrays.sort(order, Comparator.comparingDouble(i -> p[i]));
        int last = -1;
        for (int r = 0; r < m; r++) {
            if (p[order[r]] <= options.falsePositiveRate() * (r + 1) / m) {
                last = r;
            }
        }
        boolean[] found = new boolean[m];
        for (int r = 0; r <= last; r++) {
            found[order[r]] = true;
        }
        return found;
    }

    private LabelFinding judge(
            int label,
            int classes,
            double threshold,
            double[] tails,
            int[] predicted,
            double[] clean,
            int[] cleanPredicted) {
        int inputs = count(predicted, label);
        int flagged = countAbove(tails, predicted, label, threshold);
        int cleanInputs = count(cleanPredicted, label);
        int cleanFlagged = countAbove(clean, cleanPredicted, label, threshold);
        double p = FisherExactTest.upperTail(flagged, inputs, cleanFlagged, cleanInputs);
        boolean suspicious = flagged >= options.leastFlags() && p < options.significance() / classes;
        return new LabelFinding(label, inputs, flagged, cleanInputs, cleanFlagged, p, suspicious);
    }

    private static int count(int[] predicted, int label) {
        return (int) Arrays.stream(predicted).filter(y -> y == label).count();
    }

    private static int countAbove(double[] tails, int[] predicted, int label, double threshold) {
        return (int) IntStream.range(0, tails.length)
                .filter(i -> predicted[i] == label && tails[i] > threshold)
                .count();
    }
}
