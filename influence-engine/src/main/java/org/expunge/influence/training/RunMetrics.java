package org.expunge.influence.training;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Partition;
import org.expunge.influence.network.Model;

/**
 * The figures of a run.
 *
 * @param epochs how each epoch went; empty for a model that was not trained here
 * @param last the run's model in inference on the rows that remain, by part ({@code train}, {@code validation},
 *     {@code test}); empty parts are left out
 */
public record RunMetrics(List<EpochMetrics> epochs, Map<String, Metrics> last) {
    /** Copies the lists. */
    public RunMetrics {
        epochs = List.copyOf(epochs);
        last = Map.copyOf(last);
    }

    /** Evaluates a model on normalised parts. */
    static RunMetrics of(Engine engine, Model model, Partition normalised, List<EpochMetrics> epochs) {
        Map<String, Metrics> last = new TreeMap<>();
        Evaluator evaluator = new Evaluator(engine);
        for (Split split : Split.values()) {
            Dataset part = RowsFile.part(normalised, split);
            if (part.size() > 0) {
                last.put(split.text(), evaluator.evaluate(model, part).metrics());
            }
        }
        return new RunMetrics(epochs, last);
    }
}
