package org.expunge.benchmarks.defense;

import java.util.ArrayList;
import java.util.List;
import org.expunge.defense.identify.Measured;
import org.expunge.defense.identify.TargetStatistic;
import org.expunge.influence.data.Dataset;

/** Measures the same rows and inputs once, however many decisions are drawn from it. */
final class MeasuredOnce implements TargetStatistic {
    private final TargetStatistic statistic;
    private final List<Measured> kept = new ArrayList<>();

    /** Keeps what {@code statistic} says the first time. */
    MeasuredOnce(TargetStatistic statistic) {
        this.statistic = statistic;
    }

    @Override
    public List<Measured> measure(Dataset train, Dataset inputs, int[] predicted) {
        if (kept.isEmpty()) {
            kept.addAll(statistic.measure(train, inputs, predicted));
        }
        return List.copyOf(kept);
    }
}
