package org.expunge.influence.training;

import static com.google.common.base.Preconditions.checkArgument;

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

    private static Map<String, Integer> index(Dataset data) {
        Map<String, Integer> rows = new HashMap<>();
        for (int i = 0; i < data.size(); i++) {
            rows.put(data.id(i), i);
        }
        return rows;
    }

    /**
     * Collects the parts that a run lists, before normalisation.
     *
     * @param listed the rows wanted, in order
     * @throws IllegalArgumentException if the source lacks one of them
     */
    Partition collect(List<RunRow> listed) {
        return new Partition(
                collect(listed, Split.TRAIN), collect(listed, Split.VALIDATION), collect(listed, Split.TEST));
    }

    private Dataset collect(List<RunRow> listed, Split split) {
        Dataset pool = split == Split.TEST ? loaded.test().orElse(loaded.train()) : loaded.train();
        Map<String, Integer> byId = split == Split.TEST ? testRows : trainRows;
        return pool.select(listed.stream()
                .filter(row -> row.split() == split)
                .mapToInt(row -> rowOf(byId, row.id()))
                .toArray());
    }

    private int rowOf(Map<String, Integer> byId, String id) {
        Integer row = byId.get(id);
        checkArgument(
                row != null,
                "data %s no longer has row %s, which the run was trained with; restore it or train a new run",
                loaded.spec(),
                id);
        return row;
    }
}
