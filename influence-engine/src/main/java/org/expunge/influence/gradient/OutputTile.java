package org.expunge.influence.gradient;

import org.expunge.influence.network.Pass;

/** Pre-activations and targets of one tile on the host, {@code [K, B]} each. */
final class OutputTile {
    /** Works on one example. */
    @FunctionalInterface
    interface Example {
        /**
         * Differentiates.
         *
         * @param z pre-activations
         * @param y targets
         * @param delta the derivative by z; zeros, to be written
         */
        void write(double[] z, double[] y, double[] delta);
    }

    private final int outputs;
    private final int batch;
    private final double[] logits;
    private final double[] targets;

    private OutputTile(int outputs, int batch, double[] logits, double[] targets) {
        this.outputs = outputs;
        this.batch = batch;
        this.logits = logits;
        this.targets = targets;
    }

    /** Copies a forwarded tile, whose network must have margins and logits. */
    static OutputTile read(Pass pass) {
        Output.check(pass);
        int outputs = pass.network().outputs();
        int length = outputs * pass.batch();
        double[] logits = new double[length];
        double[] targets = new double[length];
        pass.compute().read(pass.logits(), 0, logits, 0, length);
        pass.compute().read(pass.targets(), 0, targets, 0, length);
        return new OutputTile(outputs, pass.batch(), logits, targets);
    }

    double[] logits(int b) {
        return column(logits, b);
    }

    double[] targets(int b) {
        return column(targets, b);
    }

    /** Differentiates example by example into {@link Pass#outputDelta}. */
    void writeDelta(Pass pass, Example example) {
        double[] all = new double[outputs * batch];
        for (int b = 0; b < batch; b++) {
            double[] delta = new double[outputs];
            example.write(logits(b), targets(b), delta);
            for (int k = 0; k < outputs; k++) {
                all[k * batch + b] = delta[k];
            }
        }
        pass.compute().write(all, 0, pass.outputDelta(), 0, all.length);
    }

    /** Returns the index of the largest number, the first of several. */
    static int largest(double[] values) {
        int largest = 0;
        for (int k = 1; k < values.length; k++) {
            largest = values[k] > values[largest] ? k : largest;
        }
        return largest;
    }

    private double[] column(double[] from, int b) {
        double[] column = new double[outputs];
        for (int k = 0; k < outputs; k++) {
            column[k] = from[k * batch + b];
        }
        return column;
    }
}
