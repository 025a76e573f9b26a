package org.expunge.cli.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Table;
import org.expunge.defense.identify.Examination;
import org.expunge.defense.identify.StatisticFinding;
import org.jspecify.annotations.Nullable;

/**
 * What one statistic says of the inputs by itself.
 *
 * @param name the statistic
 * @param role {@code decides}, {@code beside} or {@code control}
 * @param flagged inputs that it alone would flag
 * @param averagePrecision its AUPRC for targets; null if they are not known, as the following
 * @param hardPrecision its AUPRC among targets and inputs that are rightly of the same class
 * @param truePositiveRate share of targets above 95 % of the other inputs
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AuditStatistic(
        String name,
        String role,
        int flagged,
        @Nullable Double averagePrecision,
        @Nullable Double hardPrecision,
        @Nullable Double truePositiveRate) {

    static List<AuditStatistic> of(Examination examination, @Nullable AuditTruth truth) {
        return examination.statistics().stream()
                .map(statistic -> of(statistic, truth))
                .toList();
    }

    private static AuditStatistic of(StatisticFinding statistic, @Nullable AuditTruth truth) {
        String role = statistic.decides() ? "decides" : statistic.isControl() ? "control" : "beside";
        if (truth == null) {
            return new AuditStatistic(statistic.name(), role, statistic.flagged(), null, null, null);
        }
        AuditTruth.Precision precision = truth.precision(statistic.heaviness());
        return new AuditStatistic(
                statistic.name(),
                role,
                statistic.flagged(),
                precision.averagePrecision(),
                precision.hardPrecision(),
                precision.truePositiveRate());
    }

    static Table table(List<AuditStatistic> statistics) {
        Table.Builder table =
                Table.of("statistic", "role", "flagged", "AUPRC", "against its class", "at 5 % of others");
        for (AuditStatistic statistic : statistics) {
            table.row(
                    statistic.name(),
                    statistic.role(),
                    statistic.flagged(),
                    orDash(statistic.averagePrecision()),
                    orDash(statistic.hardPrecision()),
                    statistic.truePositiveRate() == null ? "-" : Numbers.percent(statistic.truePositiveRate()));
        }
        return table.build();
    }

    static String orDash(@Nullable Double value) {
        return value == null ? "-" : Numbers.decimal(value);
    }
}
