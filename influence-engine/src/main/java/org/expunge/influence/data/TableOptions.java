package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.expunge.influence.io.Csv;

/**
 * How to read a table; {@link DataSpec} says what each option means.
 *
 * @param format how cells are told apart
 * @param hasHeader whether the first line names the columns
 * @param label the column to predict
 * @param ignored columns that are no features
 * @param numeric columns that must hold numbers
 * @param categorical columns to write as one-hot features
 * @param groups columns that put rows into groups
 * @param id the column of row ids
 * @param missing what to do with missing cells
 * @param task what the label column holds
 * @param test the file of test rows
 * @param text the column of text that is the only feature
 */
record TableOptions(
        Csv.Options format,
        boolean hasHeader,
        String label,
        List<String> ignored,
        List<String> numeric,
        List<String> categorical,
        List<String> groups,
        Optional<String> id,
        Missing missing,
        Task task,
        Optional<String> test,
        Optional<TextOptions> text) {
    /** The names of the options in a specification. */
    static final Set<String> NAMES = Sets.union(
                    TextOptions.NAMES,
                    ImmutableSet.of(
                            "label",
                            "header",
                            "ignore",
                            "numeric",
                            "categorical",
                            "group",
                            "id",
                            "missing",
                            "task",
                            "test",
                            "text"))
            .immutableCopy();

    /** What to do with missing cells. */
    enum Missing {
        ERROR,
        CATEGORY,
        MEAN
    }

    /** What the label column holds. */
    enum Task {
        AUTO,
        CLASSES,
        BINARY,
        REGRESSION
    }

    static TableOptions of(Map<String, String> options, Csv.Options format) {
        String label = options.get("label");
        checkArgument(label != null, "a table needs label=NAME, the column to predict");
        Optional<TextOptions> text = TextOptions.of(options);
        String header = options.getOrDefault("header", Boolean.toString(!isNumbered(label, text)));
        checkArgument(header.matches("true|false"), "header must be true or false, but is '%s'", header);
        return new TableOptions(
                format,
                header.equals("true"),
                label,
                names(options, "ignore"),
                names(options, "numeric"),
                names(options, "categorical"),
                names(options, "group"),
                Optional.ofNullable(options.get("id")),
                constant(Missing.class, "missing", options.getOrDefault("missing", "error")),
                constant(Task.class, "task", options.getOrDefault("task", "auto")),
                Optional.ofNullable(options.get("test")),
                text);
    }

    /** Says whether text and label are named by their places, as where there is no line of names. */
    private static boolean isNumbered(String label, Optional<TextOptions> text) {
        return text.isPresent() && (label + text.get().column()).matches("[0-9]+");
    }

    private static List<String> names(Map<String, String> options, String option) {
        return Splitter.on(',').trimResults().omitEmptyStrings().splitToList(options.getOrDefault(option, ""));
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String option, String text) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(option + "='" + text + "' is not known; use one of "
                + List.of(type.getEnumConstants()).toString().toLowerCase(Locale.ROOT));
    }

    /** Says whether a column is a feature. */
    boolean isFeature(String column) {
        return text.isPresent()
                ? column.equals(text.get().column())
                : !column.equals(label) && !ignored.contains(column) && !id.equals(Optional.of(column));
    }

    /** Returns every column that an option names. */
    List<String> namedColumns() {
        return Stream.of(
                        List.of(label),
                        ignored,
                        numeric,
                        categorical,
                        groups,
                        id.stream().toList(),
                        text.stream().map(TextOptions::column).toList())
                .flatMap(List::stream)
                .toList();
    }
}
