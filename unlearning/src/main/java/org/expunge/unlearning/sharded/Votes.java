package org.expunge.unlearning.sharded;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;

/** The answers of several models on the same rows, taken together. Immutable; arrays are copied on the way out. */
public final class Votes {
    private final int classes;
    private final int[][] members;
    private final double[][] means;

    /** Takes class probabilities, {@code n × K} of each model, at least one model. */
    Votes(List<double[][]> probabilities) {
        int n = probabilities.get(0).length;
        this.classes = n == 0 ? 0 : probabilities.get(0)[0].length;
        this.members = probabilities.stream()
                .map(rows -> Arrays.stream(rows).mapToInt(Votes::largest).toArray())
                .toArray(int[][]::new);
        this.means = new double[n][classes];
        for (double[][] member : probabilities) {
            for (int i = 0; i < n; i++) {
                for (int c = 0; c < classes; c++) {
                    means[i][c] += member[i][c] / probabilities.size();
                }
            }
        }
    }

    /** Returns the number of rows n. */
    public int size() {
        return means.length;
    }

    /** Returns the class that most models name; a tie goes to the higher mean probability, then the lower class. */
    public int[] byMajority() {
        int[] chosen = new int[size()];
        for (int i = 0; i < chosen.length; i++) {
            int[] counts = new int[classes];
            for (int[] member : members) {
                counts[member[i]]++;
            }
            int best = 0;
            for (int c = 1; c < classes; c++) {
                boolean isTie = counts[c] == counts[best];
                best = counts[c] > counts[best] || (isTie && means[i][c] > means[i][best]) ? c : best;
            }
            chosen[i] = best;
        }
        return chosen;
    }

    /** Returns the class of the highest mean probability; a tie goes to the lower class. */
    public int[] byMeanProbability() {
        return Arrays.stream(means).mapToInt(Votes::largest).toArray();
    }

    /** Returns the mean probability of each class, {@code n × K}. */
    public double[][] meanProbabilities() {
        return Arrays.stream(means).map(double[]::clone).toArray(double[][]::new);
    }

    /**
     * Holds the answers against the truth.
     *
     * @param rows the rows that were asked about
     * @return the figures
     */
    public VoteMetrics metrics(Dataset rows) {
        checkArgument(rows.size() == size(), "there are answers on %s rows but %s rows", size(), rows.size());
        double membersMean = Arrays.stream(members)
                .mapToDouble(member -> accuracy(member, rows))
                .average()
                .orElse(Double.NaN);
        return new VoteMetrics(size(), accuracy(byMajority(), rows), accuracy(byMeanProbability(), rows), membersMean);
    }

    private static double accuracy(int[] labels, Dataset rows) {
        return IntStream.range(0, labels.length)
                .map(i -> labels[i] == rows.label(i) ? 1 : 0)
                .average()
                .orElse(Double.NaN);
    }

    private static int largest(double[] values) {
        int best = 0;
        for (int c = 1; c < values.length; c++) {
            best = values[c] > values[best] ? c : best;
        }
        return best;
    }
}
