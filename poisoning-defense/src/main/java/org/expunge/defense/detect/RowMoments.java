package org.expunge.defense.detect;

import org.expunge.influence.compute.Compute;
import org.expunge.influence.curvature.VectorMath;

/** Means, covariances and projections of the rows of a matrix, in double. */
final class RowMoments {
    private RowMoments() {}

    /** Returns the mean of at least one row. */
    static double[] mean(double[][] rows) {
        double[] mean = new double[rows[0].length];
        for (double[] row : rows) {
            for (int j = 0; j < mean.length; j++) {
                mean[j] += row[j] / rows.length;
            }
        }
        return mean;
    }

    /** Returns the rows less a centre. */
    static double[][] less(double[][] rows, double[] centre) {
        double[][] centred = new double[rows.length][centre.length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < centre.length; j++) {
                centred[i][j] = rows[i][j] - centre[j];
            }
        }
        return centred;
    }

    /** Returns {@code XᵀX / n} for rows X; the covariance if they are centred. O(n d²). */
    static double[][] second(double[][] rows) {
        int d = rows[0].length;
        double[][] second = new double[d][d];
        for (double[] row : rows) {
            for (int i = 0; i < d; i++) {
                if (row[i] != 0) {
                    double scaled = row[i] / rows.length;
                    double[] into = second[i];
                    for (int j = 0; j <= i; j++) {
                        into[j] += scaled * row[j];
                    }
                }
            }
        }
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < i; j++) {
                second[j][i] = second[i][j];
            }
        }
        return second;
    }

    /**
     * Returns centred rows in their foremost principal directions.
     *
     * @param centred rows of mean 0
     * @param most directions, at least 1; fewer if the rows span fewer
     * @return n × k, with k = 0 if all rows are the same
     */
    static double[][] principal(Compute compute, double[][] centred, int most) {
        SymmetricEigen eigen = SymmetricEigen.of(compute, second(centred));
        return project(centred, eigen, Math.min(most, eigen.rank(1e-9)));
    }

    /** Returns the coordinates of rows along the first eigenvectors. */
    static double[][] project(double[][] rows, SymmetricEigen eigen, int directions) {
        double[][] projected = new double[rows.length][directions];
        for (int i = 0; i < rows.length; i++) {
            for (int k = 0; k < directions; k++) {
                projected[i][k] = VectorMath.dot(rows[i], eigen.vector(k));
            }
        }
        return projected;
    }

    /** Returns {@code xᵀ A x}. */
    static double form(double[][] a, double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * VectorMath.dot(a[i], x);
        }
        return sum;
    }
}
