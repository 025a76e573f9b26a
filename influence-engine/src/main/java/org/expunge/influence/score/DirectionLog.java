package org.expunge.influence.score;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.DoubleAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** Counts gradients without a direction while cosines are taken; each (row, checkpoint, layer) once. */
final class DirectionLog {
    /** Gradients are taken for δ of norm 1, so that only a dead path through the network comes near this. */
    static final double FLOOR = 1e-12;

    private final Set<List<Integer>> seen = new HashSet<>();
    private final LongAdder rowTerms = new LongAdder();
    private final LongAdder queryTerms = new LongAdder();
    private final DoubleAccumulator rowDelta = new DoubleAccumulator(Math::min, Double.POSITIVE_INFINITY);
    private final DoubleAccumulator queryDelta = new DoubleAccumulator(Math::min, Double.POSITIVE_INFINITY);

    /** Returns whether rows from {@code from} on at checkpoint {@code t} come for the first time. */
    boolean isFirstVisitOfRows(int from, int t) {
        return seen.add(List.of(0, from, t));
    }

    /** Returns whether queries from {@code from} on at checkpoint {@code t} come for the first time. */
    boolean isFirstVisitOfQueries(int from, int t) {
        return seen.add(List.of(1, from, t));
    }

    void addRows(long belowFloor, double deltaNorm) {
        rowTerms.add(belowFloor);
        rowDelta.accumulate(deltaNorm);
    }

    void addQueries(long belowFloor, double deltaNorm) {
        queryTerms.add(belowFloor);
        queryDelta.accumulate(deltaNorm);
    }

    /** Returns {@code 1 / √squared} of each entry, 0 where the norm is below the floor or not a number. */
    static double[] inverseNorms(double[] squared) {
        double[] inverse = new double[squared.length];
        for (int i = 0; i < squared.length; i++) {
            double norm = Math.sqrt(squared[i]);
            inverse[i] = norm >= FLOOR ? 1 / norm : 0;
        }
        return inverse;
    }

    static long zeros(double[] inverseNorms, int count) {
        long zeros = 0;
        for (int i = 0; i < count; i++) {
            zeros += inverseNorms[i] == 0 ? 1 : 0;
        }
        return zeros;
    }

    Provenance.Skipped skipped() {
        return new Provenance.Skipped(
                rowTerms.sum(), queryTerms.sum(), finite(rowDelta.get()), finite(queryDelta.get()));
    }

    private static double finite(double smallest) {
        return Double.isFinite(smallest) ? smallest : 0;
    }
}
