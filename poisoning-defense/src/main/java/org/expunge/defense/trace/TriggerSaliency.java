package org.expunge.defense.trace;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.LayerConsumer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;

/**
 * Shows where in the inputs of a cluster the reason lies that they are taken for one class and not for the one that
 * comes second: gradient times input of the difference of the two logits, averaged over the cluster, less the same of
 * held-out members of the class, which have the class's own strokes but no trigger.
 *
 * <p><b>Accuracy.</b> First order. Says where, not why; for images.
 *
 * <p><b>Cost.</b> One forward and backward pass an input.
 *
 * <p><b>Source.</b> Gradient times input: A. Shrikumar, P. Greenside, A. Kundaje, "Learning Important Features Through
 * Propagating Activation Differences", ICML 2017, section 3.1; the contrast is ours.
 */
public final class TriggerSaliency {
    private final Engine engine;
    private final Model model;

    /**
     * Looks at a model.
     *
     * @param engine where to compute; stays the caller's to close
     * @param model the model
     */
    public TriggerSaliency(Engine engine, Model model) {
        this.engine = engine;
        this.model = model;
    }

    /**
     * Returns where the reason lies.
     *
     * @param inputs the inputs of a cluster, at least 1
     * @param reference held-out rows of the class; may be empty
     * @param label the class that the inputs are taken for
     * @param second the class that comes second for them
     * @return a number for each feature, 0 or more, larger where more of the reason lies
     */
    public double[] of(Dataset inputs, Dataset reference, int label, int second) {
        checkArgument(inputs.size() >= 1, "there are no inputs to look at");
        checkArgument(label != second, "class %s cannot come first and second", label);
        double[] saliency = mean(inputs, label, second);
        if (reference.size() > 0) {
            double[] usual = mean(reference, label, second);
            Arrays.setAll(saliency, j -> saliency[j] - usual[j]);
        }
        Arrays.setAll(saliency, j -> Math.max(0, saliency[j]));
        return saliency;
    }

    private double[] mean(Dataset data, int label, int second) {
        double[][] products = new double[data.size()][];
        try (Weights weights = Weights.of(engine.compute(), model);
                Passes passes = new Passes(engine, weights, true)) {
            passes.forEachTile(data, (worker, pass, from) -> {
                double[] delta = difference(model.network().outputs(), pass.batch(), label, second);
                pass.compute().write(delta, 0, pass.outputDelta(), 0, delta.length);
                pass.backward(LayerConsumer.NONE);
                double[][] gradients = pass.inputDelta();
                for (int b = 0; b < gradients.length; b++) {
                    double[] gradient = gradients[b];
                    double[] x = data.row(from + b);
                    Arrays.setAll(gradient, j -> gradient[j] * x[j]);
                    products[from + b] = gradient;
                }
            });
        }
        double[] mean = new double[data.shape().length()];
        for (double[] product : products) {
            Arrays.setAll(mean, j -> mean[j] + product[j] / products.length);
        }
        return mean;
    }

    /**
     * Derivative of z_label − z_second at the logits, [outputs, batch]; one logit stands for class 1 against class 0.
     */
    private static double[] difference(int outputs, int batch, int label, int second) {
        double[] delta = new double[outputs * batch];
        if (outputs == 1) {
            Arrays.fill(delta, label == 1 ? 1 : -1);
        } else {
            Arrays.fill(delta, label * batch, (label + 1) * batch, 1);
            Arrays.fill(delta, second * batch, (second + 1) * batch, -1);
        }
        return delta;
    }
}
