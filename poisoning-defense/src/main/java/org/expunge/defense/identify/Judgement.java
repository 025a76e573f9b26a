package org.expunge.defense.identify;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.expunge.defense.identify.TargetAudit.Findings;
import org.expunge.defense.identify.TargetAudit.InputFinding;
import org.expunge.defense.identify.TargetAudit.LabelFinding;

/** Calibrates what was measured and draws the findings from it. Calibration rows come first in what is measured. */
final class Judgement {
    private final TargetAudit.Options options;
    private final List<String> cleanIds;
    private final int[] cleanPredicted;
    private final List<String> ids;
    private final int[] predicted;
    private final int classes;

    Judgement(
            TargetAudit.Options options,
            List<String> cleanIds,
            int[] cleanPredicted,
            List<String> ids,
            int[] predicted,
            int classes) {
        this.options = options;
        this.cleanIds = cleanIds;
        this.cleanPredicted = cleanPredicted;
        this.ids = ids;
        this.predicted = predicted;
        this.classes = classes;
    }

    Examination examine(List<Measured> measured, List<Examination.Timing> timings) {
        List<String> names = measured.stream().map(Measured::name).toList();
        checkArgument(names.stream().distinct().count() == names.size(), "statistics share a name: %s", names);
        List<double[]> deciding = new ArrayList<>();
        for (String name : options.deciding()) {
            deciding.addAll(List.of(all(measured.get(place(names, name)))));
        }
        Ranked decision = rank(deciding.toArray(double[][]::new));
        List<Ranked> alone = measured.stream().map(m -> rank(all(m))).toList();
        List<StatisticFinding> statistics = IntStream.range(0, names.size())
                .mapToObj(k -> statistic(measured.get(k), alone.get(k)))
                .toList();
        List<LabelSupport> supports = options.supports().isEmpty()
                ? List.of()
                : IntStream.range(0, classes)
                        .mapToObj(label -> support(label, alone.get(place(names, options.supports()))))
                        .toList();
        return new Examination(findings(decision, supports), statistics, calibration(decision), supports, timings);
    }

    private List<Examination.CalibrationRow> calibration(Ranked decision) {
        return IntStream.range(0, cleanPredicted.length)
                .mapToObj(c -> new Examination.CalibrationRow(
                        cleanIds.get(c), cleanPredicted[c], decision.cleanHeaviness[c], decision.cleanP[c]))
                .sorted(Comparator.comparingDouble(row -> -row.heaviness()))
                .toList();
    }

    private static int place(List<String> names, String name) {
        checkArgument(names.contains(name), "no statistic is called '%s'; there are %s", name, names);
        return names.indexOf(name);
    }

    private LabelSupport support(int label, Ranked ranked) {
        return LabelSupport.of(
                label,
                count(predicted, label),
                countFlagged(ranked.p, predicted, label),
                count(cleanPredicted, label),
                countFlagged(ranked.cleanP, cleanPredicted, label),
                options.falsePositiveRate());
    }

    private double[][] all(Measured measured) {
        return measured.part(0, cleanPredicted.length + predicted.length);
    }

    private StatisticFinding statistic(Measured measured, Ranked ranked) {
        return new StatisticFinding(
                measured.name(),
                measured.isControl(),
                options.deciding().contains(measured.name()),
                (int) Arrays.stream(ranked.p).filter(this::isFlagged).count(),
                list(ranked.heaviness),
                list(ranked.p));
    }

    private static List<Double> list(double[] values) {
        return DoubleStream.of(values).boxed().toList();
    }

    private boolean isFlagged(double p) {
        return p <= options.falsePositiveRate();
    }

    private Findings findings(Ranked decision, List<LabelSupport> supports) {
        boolean[] discoveries = StepUp.discoveries(decision.p, options.falsePositiveRate());
        List<InputFinding> inputs = new ArrayList<>();
        for (int i = 0; i < predicted.length; i++) {
            inputs.add(new InputFinding(
                    ids.get(i),
                    predicted[i],
                    decision.heaviness[i],
                    decision.p[i],
                    isFlagged(decision.p[i]),
                    discoveries[i]));
        }
        List<LabelFinding> labels = IntStream.range(0, classes)
                .mapToObj(label -> judge(
                        label,
                        decision,
                        supports.isEmpty() || supports.get(label).isSupported()))
                .toList();
        return new Findings(
                options, decision.threshold(), cleanPredicted.length, list(decision.cleanHeaviness), inputs, labels);
    }

    private LabelFinding judge(int label, Ranked decision, boolean isBorneOut) {
        int inputs = count(predicted, label);
        int flagged = countFlagged(decision.p, predicted, label);
        int cleanInputs = count(cleanPredicted, label);
        int cleanFlagged = countFlagged(decision.cleanP, cleanPredicted, label);
        double p = FisherExactTest.upperTail(flagged, inputs, cleanFlagged, cleanInputs);
        LabelFinding finding = new LabelFinding(label, inputs, flagged, cleanInputs, cleanFlagged, p, false);
        return isBorneOut && finding.standsOut(options, classes)
                ? new LabelFinding(label, inputs, flagged, cleanInputs, cleanFlagged, p, true)
                : finding;
    }

    private static int count(int[] predicted, int label) {
        return (int) Arrays.stream(predicted).filter(y -> y == label).count();
    }

    private int countFlagged(double[] p, int[] predicted, int label) {
        return (int) IntStream.range(0, p.length)
                .filter(i -> predicted[i] == label && isFlagged(p[i]))
                .count();
    }

    private Ranked rank(double[][] variants) {
        int n = cleanPredicted.length;
        Calibration calibration = new Calibration(
                Arrays.stream(variants).map(row -> Arrays.copyOf(row, n)).toArray(double[][]::new));
        double[] p = new double[predicted.length];
        double[] heaviness = new double[predicted.length];
        for (int i = 0; i < p.length; i++) {
            int column = n + i;
            double[] input =
                    Arrays.stream(variants).mapToDouble(row -> row[column]).toArray();
            p[i] = calibration.pValue(input);
            heaviness[i] = calibration.heaviness(input);
        }
        double[] cleanP =
                IntStream.range(0, n).mapToDouble(calibration::leaveOneOut).toArray();
        double[] cleanHeaviness =
                IntStream.range(0, n).mapToDouble(calibration::heavinessOf).toArray();
        return new Ranked(p, heaviness, cleanP, cleanHeaviness, options.falsePositiveRate());
    }

    /** Inputs and calibration rows by the same statistic. */
    private static final class Ranked {
        private final double[] p;
        private final double[] heaviness;
        private final double[] cleanP;
        private final double[] cleanHeaviness;
        private final double rate;

        Ranked(double[] p, double[] heaviness, double[] cleanP, double[] cleanHeaviness, double rate) {
            this.p = p;
            this.heaviness = heaviness;
            this.cleanP = cleanP;
            this.cleanHeaviness = cleanHeaviness;
            this.rate = rate;
        }

        double threshold() {
            double[] sorted = cleanHeaviness.clone();
            Arrays.sort(sorted);
            int rank = (int) Math.ceil((1 - rate) * (sorted.length + 1) - 1e-9) - 1;
            return sorted[Math.min(Math.max(rank, 0), sorted.length - 1)];
        }
    }
}
