package org.expunge.defense.identify;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;

/**
 * Turns statistics of inputs into p-values by the ranks that they take among clean calibration rows.
 *
 * <p>With one variant, p is the share of rows, the input among them, that are at least as large. With several, the
 * smallest of the variants' p-values is taken, and is itself ranked: each calibration row's smallest p-value is found
 * in the same pool of calibration rows and the one input. The pool is treated alike in all its members, so that the
 * result needs no other correction.
 *
 * <p><b>Accuracy.</b> Exact: for an input exchangeable with the calibration rows {@code P(p ≤ a) ≤ a} for all a,
 * whatever the variants' dependence; ties count against discovery. p is at least 1 / (n + 1) for n calibration rows.
 *
 * <p><b>Cost.</b> O(n v) for each input, n calibration rows and v variants.
 *
 * <p><b>Source.</b> V. Vovk, A. Gammerman, G. Shafer, "Algorithmic Learning in a Random World", 2005 (conformal
 * p-values); the smallest p-value as statistic: P. Westfall and S. Young, "Resampling-Based Multiple Testing", 1993.
 */
final class Calibration {
    private final double[][] clean;
    private final double[][] ascending;
    private final double[] units;
    private final int[][] atLeast;
    private final int[] smallest;
    private final int n;

    /**
     * Takes the clean rows.
     *
     * @param clean for each variant, one number a calibration row, at least 1 row
     */
    Calibration(double[][] clean) {
        this.clean = clean;
        this.n = clean[0].length;
        checkArgument(n >= 1, "there are no calibration rows");
        this.ascending = new double[clean.length][];
        this.units = new double[clean.length];
        this.atLeast = new int[clean.length][n];
        for (int v = 0; v < clean.length; v++) {
            double[] sorted = clean[v].clone();
            Arrays.sort(sorted);
            ascending[v] = sorted;
            double scale = n < 2 ? 0 : RobustScale.of(sorted).scale();
            units[v] = scale > 0 ? scale : 1;
            for (int c = 0; c < n; c++) {
                atLeast[v][c] = countAtLeast(sorted, clean[v][c]);
            }
        }
        this.smallest = new int[n];
        Arrays.setAll(
                smallest,
                c -> Arrays.stream(atLeast).mapToInt(ranks -> ranks[c]).min().orElse(n));
    }

    /**
     * Returns the p-value of an input.
     *
     * @param input its number in each variant
     */
    double pValue(double[] input) {
        int own = rank(input);
        int asSmall = 1;
        for (int c = 0; c < n; c++) {
            asSmall += rankBeside(c, input) <= own ? 1 : 0;
        }
        return asSmall / (n + 1.0);
    }

    /** Returns the p-value of a calibration row among the other ones. */
    double leaveOneOut(int row) {
        long asSmall =
                Arrays.stream(smallest).filter(rank -> rank <= smallest[row]).count();
        return asSmall / (double) n;
    }

    /**
     * Returns a number that orders inputs as p-values do, and goes on where these end: with one variant the statistic
     * itself; else {@code −log10} of the smallest p-value, and above all calibration rows by how far it lies above
     * them.
     */
    double heaviness(double[] input) {
        if (clean.length == 1) {
            return input[0];
        }
        double excess = 0;
        for (int v = 0; v < clean.length; v++) {
            excess = Math.max(excess, (input[v] - ascending[v][n - 1]) / units[v]);
        }
        return -Math.log10(rank(input) / (n + 1.0)) + Math.log10(1 + excess);
    }

    /** Returns {@link #heaviness} of a calibration row, which is in the pool once. */
    double heavinessOf(int row) {
        return clean.length == 1 ? clean[0][row] : -Math.log10(smallest[row] / (double) n);
    }

    /** Returns the smallest rank of an input, 1 for one above all calibration rows. */
    private int rank(double[] input) {
        int smallest = n + 1;
        for (int v = 0; v < clean.length; v++) {
            smallest = Math.min(smallest, 1 + countAtLeast(ascending[v], input[v]));
        }
        return smallest;
    }

    /** Returns the smallest rank of a calibration row among all and the input. */
    private int rankBeside(int row, double[] input) {
        int smallest = n + 1;
        for (int v = 0; v < clean.length; v++) {
            smallest = Math.min(smallest, atLeast[v][row] + (input[v] >= clean[v][row] ? 1 : 0));
        }
        return smallest;
    }

    private static int countAtLeast(double[] ascending, double value) {
        int low = 0;
        int high = ascending.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ascending[middle] >= value) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return ascending.length - low;
    }
}
