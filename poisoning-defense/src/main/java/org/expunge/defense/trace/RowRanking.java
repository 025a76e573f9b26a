package org.expunge.defense.trace;

import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Training rows ranked by how likely they are to be adversarial.
 *
 * @param method what ranked them
 * @param scores one number a row, larger is more suspicious; negative infinity for rows that carry another label
 */
public record RowRanking(String method, List<Double> scores) {
    /** Copies the scores. */
    public RowRanking {
        scores = List.copyOf(scores);
    }

    static RowRanking of(String method, double[] scores) {
        return new RowRanking(method, DoubleStream.of(scores).boxed().toList());
    }

    /**
     * Returns the scores.
     *
     * @return one number a row; a copy
     */
    public double[] toArray() {
        return scores.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /**
     * Returns the ranked rows that carry the label in question.
     *
     * @return row indices, most suspicious first, ties by index
     */
    public int[] ranked() {
        return IntStream.range(0, scores.size())
                .filter(i -> scores.get(i) > Double.NEGATIVE_INFINITY)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> -scores.get(i)).thenComparingInt(i -> i))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
