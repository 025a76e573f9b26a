package org.expunge.cli.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.score.TopK;
import org.jspecify.annotations.Nullable;

/**
 * A training row and its score.
 *
 * @param id the row
 * @param label its class; null for regression
 * @param score its score; positive for proponents
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ScoredRow(String id, @Nullable Integer label, double score) {
    /** Names rows. */
    public static List<ScoredRow> of(Dataset train, List<TopK.Ranked> rows) {
        return rows.stream()
                .map(r -> new ScoredRow(
                        train.id(r.row()),
                        train.classes() > 0 ? Integer.valueOf(train.label(r.row())) : null,
                        r.score()))
                .toList();
    }

    /** Returns the class as a cell of a table. */
    public String className() {
        return label == null ? "-" : label.toString();
    }
}
