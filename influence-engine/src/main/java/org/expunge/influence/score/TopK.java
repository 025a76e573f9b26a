package org.expunge.influence.score;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Keeps the k foremost rows of each query while blocks pass, so that the table is never held: k m entries. Ties go to
 * the smaller row index, whatever the order of blocks.
 */
public final class TopK implements ScoreSink {
    /** Which end of the ranking. */
    public enum End {
        /** Largest scores first. */
        PROPONENTS,
        /** Smallest scores first. */
        OPPONENTS
    }

    /**
     * A row and its score.
     *
     * @param row index of the training row
     * @param score its score
     */
    public record Ranked(int row, double score) {}

    private final int k;
    private final Comparator<Ranked> order;
    private final List<PriorityQueue<Ranked>> byQuery = new ArrayList<>();

    /**
     * Starts empty.
     *
     * @param k rows to keep for each query, at least 1; all rows are kept where there are fewer
     * @param end which end of the ranking
     */
    public TopK(int k, End end) {
        checkArgument(k >= 1, "k must be at least 1, got %s", k);
        this.k = k;
        Comparator<Ranked> ascending = Comparator.comparingDouble(Ranked::score);
        this.order = (end == End.PROPONENTS ? ascending.reversed() : ascending).thenComparingInt(Ranked::row);
    }

    /** Ranks a whole array. */
    public static List<Ranked> of(double[] scores, int k, End end) {
        TopK top = new TopK(k, end);
        for (int i = 0; i < scores.length; i++) {
            top.offer(top.queue(0), new Ranked(i, scores[i]));
        }
        return top.of(0);
    }

    @Override
    public void accept(ScoreBlock block) {
        BlockRange range = block.range();
        for (int q = 0; q < range.queries(); q++) {
            PriorityQueue<Ranked> queue = queue(range.queryFrom() + q);
            for (int r = 0; r < range.rows(); r++) {
                offer(queue, new Ranked(range.rowFrom() + r, block.score(q, r)));
            }
        }
    }

    /** Returns the foremost rows of a query, first the foremost; none if no block of it came. */
    public List<Ranked> of(int query) {
        return query < byQuery.size()
                ? byQuery.get(query).stream().sorted(order).toList()
                : List.of();
    }

    private void offer(PriorityQueue<Ranked> queue, Ranked candidate) {
        if (queue.size() < k) {
            queue.add(candidate);
        } else if (order.compare(candidate, queue.element()) < 0) {
            queue.remove();
            queue.add(candidate);
        }
    }

    /** The queue's head is the last of those kept. */
    private PriorityQueue<Ranked> queue(int query) {
        while (byQuery.size() <= query) {
            byQuery.add(new PriorityQueue<>(order.reversed()));
        }
        return byQuery.get(query);
    }
}
