package org.expunge.influence.training;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.WorkerSums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;

/**
 * Runs a model in inference (running statistics, no dropout) over a data set.
 *
 * <p><b>Cost.</b> One forward pass a row and {@code n · K} doubles; waits for the device once a tile, to read
 * predictions.
 */
public final class Evaluator {
    private final Engine engine;

    /**
     * Makes an evaluator.
     *
     * @param engine where it runs; stays the caller's to close
     */
    public Evaluator(Engine engine) {
        this.engine = engine;
    }

    /**
     * Evaluates every row.
     *
     * @param model the model
     * @param data rows of the network's input shape and number of outputs; may be empty
     * @return losses, predictions and classes, in row order
     * @throws IllegalArgumentException if the rows do not fit the network
     */
    public Evaluation evaluate(Model model, Dataset data) {
        try (Weights weights = Weights.of(engine.compute(), model);
                Passes passes = new Passes(engine, weights)) {
            return evaluate(passes, data);
        }
    }

    /** Evaluates with passes that are already open. */
    static Evaluation evaluate(Passes passes, Dataset data) {
        int n = data.size();
        boolean hasClasses = data.classes() > 0;
        double[][] predictions = new double[n][];
        int[] labels = new int[hasClasses ? n : 0];
        boolean[] isCorrect = new boolean[labels.length];
        try (WorkerSums losses = new WorkerSums(passes.engine(), n)) {
            passes.forEachTile(data, (worker, pass, from) -> {
                pass.losses(losses.of(worker), from);
                double[][] tile = pass.predictions();
                for (int b = 0; b < tile.length; b++) {
                    predictions[from + b] = tile[b];
                    if (hasClasses) {
                        labels[from + b] = label(tile[b]);
                        isCorrect[from + b] = labels[from + b] == data.label(from + b);
                    }
                }
            });
            return new Evaluation(losses.toArray(), predictions, labels, isCorrect);
        }
    }

    private static int label(double[] prediction) {
        if (prediction.length == 1) {
            return prediction[0] > 0.5 ? 1 : 0;
        }
        int best = 0;
        for (int k = 1; k < prediction.length; k++) {
            if (prediction[k] > prediction[best]) {
                best = k;
            }
        }
        return best;
    }
}
