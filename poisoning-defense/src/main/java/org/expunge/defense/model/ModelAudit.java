package org.expunge.defense.model;

import com.google.common.math.Quantiles;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;

/**
 * Gathers what a few clean rows show of a model whose training rows are not at hand: the smallest trigger of each
 * class, and how inputs behave that carry the smallest of them.
 *
 * <p><b>Cost.</b> That of {@link NeuralCleanse}; the scores add some dozen forward passes a row.
 */
public final class ModelAudit {
    private final Engine engine;
    private final NeuralCleanse.Options options;

    /**
     * Makes an audit.
     *
     * @param engine where it runs; stays the caller's to close
     * @param options how triggers are searched
     */
    public ModelAudit(Engine engine, NeuralCleanse.Options options) {
        this.engine = engine;
        this.options = options;
    }

    /**
     * Examines a model.
     *
     * @param model a classifier
     * @param clean normalised rows of all classes with their labels, at least {@link NeuralCleanse#LEAST_ROWS}
     * @param range what values features can take
     * @return the evidence
     * @throws IllegalArgumentException as {@link NeuralCleanse#reverse}
     */
    public ModelEvidence examine(Model model, Dataset clean, ValueRange range) {
        List<ReversedTrigger> triggers = new NeuralCleanse(engine, options).reverse(model, clean, range.met(clean));
        double[] norms = triggers.stream().mapToDouble(ReversedTrigger::norm).toArray();
        double[] indices = AnomalyIndex.below(norms);
        int label = smallest(norms);
        Answers answers = new Answers(engine, model);
        int[] predicted = answers.labels(clean);
        int[] others = IntStream.range(0, predicted.length)
                .filter(i -> predicted[i] != label)
                .toArray();
        Dataset stamped = triggers.get(label).stamp(clean.select(others));
        InputScore scaleUp = new ScaleUp(engine, model, range, ScaleUp.Options.DEFAULT);
        Double scalingClean = null;
        Double scalingTriggered = null;
        if (ParameterScaling.appliesTo(model.network())) {
            InputScore scaling = new ParameterScaling(engine, model, clean, ParameterScaling.Options.DEFAULT);
            scalingClean = mean(scaling, clean);
            scalingTriggered = mean(scaling, stamped);
        }
        return new ModelEvidence(
                clean.size(),
                1 - answers.error(clean),
                label,
                indices[label],
                Math.log(Quantiles.median().compute(norms) / norms[label]),
                mean(scaleUp, clean),
                mean(scaleUp, stamped),
                scalingClean,
                scalingTriggered,
                triggers,
                Arrays.stream(indices).boxed().toList());
    }

    private static int smallest(double[] norms) {
        int smallest = 0;
        for (int c = 1; c < norms.length; c++) {
            smallest = norms[c] < norms[smallest] ? c : smallest;
        }
        return smallest;
    }

    private static double mean(InputScore score, Dataset rows) {
        return Arrays.stream(score.score(rows)).average().orElse(Double.NaN);
    }
}
