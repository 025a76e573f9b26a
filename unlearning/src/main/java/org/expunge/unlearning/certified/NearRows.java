package org.expunge.unlearning.certified;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;

/**
 * Finds rows whose numbers are those of another row up to rounding: no column differs by more than {@link #TOLERANCE}
 * of its range. Rows are compared in full only where their projections on random directions of unit length are as near
 * as those of such rows must be.
 *
 * <p><b>Cost.</b> O((n + m)·d) for the projections, and a comparison of projections for each pair that is near on the
 * first.
 */
final class NearRows {
    /** Three digits of a column's range survive most reformatting; unrelated rows differ more in some column. */
    static final double TOLERANCE = 1e-3;

    private static final int DIRECTIONS = 8;
    private static final double ROUNDING = 1e-9;

    private final List<Dataset> known;
    private final double[] scale;
    private final double[][] directions;
    private final double width;
    private final List<Projected> sorted = new ArrayList<>();

    /** A row that is known, and where it lies on each direction. */
    private static final class Projected {
        private final Dataset rows;
        private final int row;
        private final double[] at;

        Projected(Dataset rows, int row, double[] at) {
            this.rows = rows;
            this.row = row;
            this.at = at;
        }
    }

    /**
     * Prepares the search.
     *
     * @param known rows to look among
     * @param asked the rows that will be asked for; they count for the columns' ranges; as wide as the others
     */
    NearRows(List<Dataset> known, Dataset asked) {
        this.known = List.copyOf(known);
        int d = asked.shape().length();
        this.scale = scale(d, asked);
        this.width = TOLERANCE * Math.sqrt(d) + ROUNDING;
        this.directions = directions(d);
        for (Dataset rows : this.known) {
            for (int row = 0; row < rows.size(); row++) {
                sorted.add(new Projected(rows, row, project(rows.row(row))));
            }
        }
        sorted.sort(Comparator.comparingDouble(one -> one.at[0]));
    }

    /** Returns whether a row is known up to rounding. */
    boolean contains(double[] row) {
        double[] at = project(row);
        for (int i = firstFrom(at[0] - width); i < sorted.size(); i++) {
            Projected other = sorted.get(i);
            if (other.at[0] > at[0] + width) {
                return false;
            }
            if (isNear(at, other.at) && isSame(row, other.rows.row(other.row))) {
                return true;
            }
        }
        return false;
    }

    private boolean isNear(double[] at, double[] other) {
        return IntStream.range(1, DIRECTIONS).allMatch(k -> Math.abs(at[k] - other[k]) <= width);
    }

    private boolean isSame(double[] row, double[] other) {
        for (int j = 0; j < row.length; j++) {
            if (Math.abs(row[j] - other[j]) * scale[j] > TOLERANCE) {
                return false;
            }
        }
        return true;
    }

    private int firstFrom(double least) {
        int low = 0;
        int high = sorted.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted.get(middle).at[0] < least) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private double[] project(double[] row) {
        double[] at = new double[DIRECTIONS];
        for (int k = 0; k < DIRECTIONS; k++) {
            for (int j = 0; j < row.length; j++) {
                at[k] += directions[k][j] * (row[j] * scale[j]);
            }
        }
        return at;
    }

    /** One over each column's range over all rows; 0 where it does not vary. */
    private double[] scale(int d, Dataset asked) {
        double[] least = new double[d];
        double[] most = new double[d];
        Arrays.fill(least, Double.POSITIVE_INFINITY);
        Arrays.fill(most, Double.NEGATIVE_INFINITY);
        List<Dataset> all = new ArrayList<>(known);
        all.add(asked);
        for (Dataset rows : all) {
            for (int i = 0; i < rows.size(); i++) {
                double[] row = rows.row(i);
                for (int j = 0; j < d; j++) {
                    least[j] = Math.min(least[j], row[j]);
                    most[j] = Math.max(most[j], row[j]);
                }
            }
        }
        double[] scales = new double[d];
        Arrays.setAll(scales, j -> most[j] > least[j] ? 1 / (most[j] - least[j]) : 0);
        return scales;
    }

    /** The same in every run: which rows are found does not depend on them, only how fast. */
    private static double[][] directions(int d) {
        SplittableRandom random = new SplittableRandom(1);
        double length = Math.sqrt(d);
        double[][] directions = new double[DIRECTIONS][d];
        for (double[] direction : directions) {
            Arrays.setAll(direction, j -> (random.nextBoolean() ? 1 : -1) / length);
        }
        return directions;
    }
}
