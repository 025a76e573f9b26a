package org.expunge.defense.detect;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.Recipe;

/**
 * Confident learning: counts, out of fold, how often rows that carry class i are confidently of class j, and picks as
 * many rows from each such pair as the counts say are mislabelled.
 *
 * <p>A class counts as confident from {@code t_j}, the mean probability of class j over the rows that carry it. A row
 * is counted at {@code (y, argmax_{j : p_j ≥ t_j} p_j)}; the counts of a label are scaled to its rows. The ranking is
 * by {@code 1 − p_y}.
 *
 * <p><b>Accuracy.</b> Finds labels that are wrong at random; rows of a backdoor are predicted as labelled by any model
 * that saw other rows of it, and mistakes that a whole cluster shares are learned.
 *
 * <p><b>Cost.</b> One training a fold. No row is judged by a model that was trained on it or on a copy of it.
 *
 * <p><b>Source.</b> C. Northcutt, L. Jiang, I. Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels",
 * JAIR 70, 2021, equations 1 to 4 and "prune by noise rate"; as in the authors' program, a row whose label is the most
 * probable class is not picked.
 */
public final class ConfidentLearning implements Detector {
    @Override
    public String name() {
        return "confident-learning";
    }

    @Override
    public String rule() {
        return "prune by noise rate";
    }

    @Override
    public int trainings(ScanSetting setting) {
        setting.recipe(this);
        return setting.options().folds();
    }

    @Override
    public Detection detect(ScanSetting setting) {
        Recipe recipe = setting.recipe(this);
        ScanSetting.Options options = setting.options();
        Dataset train = setting.train();
        int[] foldOf = OutOfFold.deal(train, setting.copies(), options.folds(), options.seed());
        double[][] probabilities = OutOfFold.probabilities(
                setting.engine(),
                train,
                foldOf,
                options.folds(),
                OutOfFold.by(recipe, setting.validation(), options.seed()));
        int[] labels = IntStream.range(0, train.size()).map(train::label).toArray();
        double[] scores = IntStream.range(0, labels.length)
                .mapToDouble(i -> 1 - probabilities[i][labels[i]])
                .toArray();
        return Detection.of(
                this,
                scores,
                pruned(labels, probabilities, train.classes()),
                options.folds() + " folds, copies in one fold");
    }

    /** Returns {@code t_j}: the mean probability of class j over rows labelled j; infinite for a class without rows. */
    static double[] thresholds(int[] labels, double[][] probabilities, int classes) {
        double[] sums = new double[classes];
        int[] counts = counts(labels, classes);
        for (int i = 0; i < labels.length; i++) {
            sums[labels[i]] += probabilities[i][labels[i]];
        }
        for (int j = 0; j < classes; j++) {
            sums[j] = counts[j] == 0 ? Double.POSITIVE_INFINITY : sums[j] / counts[j];
        }
        return sums;
    }

    /** Returns C × C counts: rows labelled i that are confidently of class j. */
    static int[][] confidentJoint(int[] labels, double[][] probabilities, int classes) {
        double[] thresholds = thresholds(labels, probabilities, classes);
        int[][] joint = new int[classes][classes];
        for (int i = 0; i < labels.length; i++) {
            int best = -1;
            for (int j = 0; j < classes; j++) {
                double p = probabilities[i][j];
                if (p >= thresholds[j] && (best < 0 || p > probabilities[i][best])) {
                    best = j;
                }
            }
            if (best >= 0) {
                joint[labels[i]][best]++;
            }
        }
        return joint;
    }

    /** Returns the rows picked by "prune by noise rate", ascending. */
    static int[] pruned(int[] labels, double[][] probabilities, int classes) {
        int[][] joint = confidentJoint(labels, probabilities, classes);
        int[] counts = counts(labels, classes);
        boolean[] isPicked = new boolean[labels.length];
        for (int from = 0; from < classes; from++) {
            int confident = Arrays.stream(joint[from]).sum();
            for (int to = 0; to < classes && confident > 0; to++) {
                if (to != from) {
                    long most = Math.round(joint[from][to] * (double) counts[from] / confident);
                    pick(labels, probabilities, from, to, most, isPicked);
                }
            }
        }
        return IntStream.range(0, labels.length).filter(i -> isPicked[i]).toArray();
    }

    private static void pick(int[] labels, double[][] probabilities, int from, int to, long most, boolean[] isPicked) {
        IntStream.range(0, labels.length)
                .filter(i -> labels[i] == from && argmax(probabilities[i]) != from)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> probabilities[i][from] - probabilities[i][to])
                        .thenComparingInt(i -> i))
                .limit(most)
                .forEach(i -> isPicked[i] = true);
    }

    private static int argmax(double[] values) {
        int best = 0;
        for (int j = 1; j < values.length; j++) {
            best = values[j] > values[best] ? j : best;
        }
        return best;
    }

    private static int[] counts(int[] labels, int classes) {
        int[] counts = new int[classes];
        for (int label : labels) {
            counts[label]++;
        }
        return counts;
    }
}
