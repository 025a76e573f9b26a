package org.expunge.defense.identify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;

/** Inputs set beside the training rows that carry the class they are taken for: no other pair is ever looked at. */
final class LabelGroups {
    /**
     * One class.
     *
     * @param label the class
     * @param rows its training rows
     * @param inputs the inputs taken for it
     */
    record Group(int label, List<Integer> rows, List<Integer> inputs) {
        /** Returns the part of {@code train} that carries the label. */
        Dataset rowsOf(Dataset train) {
            return train.select(rows.stream().mapToInt(Integer::intValue).toArray());
        }

        /** Returns some of the inputs, with their predicted class as target. */
        Dataset inputsOf(Dataset inputs, int from, int to) {
            int[] chosen = this.inputs.subList(from, to).stream()
                    .mapToInt(Integer::intValue)
                    .toArray();
            int[] predicted = new int[chosen.length];
            Arrays.fill(predicted, label);
            Dataset some = inputs.select(chosen);
            return some.withTargets(TargetAudit.asPredicted(some, predicted));
        }
    }

    private LabelGroups() {}

    /** Returns the classes that have both rows and inputs, ascending. */
    static List<Group> of(Dataset train, int[] predicted) {
        List<Group> groups = new ArrayList<>();
        for (int label : Arrays.stream(predicted).distinct().sorted().toArray()) {
            List<Integer> rows = IntStream.range(0, train.size())
                    .filter(i -> train.label(i) == label)
                    .boxed()
                    .toList();
            List<Integer> inputs = IntStream.range(0, predicted.length)
                    .filter(i -> predicted[i] == label)
                    .boxed()
                    .toList();
            if (!rows.isEmpty()) {
                groups.add(new Group(label, rows, inputs));
            }
        }
        return groups;
    }
}
