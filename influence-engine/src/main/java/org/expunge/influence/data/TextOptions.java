package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a column of text is read; {@link DataSpec} says what each option means.
 *
 * @param column the column's name
 * @param length words of a row; longer texts are cut off, shorter ones are padded at the end
 * @param words what the words become
 */
record TextOptions(String column, int length, Words words) {
    /** The names of the options in a specification, beside the column's own. */
    static final Set<String> NAMES = Set.of("length", "vocabulary", "min-count");

    private static final String LENGTH = "40";
    private static final String VOCABULARY = "4000";
    private static final String MINIMUM_COUNT = "2";

    /** Reads the options; empty where no column of text is named. */
    static Optional<TextOptions> of(Map<String, String> options) {
        String column = options.get("text");
        if (column == null) {
            NAMES.forEach(name -> checkArgument(!options.containsKey(name), "%s= needs text=COLUMN beside it", name));
            return Optional.empty();
        }
        for (String name : Set.of("numeric", "categorical")) {
            checkArgument(!options.containsKey(name), "text=%s is the only feature, so leave out %s=", column, name);
        }
        checkArgument(!column.equals(options.get("label")), "column '%s' cannot be both text and label", column);
        Words words = new Words(
                DataSpec.positive("vocabulary", options.getOrDefault("vocabulary", VOCABULARY)),
                DataSpec.positive("min-count", options.getOrDefault("min-count", MINIMUM_COUNT)));
        int length = DataSpec.positive("length", options.getOrDefault("length", LENGTH));
        return Optional.of(new TextOptions(column, length, words));
    }
}
