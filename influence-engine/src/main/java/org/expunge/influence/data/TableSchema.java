package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.Iterables;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.expunge.influence.data.TableOptions.Missing;
import org.expunge.influence.data.TableOptions.Task;
import org.expunge.influence.io.BadInputException;

/**
 * How a table's records become rows, fitted on the training file or taken from a layout, and used for the test file
 * too.
 *
 * @param names the columns' names, in order
 * @param features the columns that are features, in order
 * @param label the column to predict
 * @param task what the label column holds, never {@link Task#AUTO}
 * @param groups the columns that put rows into groups
 * @param id the index of the column of row ids
 * @param text the column of text that is the only feature
 */
record TableSchema(
        List<String> names,
        List<TableColumn> features,
        TableColumn label,
        Task task,
        List<TableColumn> groups,
        OptionalInt id,
        Optional<TextOptions> text) {
    /** In place of a column's index where it is not read. */
    private static final int NOWHERE = -1;

    static TableSchema fit(List<ColumnProfile> profiles, TableOptions options, String source) throws BadInputException {
        List<String> names = profiles.stream().map(ColumnProfile::name).toList();
        for (String named : options.namedColumns()) {
            if (!names.contains(named)) {
                throw new BadInputException(source, "has no column '" + named + "'; its columns are " + names);
            }
        }
        List<TableColumn> features = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (options.isFeature(name)) {
                features.add(featureColumn(profiles.get(i), i, options, source));
            }
        }
        if (features.isEmpty()) {
            throw new BadInputException(source, "has no column left for features; its columns are " + names);
        }
        int labelIndex = names.indexOf(options.label());
        ColumnProfile labelProfile = profiles.get(labelIndex);
        Task task = task(labelProfile, options.task(), source);
        TableColumn label = task == Task.REGRESSION
                ? TableColumn.numeric(labelProfile, labelIndex, Missing.ERROR)
                : TableColumn.categorical(labelProfile, labelIndex, Missing.ERROR);
        return new TableSchema(
                names, features, label, task, groups(profiles, options, source), id(names, options), options.text());
    }

    /** Takes features and label from a layout; groups are those of the file, as no model learns from them. */
    static TableSchema of(TableLayout layout, List<ColumnProfile> profiles, TableOptions options, String source)
            throws BadInputException {
        TableSchema base = of(layout, options);
        TableSchema schema = new TableSchema(
                base.names,
                base.features,
                base.label,
                base.task,
                groups(profiles, options, source),
                base.id,
                base.text);
        schema.checkNames(profiles.stream().map(ColumnProfile::name).toList(), source);
        return schema;
    }

    /** Takes features and label from a layout, and no groups. */
    static TableSchema of(TableLayout layout, TableOptions options) {
        List<String> names = layout.names();
        List<TableColumn> features = layout.features().stream()
                .map(column -> TableColumn.of(column, names.indexOf(column.name()), options.missing()))
                .toList();
        TableColumn label =
                TableColumn.of(layout.label(), names.indexOf(layout.label().name()), Missing.ERROR);
        return new TableSchema(names, features, label, layout.task(), List.of(), id(names, options), Optional.empty());
    }

    /**
     * Returns a schema for rows whose labels are not read, without groups. Without a line of names columns are called
     * by their places, so that one that is missing can only be the label's, and those after it have moved up.
     *
     * @param columns the columns that there are: all, or all but the label's
     */
    TableSchema unlabelled(List<String> columns, TableOptions options, String source) throws BadInputException {
        List<String> others =
                names.stream().filter(name -> !name.equals(label.name())).toList();
        boolean hasMoved = !options.hasHeader() && columns.size() == others.size();
        List<String> found = hasMoved ? others : columns;
        if (!found.equals(names) && !found.equals(others)) {
            throw new BadInputException(
                    source,
                    "has columns " + found + " where the training file has " + names + "; only that of the label, '"
                            + label.name() + "', may be left out");
        }
        return new TableSchema(
                found,
                features.stream()
                        .map(column -> column.at(found.indexOf(column.name())))
                        .toList(),
                label.at(NOWHERE),
                task,
                List.of(),
                id(found, options),
                text);
    }

    /** Returns whether labels are read. */
    boolean isLabelled() {
        return label.index() != NOWHERE;
    }

    private static List<TableColumn> groups(List<ColumnProfile> profiles, TableOptions options, String source)
            throws BadInputException {
        List<String> names = profiles.stream().map(ColumnProfile::name).toList();
        List<TableColumn> groups = new ArrayList<>();
        for (String group : options.groups()) {
            int index = names.indexOf(group);
            groups.add(TableColumn.categorical(limited(profiles.get(index), source), index, options.missing()));
        }
        return groups;
    }

    private static OptionalInt id(List<String> names, TableOptions options) {
        return options.id().map(names::indexOf).map(OptionalInt::of).orElse(OptionalInt.empty());
    }

    /** Returns what a run keeps; nothing for text, whose words have the same codes whatever other rows there are. */
    Optional<TableLayout> layout() {
        return text.isPresent()
                ? Optional.empty()
                : Optional.of(new TableLayout(
                        names, features.stream().map(TableColumn::kept).toList(), label.kept(), task));
    }

    private static TableColumn featureColumn(ColumnProfile profile, int index, TableOptions options, String source)
            throws BadInputException {
        if (options.text().isPresent()) {
            return TableColumn.text(profile.name(), index, options.text().get());
        }
        boolean numeric = options.numeric().contains(profile.name());
        boolean categorical = options.categorical().contains(profile.name());
        checkArgument(!numeric || !categorical, "column '%s' is named as numeric and as categorical", profile.name());
        if (numeric || (!categorical && profile.isNumeric())) {
            return TableColumn.numeric(profile, index, options.missing());
        }
        ColumnProfile texts = limited(profile, source);
        if (!categorical && texts.looksUnique()) {
            throw new BadInputException(
                    source,
                    "column '" + texts.name() + "' holds a text of its own in most rows, the first being "
                            + texts.firstTextPlace() + "; name the column in id= or ignore=, correct the cells that "
                            + "are no numbers, or name it in categorical= to have a feature for each text");
        }
        return TableColumn.categorical(texts, index, options.missing());
    }

    private static ColumnProfile limited(ColumnProfile profile, String source) throws BadInputException {
        if (profile.hasTooManyValues()) {
            throw new BadInputException(
                    source,
                    "column '" + profile.name() + "' holds more than " + ColumnProfile.MAX_CATEGORIES
                            + " different values, the first text being " + profile.firstTextPlace()
                            + "; name the column in ignore=, or correct the cells that are no numbers");
        }
        return profile;
    }

    private static Task task(ColumnProfile label, Task wanted, String source) throws BadInputException {
        Task task = wanted;
        if (wanted == Task.AUTO) {
            task = label.isNumeric() && label.hasFraction() ? Task.REGRESSION : Task.CLASSES;
        }
        if (task != Task.REGRESSION && label.hasTooManyValues()) {
            throw new BadInputException(
                    source,
                    "label column '" + label.name() + "' holds more than " + ColumnProfile.MAX_CATEGORIES
                            + " classes; give task=regression if it holds numbers");
        }
        int classes = label.categories().size();
        if (task == Task.BINARY && classes != 2) {
            throw new BadInputException(
                    source, "label column '" + label.name() + "' holds " + classes + " classes; task=binary needs 2");
        }
        return task;
    }

    /** The shape of a row. */
    Shape shape() {
        return text.isPresent() ? new Shape(1, 1, width()) : Shape.flat(width());
    }

    /** How many features a row has. */
    int width() {
        return features.stream().mapToInt(TableColumn::width).sum();
    }

    /** Refuses a file whose columns are not those of the training file. */
    void checkNames(List<String> found, String source) throws BadInputException {
        if (!names.equals(found)) {
            throw new BadInputException(
                    source, "has columns " + found + " where the training file has " + Iterables.toString(names));
        }
    }
}
