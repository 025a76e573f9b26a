package org.expunge.influence.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.LoadedData;
import org.expunge.influence.data.Partition;

/** The rows of a data source by id, and the way from a run's list of rows back to its parts. */
final class SourceRows {
    private final LoadedData loaded;
    private final Map<String, Integer> trainRows;
    private final Map<String, Integer> testRows;

    SourceRows(LoadedData loaded) {
        this.loaded = loaded;
        this.trainRows = index(loaded.train());
        this.testRows = loaded.test().map(SourceRows::index).orElse(trainRows);
    }

    /** Splits as a recipe says. */
    Partition split(Recipe recipe) {
        return recipe.data().split(loaded, recipe.seeds());
    }

    private static Map<String, Integer> index(Dataset data) {
        Map<String, Integer> rows = new HashMap<>();
        for (int i = 0; i < data.size(); i++) {
            rows.put(data.id(i), i);
        }
        return rows;
    }

    /** Returns where the rows of a part come from. */
    Dataset pool(Split split) {
        return split == Split.TEST ? loaded.test().orElse(loaded.train()) : loaded.train();
    }

    /** Returns the rows of {@link #pool} by id. */
    Map<String, Integer> rows(Split split) {
        return split == Split.TEST ? testRows : trainRows;
    }

    /**
     * Collects the parts that a run lists, before normalisation.
     *
     * @param listed the rows wanted, in order
     * @param changes what the run uses in another form
     * @throws IllegalArgumentException if a row is neither in the source nor among the changes
     */
    Partition collect(List<RunRow> listed, RowChanges changes) {
        return new Partition(
                collect(listed, Split.TRAIN, changes),
                collect(listed, Split.VALIDATION, changes),
                collect(listed, Split.TEST, changes));
    }

    private Dataset collect(List<RunRow> listed, Split split, RowChanges changes) {
        List<String> wanted = listed.stream()
                .filter(row -> row.split() == split)
                .map(RunRow::id)
                .toList();
        List<Integer> held = new ArrayList<>();
        List<String> added = new ArrayList<>();
        for (String id : wanted) {
            Integer row = rows(split).get(id);
            if (row != null) {
                held.add(row);
            } else if (changes.has(id)) {
                added.add(id);
            } else {
                throw new IllegalArgumentException("data " + loaded.spec() + " no longer has row " + id
                        + ", which the run was trained with; restore it or train a new run");
            }
        }
        Dataset found = changes.replaceIn(
                pool(split).select(held.stream().mapToInt(Integer::intValue).toArray()));
        return added.isEmpty() ? found : inOrder(found.concat(changes.added(found, added)), wanted);
    }

    private static Dataset inOrder(Dataset data, List<String> ids) {
        return data.select(ids.stream().mapToInt(data::rowOf).toArray());
    }
}
