package org.expunge.defense.sanitize;

import java.util.Arrays;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Evaluator;

/** Says how probable a model takes each class to be for each row of a data set. */
@FunctionalInterface
public interface Predictor {
    /**
     * Predicts.
     *
     * @param model the model
     * @param data n rows
     * @return n × classes
     */
    double[][] probabilities(Model model, Dataset data);

    /**
     * Predicts with a network; one output for two classes becomes two.
     *
     * @param engine where to compute; stays the caller's to close
     * @return the predictor
     */
    static Predictor of(Engine engine) {
        Evaluator evaluator = new Evaluator(engine);
        return (model, data) -> Arrays.stream(evaluator.evaluate(model, data).predictions())
                .map(p -> p.length == 1 ? new double[] {1 - p[0], p[0]} : p)
                .toArray(double[][]::new);
    }

    /**
     * Predicts classes.
     *
     * @param model the model
     * @param data n rows
     * @return the most probable class of each, the first of several
     */
    default int[] labels(Model model, Dataset data) {
        return Arrays.stream(probabilities(model, data))
                .mapToInt(Predictor::first)
                .toArray();
    }

    /**
     * Returns the most probable class.
     *
     * @param probabilities of each class
     * @return its index, the first of several
     */
    static int first(double[] probabilities) {
        int best = 0;
        for (int k = 1; k < probabilities.length; k++) {
            if (probabilities[k] > probabilities[best]) {
                best = k;
            }
        }
        return best;
    }
}
