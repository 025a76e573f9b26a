package org.expunge.defense.identify;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Targets;
import org.expunge.influence.score.Estimator;

/**
 * Says which inputs are targets of a training-set attack: those whose statistics, such as the upper tail of their
 * influence scores among same-label training rows, are more conspicuous than those of all but a small share of held-out
 * clean rows.
 *
 * <p><b>Accuracy.</b> A p-value is exact for inputs that are exchangeable with the calibration rows, and no smaller
 * than 1 / (calibration rows + 1). Flags are made at a false-positive rate; {@link InputFinding#discovery} says which
 * survive Benjamini and Hochberg's control over all inputs; a label is {@link LabelFinding#isSuspicious suspicious}
 * only if its share of flags exceeds that of the calibration rows by an exact test, corrected over labels.
 *
 * <p><b>Cost.</b> One scoring of all inputs and calibration rows, and what each statistic says.
 *
 * <p><b>Source.</b> The tail statistic: {@link TailStatistic}. p-values: {@link Calibration}. Control over inputs:
 * {@link StepUp}.
 */
public final class TargetAudit {
    private static final int LEAST_CALIBRATION = 20;

    /**
     * How to judge.
     *
     * @param kappas orders κ of the tails, each at least 1; fewer adversarial rows than the least of them go unseen
     * @param deciding names of the statistics that decide together; the others are set beside them
     * @param supports name of a statistic that must bear a label's flags out, see {@link LabelSupport}; empty for none
     * @param falsePositiveRate share of clean inputs that are flagged, in (0, 1)
     * @param significance level of the test that a label is under attack, before correction over labels, in (0, 1)
     * @param leastFlags flags below which a label is never called suspicious, at least 1
     */
    public record Options(
            List<Integer> kappas,
            List<String> deciding,
            String supports,
            double falsePositiveRate,
            double significance,
            int leastFlags) {
        /**
         * Tails of GAS and TracInCP at κ = 2, 5, 10 and 20 and the distance to neighbours decide, GAS supports; 5 %
         * flags, level 1 %, 5 flags.
         */
        public static final Options DEFAULT =
                new Options(List.of(2, 5, 10, 20), List.of("gas", "tracin-cp", "neighbours"), "gas", 0.05, 0.01, 5);

        /** Checks the ranges. */
        public Options {
            kappas = List.copyOf(kappas);
            deciding = List.copyOf(deciding);
            checkArgument(!kappas.isEmpty(), "there is no kappa");
            for (int kappa : kappas) {
                checkArgument(kappa >= 1, "kappa must be at least 1, got %s", kappa);
            }
            checkArgument(!deciding.isEmpty(), "no statistic is to decide");
            checkArgument(
                    falsePositiveRate > 0 && falsePositiveRate < 1,
                    "falsePositiveRate must be in (0, 1), got %s",
                    falsePositiveRate);
            checkArgument(significance > 0 && significance < 1, "significance must be in (0, 1), got %s", significance);
            checkArgument(leastFlags >= 1, "leastFlags must be at least 1, got %s", leastFlags);
        }

        /** Returns the same options with other orders. */
        public Options withKappas(List<Integer> others) {
            return new Options(others, deciding, supports, falsePositiveRate, significance, leastFlags);
        }

        /** Returns the same options with other deciding statistics. */
        public Options withDeciding(List<String> others) {
            return new Options(kappas, others, supports, falsePositiveRate, significance, leastFlags);
        }

        /** Returns the same options with another supporting statistic, or none if it is empty. */
        public Options withSupport(String other) {
            return new Options(kappas, deciding, other, falsePositiveRate, significance, leastFlags);
        }

        /** Returns how many calibration rows the false-positive rate takes. */
        public int leastCalibrationRows() {
            return Math.max(LEAST_CALIBRATION, (int) Math.ceil(1 / falsePositiveRate - 1e-9) - 1);
        }
    }

    /**
     * What was found about one input.
     *
     * @param id the input's id
     * @param predicted its predicted class
     * @param heaviness the deciding statistic; where several or several κ decide, {@code −log10} of the smallest of
     *     their p-values before correction, going on above all calibration rows
     * @param pValue share of calibration rows that are as conspicuous, counting the input itself
     * @param flagged whether the p-value is at most the false-positive rate
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
     * @param isSuspicious whether the test, corrected over labels, rejects that, there are enough flags, and the
     *     supporting statistic bears them out
     */
    public record LabelFinding(
            int label,
            int inputs,
            int flagged,
            int calibrationInputs,
            int calibrationFlagged,
            double pValue,
            boolean isSuspicious) {
        /** Returns whether there are enough flags and more than clean rows would give, borne out or not. */
        boolean standsOut(Options options, int classes) {
            return flagged >= options.leastFlags() && pValue < options.significance() / classes;
        }
    }

