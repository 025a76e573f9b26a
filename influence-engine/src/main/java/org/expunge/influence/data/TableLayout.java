package org.expunge.influence.data;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the cells of a table became numbers: what a run keeps, so that its rows are read alike whatever becomes of
 * others. Names of categories and means are those of the rows that it was fitted on, training rows alone.
 *
 * <p>How many features a column fills, whether it holds numbers or texts, and the classes of the label are those of the
 * whole file when it was first read, so that a network keeps its shape. A category that none of the fitted rows has
 * keeps its place without its name, and is read as zeros.
 *
 * @param names the columns' names, in order
 * @param features the columns that are features, in order
 * @param label the column to predict
 * @param task what the label column holds
 */
public record TableLayout(List<String> names, List<Column> features, Column label, TableOptions.Task task)
        implements Encoding {
    /** In place of the name of a category that no fitted row has; a cell is never empty. */
    static final String UNNAMED = "";

    /**
     * A column.
     *
     * @param name what it is called
     * @param categories what its cells may hold; null where they hold numbers
     * @param mean in place of a missing number; null where there is none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Column(
            String name,
            @Nullable List<String> categories,
            @Nullable Double mean) {
        /** Copies the list. */
        public Column {
            categories = categories == null ? null : List.copyOf(categories);
        }

        /** Fits it anew on what some rows hold. */
        Column fitted(ColumnProfile profile) {
            List<String> known = categories;
            if (known != null) {
                return new Column(
                        name,
                        known.stream()
                                .map(category -> profile.has(category) ? category : UNNAMED)
                                .toList(),
                        null);
            }
            return mean == null ? this : new Column(name, null, profile.isNumeric() ? profile.mean() : 0);
        }
    }

    /** Copies the lists. */
    public TableLayout {
        names = List.copyOf(names);
        features = List.copyOf(features);
    }

    /** Returns whether other rows could give other names or means. */
    @JsonIgnore
    public boolean isFitted() {
        return features.stream().anyMatch(column -> column.categories() != null || column.mean() != null);
    }

    /** Fits names and means anew; the profiles are those of the columns, in order. */
    TableLayout fitted(List<ColumnProfile> profiles) {
        return new TableLayout(
                names,
                features.stream()
                        .map(column -> column.fitted(profiles.get(names.indexOf(column.name()))))
                        .toList(),
                label,
                task);
    }

    /** Returns this layout with the features of another; nothing where the other has features of other names. */
    public Optional<TableLayout> withFeaturesOf(TableLayout other) {
        boolean isAlike = features.stream()
                .map(Column::name)
                .toList()
                .equals(other.features.stream().map(Column::name).toList());
        return isAlike ? Optional.of(new TableLayout(names, other.features, label, task)) : Optional.empty();
    }
}
