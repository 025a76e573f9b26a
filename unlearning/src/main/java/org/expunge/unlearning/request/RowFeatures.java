package org.expunge.unlearning.request;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What a run's model makes of rows before it decides: rows that are alike in this are alike to the model. */
@FunctionalInterface
public interface RowFeatures {
    /**
     * Computes features.
     *
     * @param part which of the run's parts
     * @param rows n of its rows, at least 1
     * @return n × d
     */
    double[][] of(int part, int[] rows);

    /** Joins those of several models with equal weight: the cosine is then the mean of theirs. */
    static RowFeatures joined(List<RowFeatures> models) {
        return (part, rows) -> {
            List<double[][]> all =
                    models.stream().map(model -> model.of(part, rows)).toList();
            return IntStream.range(0, rows.length)
                    .mapToObj(row -> all.stream()
                            .flatMapToDouble(features -> Arrays.stream(LikeRows.unit(features[row])))
                            .toArray())
                    .toArray(double[][]::new);
        };
    }
}
