package org.expunge.influence.training;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A model's answers on a data set, row by row. Immutable; arrays are copied on the way out.
 *
 * <p>A row's class is predicted by the largest output, ties going to the lower class, and for a single output by
 * whether it exceeds one half.
 */
public final class Evaluation {
    private final double[] losses;
    private final double[][] predictions;
    private final int[] labels;
    private final boolean[] isCorrect;

    /** Keeps the arrays; {@code labels} and {@code isCorrect} are empty for regression. */
    Evaluation(double[] losses, double[][] predictions, int[] labels, boolean[] isCorrect) {
        this.losses = losses;
        this.predictions = predictions;
        this.labels = labels;
        this.isCorrect = isCorrect;
    }

    /** Returns the number of rows n. */
    public int size() {
        return losses.length;
    }

    /**
     * Returns the answers on some of the rows.
     *
     * @param rows indices, each in [0, n), in the order wanted
     */
    public Evaluation select(int[] rows) {
        double[] selectedLosses = new double[rows.length];
        double[][] selectedPredictions = new double[rows.length][];
        int[] selectedLabels = new int[labels.length == 0 ? 0 : rows.length];
        boolean[] selectedCorrect = new boolean[selectedLabels.length];
        for (int i = 0; i < rows.length; i++) {
            selectedLosses[i] = losses[rows[i]];
            selectedPredictions[i] = predictions[rows[i]];
            if (labels.length > 0) {
                selectedLabels[i] = labels[rows[i]];
                selectedCorrect[i] = isCorrect[rows[i]];
            }
        }
        return new Evaluation(selectedLosses, selectedPredictions, selectedLabels, selectedCorrect);
    }

    /** Returns the loss of each row, without L2; length n. */
    public double[] losses() {
        return losses.clone();
    }

    /** Returns probabilities, or outputs of a regression: {@code n × K}. */
    public double[][] predictions() {
        return Arrays.stream(predictions).map(double[]::clone).toArray(double[][]::new);
    }

    /** Returns probabilities, or outputs of a regression, of one row; length K. */
    public double[] prediction(int row) {
        return predictions[row].clone();
    }

    /** Returns the predicted class of each row; empty for regression. */
    public int[] predictedLabels() {
        return labels.clone();
    }

    /** Returns whether a row's class was predicted. */
    public boolean isCorrect(int row) {
        return isCorrect[row];
    }

    /** Returns the mean loss a row; NaN without rows. */
    public double meanLoss() {
        double sum = 0;
        for (double loss : losses) {
            sum += loss;
        }
        return sum / losses.length;
    }

    /** Returns the fraction of rows whose class was predicted; NaN for regression or without rows. */
    public double accuracy() {
        int correct = 0;
        for (boolean c : isCorrect) {
            correct += c ? 1 : 0;
        }
        return isCorrect.length == 0 ? Double.NaN : (double) correct / isCorrect.length;
    }

    /** Returns the figures of all rows together. */
    public Metrics metrics() {
        @Nullable Double accuracy = isCorrect.length == 0 ? null : Double.valueOf(accuracy());
        return new Metrics(size(), meanLoss(), accuracy);
    }
}
