package org.expunge.defense.certify;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Evaluator;
import org.jspecify.annotations.Nullable;

/**
 * One voter. A member without a model, whose partitions were empty or whose training diverged, names class 0 always: a
 * member's vote must follow from its rows whatever an attacker puts there.
 *
 * @param rows how many rows it saw
 * @param normalizer what it expects of its rows, fitted on its own rows alone
 * @param model the model; null for the constant class 0
 */
record EnsembleMember(
        int rows, Normalizer normalizer, @Nullable Model model) {
    /** Names a class for each raw row. */
    int[] votes(Engine engine, Dataset raw) {
        return model == null
                ? new int[raw.size()]
                : new Evaluator(engine).evaluate(model, normalizer.apply(raw)).predictedLabels();
    }
}
