package org.expunge.influence.score.target;

import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.WorkerSums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Pass;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;

/**
 * What a model puts out for m rows, in inference: losses with their derivatives at the logits, and predictions.
 * {@code 8 m (3 K + 1)} bytes.
 */
public final class Outputs {
    private final Loss loss;
    private final double[] losses;
    private final double[][] logits;
    private final double[][] predictions;
    private final double[][] deltas;

    private Outputs(Loss loss, int rows) {
        this.loss = loss;
        this.losses = new double[rows];
        this.logits = new double[rows][];
        this.predictions = new double[rows][];
        this.deltas = new double[rows][];
    }

    /** Runs a model over rows. */
    public static Outputs of(Engine engine, Model model, Dataset rows) {
        Outputs outputs = new Outputs(model.network().loss(), rows.size());
        int last = model.network().nodes().size() - 1;
        try (Weights weights = Weights.of(engine.compute(), model);
                Passes passes = new Passes(engine, weights);
                WorkerSums losses = new WorkerSums(engine, rows.size())) {
            passes.forEachTile(rows, (worker, pass, from) -> {
                int batch = pass.batch();
                pass.losses(losses.of(worker), from);
                System.arraycopy(pass.activations(last), 0, outputs.logits, from, batch);
                System.arraycopy(pass.predictions(), 0, outputs.predictions, from, batch);
                pass.lossDelta();
                System.arraycopy(deltas(engine.compute(), pass), 0, outputs.deltas, from, batch);
            });
            losses.read(outputs.losses, rows.size());
        }
        return outputs;
    }

    private static double[][] deltas(Compute compute, Pass pass) {
        int outputs = pass.network().outputs();
        int batch = pass.batch();
        double[] flat = new double[outputs * batch];
        compute.read(pass.outputDelta(), 0, flat, 0, flat.length);
        double[][] rows = new double[batch][outputs];
        for (int i = 0; i < flat.length; i++) {
            rows[i % batch][i / batch] = flat[i];
        }
        return rows;
    }

    /** Returns the loss that the network is trained with. */
    public Loss kind() {
        return loss;
    }

    /** Returns m. */
    public int rows() {
        return losses.length;
    }

    /** Returns the loss of a row. */
    public double loss(int row) {
        return losses[row];
    }

    /** Returns the logits of a row, length K. */
    public double[] logits(int row) {
        return logits[row].clone();
    }

    /** Returns the probabilities of a row, or the outputs of a regression, length K. */
    public double[] prediction(int row) {
        return predictions[row].clone();
    }

    /** Returns {@code ∂ℓ/∂z} of a row, length K. */
    public double[] lossDerivative(int row) {
        return deltas[row].clone();
    }
}
