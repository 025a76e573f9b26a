package org.expunge.defense.detect;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.Seeds;

/**
 * Activation clustering: the penultimate features of each class, in ten principal directions, are split by 2-means; a
 * small, well separated cluster is suspicious.
 *
 * <p>A class is reported if its smaller cluster has at least {@link Options#leastRows} rows and less than
 * {@link Options#mostShare} of the class, its silhouette is at least {@link Options#leastSilhouette}, and the
 * silhouette exceeds that of splits of normal points with the same variances by {@link Options#leastDeviations} of
 * their standard deviations: any cloud splits in two, so the split must be better than no structure at all would give.
 * A row's score is the silhouette of its class times its margin towards the smaller cluster.
 *
 * <p><b>Accuracy.</b> Classes with a natural minority (a way to write a 7) look the same as poisoned ones; look at the
 * rows. The silhouette is taken to the centres.
 *
 * <p><b>Cost.</b> O(n d² + C d³) after one forward pass, and {@link Options#draws} splits of n × 10 normal points.
 *
 * <p><b>Source.</b> B. Chen et al., "Detecting Backdoor Attacks on Deep Neural Networks by Activation Clustering",
 * SafeAI 2019; the test against normal points is ours.
 */
public final class ActivationClustering implements Detector {
    /**
     * When a class is reported.
     *
     * @param directions principal directions, at least 1
     * @param leastRows smallest size of a cluster that is reported, at least 1: fewer are outliers
     * @param mostShare largest share of the smaller cluster, in (0, 0.5]
     * @param leastSilhouette smallest silhouette, in [−1, 1]
     * @param leastDeviations how far above splits of normal points, in their standard deviations
     * @param draws splits of normal points for each class, at least 2
     */
    public record Options(
            int directions,
            int leastRows,
            double mostShare,
            double leastSilhouette,
            double leastDeviations,
            int draws) {
        /**
         * Ten directions, 35 %, and a silhouette and deviations just above those of clean digits on eight splits (0.574
         * and 9.0, a way to write nines), where a patch in 2 % of the rows gave 0.56 to 0.69 and 8.2 to 10.6.
         */
        public static final Options DEFAULT = new Options(10, 5, 0.35, 0.58, 8, 20);

        /** Checks the ranges. */
        public Options {
            checkArgument(directions >= 1, "directions must be at least 1, got %s", directions);
            checkArgument(leastRows >= 1, "leastRows must be at least 1, got %s", leastRows);
            checkArgument(mostShare > 0 && mostShare <= 0.5, "mostShare must be in (0, 0.5], got %s", mostShare);
            checkArgument(draws >= 2, "draws must be at least 2, got %s", draws);
        }
    }

    /** What was found in one class. */
    record ClassSplit(TwoMeans clusters, double deviations) {}

    /** No test: every cluster that is small enough counts. */
    private static final Options BY_SIZE = new Options(10, 1, 0.35, -1, Double.NEGATIVE_INFINITY, 2);

    private final Options options;
    private final boolean isTested;

    /**
     * Makes the detector.
     *
     * @param options when a class is reported
     */
    public ActivationClustering(Options options) {
        this(options, true);
    }

    private ActivationClustering(Options options, boolean isTested) {
        this.options = options;
        this.isTested = isTested;
    }

    /** Returns the method by the size of clusters alone, as some programs have it: a rival, never by default. */
    public static ActivationClustering bySize() {
        return new ActivationClustering(BY_SIZE, false);
    }

    @Override
    public String name() {
        return isTested ? "activation-clustering" : "activation-clustering-by-size";
    }

    @Override
    public String rule() {
        return String.format(
                Locale.ROOT,
                "cluster of < %.0f %% of its class%s",
                100 * options.mostShare(),
                isTested ? ", significantly apart" : "");
    }

    @Override
    public Detection detect(ScanSetting setting) {
        Dataset train = setting.train();
        double[] scores = new double[train.size()];
        List<Integer> flagged = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (int label = 0; label < train.classes(); label++) {
            int[] rows = ClassRows.of(train, label);
            ClassSplit split = split(
                    setting.engine().compute(),
                    ClassRows.select(setting.features(), rows),
                    Seeds.derive(setting.options().seed(), label));
            TwoMeans clusters = split.clusters();
            boolean isSmall = clusters.secondSize() < options.mostShare() * rows.length;
            boolean isReported = isReported(split, rows.length);
            for (int i = 0; i < rows.length; i++) {
                scores[rows[i]] = isSmall
                        ? clusters.silhouette() * Math.max(0, clusters.margins().get(i))
                        : 0;
                if (isReported && clusters.isSecond().get(i)) {
                    flagged.add(rows[i]);
                }
            }
            if (isReported) {
                notes.add(String.format(
                        Locale.ROOT,
                        "class %d: %d of %d rows apart, silhouette %.2f",
                        label,
                        clusters.secondSize(),
                        rows.length,
                        clusters.silhouette()));
            }
        }
        return Detection.of(
                this,
                scores,
                flagged.stream().mapToInt(Integer::intValue).toArray(),
                notes.isEmpty() ? new String[] {"no class splits significantly"} : notes.toArray(new String[0]));
    }

    /** Returns whether a split of a class counts. */
    boolean isReported(ClassSplit split, int rows) {
        TwoMeans clusters = split.clusters();
        return clusters.secondSize() >= options.leastRows()
                && clusters.secondSize() < options.mostShare() * rows
                && clusters.silhouette() >= options.leastSilhouette()
                && split.deviations() >= options.leastDeviations();
    }

    /** Splits the rows of one class, at least one, and compares the split with those of normal points. */
    ClassSplit split(Compute compute, double[][] features, long seed) {
        if (features.length < 4) {
            return new ClassSplit(TwoMeans.of(new double[features.length][1]), 0);
        }
        double[][] centred = RowMoments.less(features, RowMoments.mean(features));
        double[][] points = RowMoments.principal(compute, centred, options.directions());
        if (points[0].length == 0) {
            return new ClassSplit(TwoMeans.of(new double[features.length][1]), 0);
        }
        TwoMeans clusters = TwoMeans.of(points);
        return new ClassSplit(clusters, deviations(points, clusters.silhouette(), seed));
    }

    private double deviations(double[][] points, double silhouette, long seed) {
        double[][] second = RowMoments.second(points);
        Random random = new Random(seed);
        double sum = 0;
        double squares = 0;
        for (int t = 0; t < options.draws(); t++) {
            double[][] drawn = new double[points.length][second.length];
            for (double[] x : drawn) {
                for (int j = 0; j < x.length; j++) {
                    x[j] = Math.sqrt(second[j][j]) * random.nextGaussian();
                }
            }
            double s = TwoMeans.of(drawn).silhouette();
            sum += s;
            squares += s * s;
        }
        double mean = sum / options.draws();
        double variance =
                Math.max(0, squares / options.draws() - mean * mean) * options.draws() / (options.draws() - 1);
        return variance > 0 ? (silhouette - mean) / Math.sqrt(variance) : 0;
    }
}
