package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
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
        Optional<String> test) {
    /** The names of the options in a specification. */
    static final Set<String> NAMES =
            Set.of("label", "header", "ignore", "numeric", "categorical", "group", "id", "missing", "task", "test");

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
        String header = options.getOrDefault("header", "true");
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
                Optional.ofNullable(options.get("test")));
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

    /** Returns every column that an option names. */
    List<String> namedColumns() {
        return Stream.of(
                        List.of(label),
                        ignored,
                        numeric,
                        categorical,
                        groups,
                        id.stream().toList())
                .flatMap(List::stream)
                .toList();
    }
}
