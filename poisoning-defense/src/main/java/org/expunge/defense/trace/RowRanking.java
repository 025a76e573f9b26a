package org.expunge.defense.trace;

import java.util.Arrays;
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
     * Joins rankings of rows of different classes, whose scores are in standard deviations of their class.
     *
     * @param rankings of the same rows, at least 1
     * @return one ranking with the larger score of each row, called as the first is
     */
    public static RowRanking joined(List<RowRanking> rankings) {
        double[] scores = rankings.get(0).toArray();
        for (RowRanking ranking : rankings) {
            Arrays.setAll(scores, i -> Math.max(scores[i], ranking.scores().get(i)));
        }
        return of(rankings.get(0).method(), scores);
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
     * Returns finite scores that rank as these do, for rank metrics over all rows.
     *
     * @return one number a row; rows of another label share a number below all others
     */
    public double[] toFiniteArray() {
        double lowest = scores.stream()
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .min()
                .orElse(0);
        return scores.stream()
                .mapToDouble(s -> s > Double.NEGATIVE_INFINITY ? s : lowest - 1)
                .toArray();
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
