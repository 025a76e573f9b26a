package org.expunge.cli.unlearn;

import org.expunge.influence.network.Model;
import org.expunge.unlearning.method.CorrectLabels;
import org.expunge.unlearning.method.LabelCorrection;

/** Methods of unlearning at their defaults, for rows that a defense has found. */
public final class Repairs {
    private static final String OPTION = "--repair";
    private static final String LABEL_CORRECTION = "label-correction";

    private Repairs() {}

    /**
     * Checks the name that {@code --repair} gives.
     *
     * @param method of a method of unlearning
     * @throws IllegalArgumentException if there is none of that name
     */
    public static void check(String method) {
        UnlearningMethods.named(OPTION, method);
    }

    /**
     * Returns a method at its defaults.
     *
     * @param method its name
     * @param sanitized a model trained without the rows, whose predictions label-correction takes for their true labels
     * @return makes the method
     */
    public static RemovalRecipe recipe(String method, Model sanitized) {
        if (method.equals(LABEL_CORRECTION)) {
            return bench -> new LabelCorrection(
                    bench.engine(),
                    CorrectLabels.predictedBy(bench.engine(), sanitized),
                    LabelCorrection.Options.DEFAULT.withWeightDecay(bench.decay()));
        }
        return UnlearningMethods.named(OPTION, method).planner().apply(new RemovalOptions());
    }
}
