package org.expunge.unlearning.method;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Map;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Evaluator;

/** Where the labels come from that wrongly labelled rows should have had. */
@FunctionalInterface
public interface CorrectLabels {
    /**
     * Returns the labels.
     *
     * @param rows rows with classes
     * @return a class for each row, in [0, classes)
     * @throws IllegalArgumentException if there is none for a row
     */
    int[] of(Dataset rows);

    /**
     * Labels that somebody gave.
     *
     * @param byId class by row id; may hold more rows than asked for
     */
    static CorrectLabels given(Map<String, Integer> byId) {
        Map<String, Integer> labels = Map.copyOf(byId);
        return rows -> IntStream.range(0, rows.size())
                .map(row -> {
                    Integer label = labels.get(rows.id(row));
                    checkArgument(
                            label != null,
                            "no correct label is given for row %s; add it, or leave the row out",
                            rows.id(row));
                    checkArgument(
                            label >= 0 && label < rows.classes(),
                            "the correct label of row %s must be in [0, %s), got %s",
                            rows.id(row),
                            rows.classes(),
                            label);
                    return label;
                })
                .toArray();
    }

    /**
     * Labels that a model predicts.
     *
     * @param engine where it runs; stays the caller's to close
     * @param reference a model that learned from none of the rows in question, such as one trained on few rows known to
     *     be clean
     */
    static CorrectLabels predictedBy(Engine engine, Model reference) {
        return rows -> new Evaluator(engine).evaluate(reference, rows).predictedLabels();
    }
}
