package org.expunge.defense.identify;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;
import org.expunge.influence.data.Dataset;

/**
 * Distance of an input to the k-th nearest training row of the class that it is taken for. An input far from all rows
 * of its class is there for another reason than that it looks like them, which a trigger is, and noise too.
 *
 * <p><b>Units.</b> Euclidean, in the space that rows are shown in, as a multiple of the median distance between the
 * class's rows and their own k-th nearest, so that classes can be compared.
 *
 * <p><b>Cost.</b> O((m_c n_c + s n_c) d) for m_c inputs and n_c rows of a class, with s = {@value #SCALE_ROWS} rows
 * that the median is taken over.
 *
 * <p><b>Source.</b> Max-k-NN distance, a baseline of Z. Hammoudeh and D. Lowd, CCS 2022.
 */
public final class NeighbourDistance implements TargetStatistic {
    /** Rows of a class over which the median distance is taken, evenly spread. */
    private static final int SCALE_ROWS = 100;

    /** Shows rows as points. */
    @FunctionalInterface
    public interface Space {
        /** Returns a point for each row. */
        double[][] points(Dataset rows);
    }

    private final String name;
    private final int k;
    private final Space space;

    /**
     * Makes the statistic.
     *
     * @param name as in tables
     * @param k which neighbour, at least 1; the last one where a class has fewer rows
     * @param space where distances are taken
     */
    public NeighbourDistance(String name, int k, Space space) {
        checkArgument(k >= 1, "k must be at least 1, got %s", k);
        this.name = name;
        this.k = k;
        this.space = space;
    }

    /** Takes distances between the features themselves. */
    static Space raw() {
        return rows -> {
            double[][] points = new double[rows.size()][];
            Arrays.setAll(points, rows::row);
            return points;
        };
    }

    @Override
    public List<Measured> measure(Dataset train, Dataset inputs, int[] predicted) {
        double[][] rows = space.points(train);
        double[][] points = space.points(inputs);
        double[] distances = new double[points.length];
        for (LabelGroups.Group group : LabelGroups.of(train, predicted)) {
            double[][] of = group.rows().stream().map(i -> rows[i]).toArray(double[][]::new);
            double unit = unit(of);
            for (int input : group.inputs()) {
                distances[input] = kth(points[input], of) / unit;
            }
        }
        return List.of(Measured.single(name, false, distances));
    }

    /** Returns the median distance of rows to their k-th nearest; 1 if that is 0. */
    private double unit(double[][] rows) {
        int step = Math.max(1, rows.length / SCALE_ROWS);
        double[] own = new double[(rows.length + step - 1) / step];
        Arrays.setAll(own, i -> kth(rows[i * step], rows));
        Arrays.sort(own);
        double median = own[own.length / 2];
        return median > 0 ? median : 1;
    }

    /** Returns the distance of the k-th nearest row that is not equal to the point. */
    private double kth(double[] point, double[][] rows) {
        double[] squares = new double[rows.length];
        int count = 0;
        for (double[] row : rows) {
            double square = 0;
            for (int j = 0; j < row.length; j++) {
                square += (row[j] - point[j]) * (row[j] - point[j]);
            }
            if (square > 0) {
                squares[count++] = square;
            }
        }
        if (count == 0) {
            return 0;
        }
        Arrays.sort(squares, 0, count);
        return Math.sqrt(squares[Math.min(k, count) - 1]);
    }
}
