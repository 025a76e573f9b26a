package org.expunge.defense.model;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Evaluation;
import org.expunge.influence.training.Evaluator;

/** What a model answers to rows, as probabilities of at least two classes. */
final class Answers {
    private final Evaluator evaluator;
    private final Model model;

    Answers(Engine engine, Model model) {
        this.evaluator = new Evaluator(engine);
        this.model = model;
    }

    /** Returns the class of each row. */
    int[] labels(Dataset rows) {
        return evaluator.evaluate(model, rows).predictedLabels();
    }

    /** Returns the share of rows whose label is not the predicted class. */
    double error(Dataset rows) {
        return 1 - evaluator.evaluate(model, rows).accuracy();
    }

    /** Returns the probabilities of each row: {@code n × K}; a single output is that of the second of two classes. */
    double[][] probabilities(Dataset rows) {
        Evaluation evaluation = evaluator.evaluate(model, rows);
        double[][] all = evaluation.predictions();
        for (int i = 0; i < all.length; i++) {
            if (all[i].length == 1) {
                all[i] = new double[] {1 - all[i][0], all[i][0]};
            }
        }
        return all;
    }

    /** Returns the class that a row of outputs names; a tie goes to the smaller class. */
    static int label(double[] outputs) {
        if (outputs.length == 1) {
            return outputs[0] > 0.5 ? 1 : 0;
        }
        int best = 0;
        for (int k = 1; k < outputs.length; k++) {
            best = outputs[k] > outputs[best] ? k : best;
        }
        return best;
    }

    /** Returns rows of other features with the targets, which nobody looks at, of the rows they were made from. */
    static Dataset madeFrom(Dataset rows, Features features, int[] origins) {
        return Dataset.of(rows.name(), rows.shape(), features, Targets.select(rows.targets(), origins));
    }
}
