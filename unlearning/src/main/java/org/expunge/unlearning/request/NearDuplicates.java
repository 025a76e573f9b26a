package org.expunge.unlearning.request;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;

/**
 * Finds rows that are nearly the same as requested ones and are not requested: copies, rows drawn twice, slightly
 * changed ones. As long as they stay, so does what the model learned from them.
 *
 * <p><b>Units.</b> A distance is Euclidean between normalised features, divided by the mean distance of two rows drawn
 * at random: 0 for equal features, 1 for unrelated rows, whatever the scale of the features.
 *
 * <p><b>Accuracy.</b> Every pair is compared. Copies that were turned, cropped or otherwise changed a lot lie far apart
 * in features and are not found.
 *
 * <p><b>Cost.</b> {@code n · m} comparisons, nearly all of them of a few numbers: rows whose distances to one of
 * {@value #PIVOTS} pivots differ by more than the threshold are farther apart than it (triangle inequality). The others
 * are compared feature by feature, in the order of their variance, until they are over it. Holds the requested rows
 * once more.
 */
public final class NearDuplicates {
    /** Rows that all distances are known to: with eight, about one pair in a thousand images is left to compare. */
    static final int PIVOTS = 8;

    /**
     * What counts as near.
     *
     * @param threshold largest distance, in [0, 1)
     * @param pairs pairs drawn to learn how far apart rows lie, at least 1
     * @param seed decides which
     */
    public record Options(double threshold, int pairs, long seed) {
        /** A tenth of the distance of unrelated rows, learned from 1000 pairs (to about 1 %). */
        public static final Options DEFAULT = new Options(0.1, 1_000, 0);

        /** Checks the ranges. */
        public Options {
            checkArgument(threshold >= 0 && threshold < 1, "threshold must be in [0, 1), got %s", threshold);
            checkArgument(pairs >= 1, "pairs must be at least 1, got %s", pairs);
        }

        /** Returns the same with another threshold. */
        public Options withThreshold(double value) {
            return new Options(value, pairs, seed);
        }
    }

    /**
     * A row that is near a requested one.
     *
     * @param id the row that is not requested
     * @param of the nearest requested row; the first of those equally near
     * @param distance how far they are apart
     */
    public record Near(String id, String of, double distance) {}

    private final Options options;

    /** Makes a search. */
    public NearDuplicates(Options options) {
        this.options = options;
    }

    /**
     * Finds the rows.
     *
     * @param parts parts of one data set, normalised alike
     * @param requested ids of requested rows
     * @return what is near, nearest first, ties in the order of the rows
     */
    public List<Near> find(List<Dataset> parts, Set<String> requested) {
        List<String> ids = new ArrayList<>();
        List<double[]> wanted = new ArrayList<>();
        for (Dataset part : parts) {
            for (int row = 0; row < part.size(); row++) {
                if (requested.contains(part.id(row))) {
                    ids.add(part.id(row));
                    wanted.add(part.row(row));
                }
            }
        }
        if (wanted.isEmpty()) {
            return List.of();
        }
        int[] order = byVariance(wanted, parts.get(0));
        double unit = unit(parts.get(0));
        double bound = options.threshold() * unit;
        double[][] sorted = wanted.stream().map(row -> inOrder(row, order)).toArray(double[][]::new);
        PointSearch search = new PointSearch(sorted, pivots(parts.get(0), order), bound);
        List<Near> found = new ArrayList<>();
        for (Dataset part : parts) {
            for (int row = 0; row < part.size(); row++) {
                if (!requested.contains(part.id(row))) {
                    String id = part.id(row);
                    search.nearest(inOrder(part.row(row), order))
                            .ifPresent(hit ->
                                    found.add(new Near(id, ids.get(hit.at()), unit == 0 ? 0 : hit.distance() / unit)));
                }
            }
        }
        found.sort(Comparator.comparingDouble(Near::distance));
        return found;
    }

    private double[][] pivots(Dataset rows, int[] order) {
        return new Random(options.seed())
                .ints(PIVOTS, 0, rows.size())
                .mapToObj(row -> inOrder(rows.row(row), order))
                .toArray(double[][]::new);
    }

    /** Returns the mean distance of two rows drawn at random, in which distances are given. */
    double unit(Dataset rows) {
        Random random = new Random(options.seed());
        double sum = 0;
        for (int i = 0; i < options.pairs(); i++) {
            double[] a = rows.row(random.nextInt(rows.size()));
            double[] b = rows.row(random.nextInt(rows.size()));
            sum += PointSearch.distance(a, b);
        }
        return sum / options.pairs();
    }

    private int[] byVariance(List<double[]> wanted, Dataset rows) {
        int width = wanted.get(0).length;
        double[] sum = new double[width];
        double[] squares = new double[width];
        Random random = new Random(options.seed());
        for (int i = 0; i < options.pairs(); i++) {
            double[] row = rows.row(random.nextInt(rows.size()));
            for (int j = 0; j < width; j++) {
                sum[j] += row[j];
                squares[j] += row[j] * row[j];
            }
        }
        return IntStream.range(0, width)
                .boxed()
                .sorted(Comparator.comparingDouble(j -> sum[j] * sum[j] / options.pairs() - squares[j]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static double[] inOrder(double[] row, int[] order) {
        double[] sorted = new double[row.length];
        for (int j = 0; j < order.length; j++) {
            sorted[j] = row[order[j]];
        }
        return sorted;
    }
}
