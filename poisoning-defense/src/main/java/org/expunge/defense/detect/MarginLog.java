package org.expunge.defense.detect;

import java.util.function.Supplier;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;
import org.expunge.influence.training.EpochMetrics;
import org.expunge.influence.training.Progress;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingState;

/**
 * Logs the margin {@code z_y − max_{j≠y} z_j} of every training row at the end of each epoch of a training it listens
 * to. A single logit has the margin {@code ±z}.
 *
 * <p><b>Shapes.</b> n rows; one pass is kept as a sum of n numbers.
 *
 * <p><b>Accuracy.</b> Margins are those in inference (no dropout, running statistics), for all rows under the same
 * parameters, where the published log takes each row's own minibatch.
 *
 * <p><b>Cost.</b> One forward pass over the rows and a copy of the training's state an epoch.
 */
public final class MarginLog implements TrainingListener {
    private final Engine engine;
    private final Dataset rows;
    private final double[] sums;
    private int epochs;
    private boolean isEpochEnd;

    /**
     * Makes a log.
     *
     * @param engine where to compute; stays the caller's
     * @param rows the rows that are trained on, normalised
     */
    public MarginLog(Engine engine, Dataset rows) {
        this.engine = engine;
        this.rows = rows;
        this.sums = new double[rows.size()];
    }

    @Override
    public void onEpoch(EpochMetrics metrics) {
        isEpochEnd = true;
    }

    @Override
    public void onStep(Progress progress, Supplier<TrainingState> state) {
        if (isEpochEnd) {
            isEpochEnd = false;
            add(state.get().model());
        }
    }

    private void add(Model model) {
        double[] margins = margins(engine, model, rows);
        for (int i = 0; i < sums.length; i++) {
            sums[i] += margins[i];
        }
        epochs++;
    }

    /** Returns how many epochs were logged. */
    public int epochs() {
        return epochs;
    }

    /**
     * Returns the mean margin of each row; a copy.
     *
     * @throws IllegalStateException if no epoch has ended
     */
    public double[] means() {
        if (epochs == 0) {
            throw new IllegalStateException("no epoch was logged; let the log listen to a training");
        }
        double[] means = sums.clone();
        for (int i = 0; i < means.length; i++) {
            means[i] /= epochs;
        }
        return means;
    }

    /** Returns the margin of each row under one model. */
    static double[] margins(Engine engine, Model model, Dataset rows) {
        double[] margins = new double[rows.size()];
        try (Weights weights = Weights.of(engine.compute(), model);
                Passes passes = new Passes(engine, weights)) {
            int last = model.network().nodes().size() - 1;
            passes.forEachTile(rows, (worker, pass, from) -> {
                double[][] logits = pass.activations(last);
                for (int b = 0; b < logits.length; b++) {
                    margins[from + b] = margin(logits[b], rows.label(from + b));
                }
            });
        }
        return margins;
    }

    /** Returns {@code z_y − max_{j≠y} z_j}. */
    static double margin(double[] logits, int label) {
        if (logits.length == 1) {
            return label == 1 ? logits[0] : -logits[0];
        }
        double largest = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < logits.length; j++) {
            if (j != label) {
                largest = Math.max(largest, logits[j]);
            }
        }
        return logits[label] - largest;
    }
}
