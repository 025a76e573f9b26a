package org.expunge.influence.score.outlier;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How few random cuts it takes to separate a row from the others: {@code 2^(−E h(x) / c(ψ))}.
 *
 * <p><b>Shapes.</b> n rows of d numbers give a number each, in (0, 1]: near 1 for outliers, below ½ for ordinary rows.
 *
 * <p><b>Accuracy.</b> The mean depth over T trees has a standard error of some {@code log ψ / √T}. The same seed gives
 * the same forest. A scale of its own for each column changes nothing but rounding.
 *
 * <p><b>Cost.</b> T ψ log ψ to grow, T log ψ a row to score.
 *
 * <p><b>Source.</b> F. T. Liu, K. M. Ting, Z.-H. Zhou, "Isolation Forest", ICDM 2008. A column that is constant within
 * a node is not cut, as in scikit-learn; c(m) is exact rather than by the logarithm.
 */
public final class IsolationForest {
    /**
     * How to grow.
     *
     * @param trees T, at least 1
     * @param sample ψ, at least 2; fewer where there are fewer rows
     * @param seed of samples and cuts
     */
    public record Options(int trees, int sample, long seed) {
        /** 500 trees on 256 rows: as much as five forests of the customary 100, whose scores differ visibly by seed. */
        public static final Options DEFAULT = new Options(500, 256, 0);

        /** Checks the ranges. */
        public Options {
            checkArgument(trees >= 1, "trees must be at least 1, got %s", trees);
            checkArgument(sample >= 2, "sample must be at least 2, got %s", sample);
        }
    }

    private final List<IsolationTree> trees;
    private final double meanDepth;
    private final int width;

    private IsolationForest(List<IsolationTree> trees, double meanDepth, int width) {
        this.trees = trees;
        this.meanDepth = meanDepth;
        this.width = width;
    }

    /**
     * Grows a forest.
     *
     * @param rows {@code n × d}, n at least 2, every value finite; left as they were
     * @param options how
     */
    public static IsolationForest fit(double[][] rows, Options options) {
        checkArgument(rows.length >= 2, "an isolation forest needs at least 2 rows, got %s", rows.length);
        for (int i = 0; i < rows.length; i++) {
            checkArgument(rows[i].length == rows[0].length, "row %s has %s numbers", i, rows[i].length);
            checkArgument(
                    Arrays.stream(rows[i]).allMatch(Double::isFinite), "row %s has a number that is not finite", i);
        }
        int psi = Math.min(options.sample(), rows.length);
        SplittableRandom random = new SplittableRandom(options.seed());
        List<IsolationTree> trees = new ArrayList<>();
        for (int t = 0; t < options.trees(); t++) {
            SplittableRandom own = random.split();
            trees.add(IsolationTree.grow(sample(rows, psi, own), own));
        }
        return new IsolationForest(trees, averageDepth(psi), rows[0].length);
    }

    /** Draws without replacement. */
    private static double[][] sample(double[][] rows, int psi, SplittableRandom random) {
        double[][] shuffled = rows.clone();
        for (int i = 0; i < psi; i++) {
            int j = i + random.nextInt(rows.length - i);
            double[] row = shuffled[i];
            shuffled[i] = shuffled[j];
            shuffled[j] = row;
        }
        return Arrays.copyOf(shuffled, psi);
    }

    /**
     * Returns c(m): the mean depth of a row among m that are cut until each is alone.
     *
     * @param m rows, at least 0; 0 for up to 1
     */
    public static double averageDepth(int m) {
        if (m <= 1) {
            return 0;
        }
        double harmonic = 0;
        for (int j = 1; j < m; j++) {
            harmonic += 1.0 / j;
        }
        return 2 * harmonic - 2.0 * (m - 1) / m;
    }

    /** Returns how outlying a row is, in (0, 1]. */
    public double score(double[] row) {
        checkArgument(row.length == width, "a row of %s numbers does not fit a forest of %s", row.length, width);
        return Math.pow(2, -meanDepthOf(row) / meanDepth);
    }

    /** Returns {@code E h(x)} over the trees. */
    double meanDepthOf(double[] row) {
        double sum = 0;
        for (IsolationTree tree : trees) {
            sum += tree.depth(row);
        }
        return sum / trees.size();
    }
}
