package org.expunge.influence.gradient;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.compute.Loss;
import org.expunge.influence.network.Pass;

/**
 * The number of each example that is differentiated. Margins and logits need classes that exclude each other (softmax),
 * or a single output.
 */
public enum Output {
    /** The loss ℓ, for the target that the example carries. */
    LOSS {
        @Override
        public void writeDelta(Pass pass) {
            pass.lossDelta();
        }
    },
    /**
     * The log-odds {@code log π_y / (1 − π_y)} of the target's class; the output itself of a regression. It does not
     * saturate where the loss does.
     */
    MARGIN {
        @Override
        public void writeDelta(Pass pass) {
            boolean hasClasses = hasClasses(pass);
            OutputTile.read(pass).writeDelta(pass, (z, y, delta) -> marginDelta(hasClasses, z, y, delta));
        }
    },
    /** The pre-activation of the target's class, of class 1 where there is one sigmoid; the output of a regression. */
    LOGIT {
        @Override
        public void writeDelta(Pass pass) {
            OutputTile.read(pass).writeDelta(pass, (z, y, delta) -> delta[OutputTile.largest(y)] = 1);
        }
    };

    /**
     * Writes {@code ∂o_b/∂z} into {@link Pass#outputDelta}.
     *
     * @param pass forwarded
     * @throws IllegalArgumentException if the network has no such output
     */
    public abstract void writeDelta(Pass pass);

    /**
     * Writes {@code −∂ℓ_b/∂o_b} with o the {@link #MARGIN}, from which the loss follows: {@code 1 − π_y} for classes,
     * {@code 2 (y − z)} for a regression.
     *
     * @param pass forwarded
     * @param sensitivities written from {@code offset} on
     * @param offset index of the tile's first example
     */
    public static void marginSensitivities(Pass pass, double[] sensitivities, int offset) {
        boolean hasClasses = hasClasses(pass);
        OutputTile tile = OutputTile.read(pass);
        for (int b = 0; b < pass.batch(); b++) {
            double[] z = tile.logits(b);
            double[] y = tile.targets(b);
            sensitivities[offset + b] = hasClasses ? 1 / (1 + Math.exp(margin(z, y))) : 2 * (y[0] - z[0]);
        }
    }

    private static boolean hasClasses(Pass pass) {
        Loss loss = pass.network().loss();
        return loss == Loss.SOFTMAX_CROSS_ENTROPY || loss == Loss.SIGMOID_CROSS_ENTROPY;
    }

    private static double margin(double[] z, double[] y) {
        if (z.length == 1) {
            return (2 * y[0] - 1) * z[0];
        }
        int label = OutputTile.largest(y);
        double[] others = new double[z.length];
        return z[label] - logSumOfOthers(z, label, others);
    }

    private static void marginDelta(boolean hasClasses, double[] z, double[] y, double[] delta) {
        if (z.length == 1) {
            delta[0] = hasClasses ? 2 * y[0] - 1 : 1;
            return;
        }
        int label = OutputTile.largest(y);
        logSumOfOthers(z, label, delta);
        for (int k = 0; k < z.length; k++) {
            delta[k] = k == label ? 1 : -delta[k];
        }
    }

    /** Returns {@code log Σ_{k≠label} exp z_k} and writes the softmax over the others. */
    private static double logSumOfOthers(double[] z, int label, double[] softmax) {
        double highest = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < z.length; k++) {
            highest = k == label ? highest : Math.max(highest, z[k]);
        }
        double sum = 0;
        for (int k = 0; k < z.length; k++) {
            softmax[k] = k == label ? 0 : Math.exp(z[k] - highest);
            sum += softmax[k];
        }
        for (int k = 0; k < z.length; k++) {
            softmax[k] /= sum;
        }
        return highest + Math.log(sum);
    }

    /** Refuses networks whose outputs do not exclude each other. */
    static void check(Pass pass) {
        int outputs = pass.network().outputs();
        Loss loss = pass.network().loss();
        checkArgument(
                outputs == 1 || loss == Loss.SOFTMAX_CROSS_ENTROPY,
                "margins and logits need softmax classes or a single output, but the network has %s outputs with %s",
                outputs,
                loss);
        checkArgument(
                outputs > 1 || loss != Loss.SOFTMAX_CROSS_ENTROPY, "a softmax over one class has no margin or logit");
    }
}