    /**
     * The audit.
     *
     * @param options how it was judged
     * @param threshold heaviness above which calibration rows would be flagged
     * @param calibrationRows rows it was calibrated on
     * @param calibration their heaviness, in order
     * @param inputs a finding for each input, in order
     * @param labels a finding for each class
     */
    public record Findings(
            Options options,
            double threshold,
            int calibrationRows,
            List<Double> calibration,
            List<InputFinding> inputs,
            List<LabelFinding> labels) {
        /** Copies the lists. */
        public Findings {
            calibration = List.copyOf(calibration);
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

        /**
         * Returns the classes that would have stood out with more calibration rows.
         *
         * @return ascending; empty for most audits
         */
        public List<ScarceLabel> scarceLabels() {
            return labels.stream()
                    .flatMap(label -> ScarceLabel.of(label, options, labels.size()).stream())
                    .toList();
        }
    }

    private final List<TargetStatistic> statistics;
    private final Options options;

    /**
     * Makes an audit.
     *
     * @param statistics what is measured of inputs; names differ
     * @param options how to judge; every deciding statistic is among those
     */
    public TargetAudit(List<TargetStatistic> statistics, Options options) {
        this.statistics = List.copyOf(statistics);
        this.options = options;
    }

    /**
     * Makes an audit that looks at the tails of one estimator.
     *
     * @param estimator whose scores are looked at, and alone decide; GAS
     * @param options how to judge; what it says of deciding statistics is passed over
     */
    public TargetAudit(Estimator estimator, Options options) {
        this(
                List.of(new InfluenceTails(InfluenceSource.of(estimator), options.kappas())),
                options.withDeciding(List.of(estimator.method())).withSupport(""));
    }

    /**
     * Audits inputs.
     *
     * @param train the model's training rows, normalised as it was trained
     * @param calibration held-out rows believed clean, as many as {@link Options#leastCalibrationRows} says, normalised
     *     alike
     * @param calibrationPredicted their predicted classes
     * @param inputs the inputs to judge; their labels are not looked at
     * @param inputsPredicted their predicted classes
     * @return the findings
     */
    public Findings audit(
            Dataset train, Dataset calibration, int[] calibrationPredicted, Dataset inputs, int[] inputsPredicted) {
        return examine(train, calibration, calibrationPredicted, inputs, inputsPredicted)
                .findings();
    }

    /**
     * Audits inputs and tells what each statistic says by itself. Takes what {@link #audit} takes.
     *
     * @return the findings with all statistics beside each other
     */
    public Examination examine(
            Dataset train, Dataset calibration, int[] calibrationPredicted, Dataset inputs, int[] inputsPredicted) {
        checkArgument(
                calibration.size() >= options.leastCalibrationRows(),
                "a false-positive rate of %s takes at least %s clean rows that were not trained on, got %s; keep more"
                        + " validation rows back, or allow a larger rate",
                options.falsePositiveRate(),
                options.leastCalibrationRows(),
                calibration.size());
        checkArgument(inputs.size() >= 1, "there are no inputs to audit");
        Dataset joined = anonymous(calibration).concat(anonymous(inputs).withIds(numbered("input", inputs.size())));
        int[] predicted = Ints.concat(calibrationPredicted, inputsPredicted);
        List<Measured> measured = new ArrayList<>();
        List<Examination.Timing> timings = new ArrayList<>();
        for (TargetStatistic statistic : statistics) {
            long start = System.nanoTime();
            List<Measured> some = statistic.measure(train, joined, predicted);
            double seconds = (System.nanoTime() - start) / 1e9;
            timings.add(new Examination.Timing(some.stream().map(Measured::name).toList(), seconds));
            measured.addAll(some);
        }
        Judgement judgement = new Judgement(
                options, calibration.ids(), calibrationPredicted, inputs.ids(), inputsPredicted, train.classes());
        return judgement.examine(measured, timings);
    }

    /** Rows of different sources need not have the same groups, nor ids that differ. */
    private static Dataset anonymous(Dataset data) {
        return Dataset.of(data.name(), data.shape(), data.features(), data.targets())
                .withIds(numbered("calibration", data.size()));
    }

    private static List<String> numbered(String kind, int count) {
        return IntStream.range(0, count).mapToObj(i -> kind + "-" + i).toList();
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
}
