package org.expunge.defense.detect;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.math.Quantiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.data.Dataset;

/**
 * SCAn: a class is contaminated if its features are far better explained by two groups than by one, compared with what
 * the other classes gain.
 *
 * <p>Features are {@code h = μ_y + ε}, with {@code μ ~ N(0, S_μ)} over classes and {@code ε ~ N(0, S_ε)} shared by all;
 * both are found by expectation-maximisation. Under {@code S_ε} each class is then split in two by a second
 * expectation-maximisation; {@code J_y} is the gain in log-likelihood a row. A class is reported if {@code (J_y −
 * median J) / (1.4826 MAD)} exceeds {@link Options#mostIndex}. A row's score is the class's index, if positive, times
 * the posterior of the smaller group.
 *
 * <p><b>Accuracy.</b> Needs several classes that are clean, and none that is naturally twofold. With fewer than three
 * classes there is no index, and nothing is flagged.
 *
 * <p><b>Cost.</b> O(n d² + d³) after one forward pass, with d cut to {@link Options#mostDirections}.
 *
 * <p><b>Source.</b> D. Tang, X. Wang, H. Tang, K. Zhang, "Demon in the Variant: Statistical Analysis of DNNs for Robust
 * Backdoor Contamination Detection", USENIX Security 2021, section 4. There the two covariances come from a clean set;
 * here from the scanned rows, of which most are taken for clean. The start of the split is the principal direction
 * rather than random.
 */
public final class ContaminationAnalysis implements Detector {
    /**
     * How to analyse.
     *
     * @param mostIndex index above which a class is reported, more than 0
     * @param mostDirections principal directions of the features that are kept, at least 1
     */
    public record Options(double mostIndex, int mostDirections) {
        /** The authors' threshold, e², and 32 directions. */
        public static final Options DEFAULT = new Options(Math.exp(2), 32);

        /** Checks the ranges. */
        public Options {
            checkArgument(mostIndex > 0, "mostIndex must be more than 0, got %s", mostIndex);
            checkArgument(mostDirections >= 1, "mostDirections must be at least 1, got %s", mostDirections);
        }
    }

    private static final double MAD_CONSISTENCY = 1.4826;
    private static final int LEAST_CLASSES = 3;

    private final Options options;

    /**
     * Makes the analysis.
     *
     * @param options how to analyse
     */
    public ContaminationAnalysis(Options options) {
        this.options = options;
    }

    @Override
    public String name() {
        return "scan";
    }

    @Override
    public String rule() {
        return String.format(Locale.ROOT, "smaller group of a class with index > %.2f", options.mostIndex());
    }

    @Override
    public Detection detect(ScanSetting setting) {
        Dataset train = setting.train();
        int[] labels = new int[train.size()];
        Arrays.setAll(labels, train::label);
        return detect(setting.engine().compute(), setting.features(), labels, train.classes());
    }

    /** Analyses features directly. */
    Detection detect(Compute compute, double[][] features, int[] labels, int classes) {
        double[][] points = reduced(compute, features);
        double[] scores = new double[labels.length];
        if (points[0].length == 0) {
            return Detection.of(this, scores, new int[0], "all rows have the same features");
        }
        double[][] precision = new TwoCovariances(compute).withinPrecision(points, labels, classes);
        GroupSplit[] splits = new GroupSplit[classes];
        int[][] rowsOf = new int[classes][];
        List<Double> gains = new ArrayList<>();
        for (int label = 0; label < classes; label++) {
            int wanted = label;
            rowsOf[label] = IntStream.range(0, labels.length)
                    .filter(i -> labels[i] == wanted)
                    .toArray();
            splits[label] = GroupSplit.of(compute, ClassRows.select(points, rowsOf[label]), precision);
            if (rowsOf[label].length > 1) {
                gains.add(splits[label].gain());
            }
        }
        return judged(scores, splits, rowsOf, gains);
    }

    private Detection judged(double[] scores, GroupSplit[] splits, int[][] rowsOf, List<Double> gains) {
        List<Integer> flagged = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        boolean hasIndex = gains.size() >= LEAST_CLASSES;
        double median = median(gains);
        double mad = MAD_CONSISTENCY
                * median(gains.stream().map(g -> Math.abs(g - median)).toList());
        for (int label = 0; label < splits.length; label++) {
            double index = mad > 0 ? (splits[label].gain() - median) / mad : 0;
            for (int i = 0; i < rowsOf[label].length; i++) {
                double posterior = splits[label].posteriors().get(i);
                scores[rowsOf[label][i]] = (hasIndex ? Math.max(0, index) : splits[label].gain()) * posterior;
                if (hasIndex && index > options.mostIndex() && posterior > 0.5) {
                    flagged.add(rowsOf[label][i]);
                }
            }
            if (hasIndex && index > options.mostIndex()) {
                notes.add(String.format(Locale.ROOT, "class %d has index %.1f", label, index));
            }
        }
        if (!hasIndex) {
            notes.add("no index with fewer than " + LEAST_CLASSES + " classes, so nothing is flagged");
        }
        return Detection.of(
                this,
                scores,
                flagged.stream().mapToInt(Integer::intValue).toArray(),
                notes.isEmpty() ? new String[] {"no class stands out"} : notes.toArray(new String[0]));
    }

    private double[][] reduced(Compute compute, double[][] features) {
        double[][] centred = RowMoments.less(features, RowMoments.mean(features));
        return RowMoments.principal(compute, centred, options.mostDirections());
    }

    private static double median(List<Double> values) {
        return values.isEmpty() ? 0 : Quantiles.median().compute(values);
    }
}
