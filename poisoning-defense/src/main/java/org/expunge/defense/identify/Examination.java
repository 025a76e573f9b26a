package org.expunge.defense.identify;

import java.util.List;

/**
 * An audit with everything that was measured for it.
 *
 * @param findings what was decided
 * @param statistics what each statistic says by itself, in the order of measuring
 * @param calibration the calibration rows by what decided, most conspicuous first: rows with a trigger among them would
 *     stand here, and hide inputs that carry it
 * @param supports for each class, whether the supporting statistic bears its flags out; empty if none was named
 * @param timings how long measuring took
 */
public record Examination(
        TargetAudit.Findings findings,
        List<StatisticFinding> statistics,
        List<CalibrationRow> calibration,
        List<LabelSupport> supports,
        List<Timing> timings) {
    /**
     * How long it took to measure what is measured together.
     *
     * @param statistics names of the statistics
     * @param seconds wall time
     */
    public record Timing(List<String> statistics, double seconds) {
        /** Copies the list. */
        public Timing {
            statistics = List.copyOf(statistics);
        }
    }

    /**
     * A calibration row.
     *
     * @param id the row
     * @param predicted its predicted class
     * @param heaviness what decided, as for inputs
     * @param pValue its p-value among the other calibration rows
     */
    public record CalibrationRow(String id, int predicted, double heaviness, double pValue) {}

    /** Copies the lists. */
    public Examination {
        calibration = List.copyOf(calibration);
        statistics = List.copyOf(statistics);
        supports = List.copyOf(supports);
        timings = List.copyOf(timings);
    }

    /**
     * Returns the classes whose inputs stand out without resting on a few training rows: out-of-distribution inputs do.
     *
     * @return labels, ascending
     */
    public List<Integer> unsupportedLabels() {
        TargetAudit.Options options = findings.options();
        return supports.stream()
                .filter(support -> !support.isSupported())
                .map(LabelSupport::label)
                .filter(label -> findings.labels().get(label).standsOut(options, supports.size()))
                .toList();
    }

    /**
     * Returns what one statistic says.
     *
     * @param name the statistic
     * @throws IllegalArgumentException if it was not measured; the message lists those that were
     */
    public StatisticFinding statistic(String name) {
        return statistics.stream()
                .filter(statistic -> statistic.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no statistic is called '" + name + "'; there are "
                        + statistics.stream().map(StatisticFinding::name).toList()));
    }
}
