package org.expunge.defense.identify;

import java.util.List;

/**
 * An audit with everything that was measured for it.
 *
 * @param findings what was decided
 * @param statistics what each statistic says by itself, in the order of measuring
 */
public record Examination(TargetAudit.Findings findings, List<StatisticFinding> statistics) {
    /** Copies the list. */
    public Examination {
        statistics = List.copyOf(statistics);
    }
}
