package org.expunge.unlearning.method.finetune;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.network.Pass;

/** Derivatives at the logits of a tile, one row an example, {@code B × K}: on the device they are {@code [K, B]}. */
final class Deltas {
    private Deltas() {}

    static double[][] read(Pass pass) {
        int outputs = pass.network().outputs();
        double[] flat = new double[outputs * pass.batch()];
        pass.compute().read(pass.outputDelta(), 0, flat, 0, flat.length);
        double[][] rows = new double[pass.batch()][outputs];
        for (int b = 0; b < rows.length; b++) {
            for (int k = 0; k < outputs; k++) {
                rows[b][k] = flat[k * rows.length + b];
            }
        }
        return rows;
    }

    /** Writes rows of length K into a buffer of a tile. */
    static void write(Pass pass, double[][] rows, Buffer to) {
        int outputs = pass.network().outputs();
        double[] flat = new double[outputs * rows.length];
        for (int b = 0; b < rows.length; b++) {
            for (int k = 0; k < outputs; k++) {
                flat[k * rows.length + b] = rows[b][k];
            }
        }
        pass.compute().write(flat, 0, to, 0, flat.length);
    }
}
