package org.expunge.influence.retraining;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Pass;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;

/** What is measured of a query; lower is better, as for a loss. */
public enum QueryFunctional {
    /** The loss ℓ. */
    LOSS {
        @Override
        public double[] measure(Engine engine, Model model, Dataset queries) {
            return new PerExample(engine).losses(model, queries);
        }
    },
    /**
     * The log-odds against the query's class, {@code log (1 − p) / p}. Orders models as the loss does, {@code ℓ = log(1
     * + eˣ)}, but its tails are lighter, so means over seeds are less noisy. For classes only.
     */
    LOG_ODDS {
        @Override
        public double[] measure(Engine engine, Model model, Dataset queries) {
            Loss loss = model.network().loss();
            int outputs = model.network().outputs();
            checkArgument(
                    loss == Loss.SOFTMAX_CROSS_ENTROPY || (loss == Loss.SIGMOID_CROSS_ENTROPY && outputs == 1),
                    "log-odds need one class a row, but the loss is %s of %s outputs; measure the loss instead",
                    loss,
                    outputs);
            double[] values = new double[queries.size()];
            try (Weights weights = Weights.of(engine.compute(), model);
                    Passes passes = new Passes(engine, weights)) {
                passes.forEachTile(queries, (worker, pass, from) -> logOdds(pass, queries, from, values));
            }
            return values;
        }
    };

    /**
     * Measures queries.
     *
     * @param engine where to compute
     * @param model the model
     * @param queries m rows
     * @return m numbers
     */
    public abstract double[] measure(Engine engine, Model model, Dataset queries);

    private static void logOdds(Pass pass, Dataset queries, int from, double[] to) {
        int outputs = pass.network().outputs();
        int batch = pass.batch();
        double[] logits = new double[outputs * batch];
        double[] z = new double[outputs];
        double[] target = new double[outputs];
        pass.compute().read(pass.logits(), 0, logits, 0, logits.length);
        for (int b = 0; b < batch; b++) {
            queries.targets().read(from + b, target, 0);
            for (int k = 0; k < outputs; k++) {
                z[k] = logits[k * batch + b];
            }
            to[from + b] = outputs == 1 ? (target[0] > 0.5 ? -z[0] : z[0]) : against(z, hot(target, from + b));
        }
    }

    private static int hot(double[] target, int row) {
        int label = 0;
        for (int k = 1; k < target.length; k++) {
            label = target[k] > target[label] ? k : label;
        }
        checkArgument(target[label] == 1, "query %s has no class; measure the loss instead", row);
        return label;
    }

    /** {@code log Σ_{k ≠ y} exp z_k − z_y}. */
    private static double against(double[] z, int label) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < z.length; k++) {
            largest = k == label ? largest : Math.max(largest, z[k]);
        }
        double sum = 0;
        for (int k = 0; k < z.length; k++) {
            sum += k == label ? 0 : Math.exp(z[k] - largest);
        }
        return largest + Math.log(sum) - z[label];
    }
}
