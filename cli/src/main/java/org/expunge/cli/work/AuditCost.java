package org.expunge.cli.work;

import java.util.List;
import org.expunge.cli.render.Numbers;
import org.expunge.defense.identify.Examination;
import org.expunge.defense.identify.ScoringCost;
import org.expunge.influence.score.JointSimilarity;

/**
 * What identification took.
 *
 * @param seconds wall time of the tails of influence: scoring and robust scales
 * @param gigaflop floating-point operations that the scoring cannot do without, in 10⁹
 * @param gigaflopPerSecond these by that time
 * @param millionPairs pairs of an input and a row that were scored, in 10⁶
 * @param plannedMebibytes memory planned for models, gradients and scores
 * @param timings wall time of everything that was measured
 */
public record AuditCost(
        double seconds,
        double gigaflop,
        double gigaflopPerSecond,
        double millionPairs,
        double plannedMebibytes,
        List<Examination.Timing> timings) {
    /** Copies the list. */
    public AuditCost {
        timings = List.copyOf(timings);
    }

    static AuditCost of(ScoringCost cost, List<Examination.Timing> timings) {
        double seconds = timings.stream()
                .filter(timing -> timing.statistics().equals(JointSimilarity.METHODS))
                .mapToDouble(Examination.Timing::seconds)
                .sum();
        return new AuditCost(
                seconds,
                cost.flops() / 1e9,
                seconds > 0 ? cost.flops() / 1e9 / seconds : 0,
                cost.pairs() / 1e6,
                (cost.planBytes() + cost.tableBytes()) / (double) (1 << 20),
                timings);
    }

    /** Returns the cost in one line. */
    String sentence() {
        double all = timings.stream().mapToDouble(Examination.Timing::seconds).sum();
        return Numbers.seconds(seconds) + " for tails, " + Numbers.decimal(gigaflop) + " GFLOP at "
                + Numbers.decimal(gigaflopPerSecond) + " GFLOP/s; " + Numbers.seconds(all - seconds)
                + " for all else beside";
    }
}
