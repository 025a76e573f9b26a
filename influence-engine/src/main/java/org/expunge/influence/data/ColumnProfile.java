package org.expunge.influence.data;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one pass over a table learns about a column. */
final class ColumnProfile {
    /** A column of more texts than this makes no sensible one-hot features. */
    static final int MAX_CATEGORIES = 10_000;

    private static final int MANY_CATEGORIES = 50;

    private final String name;
    private final Set<String> values = new HashSet<>();
    private boolean tooManyValues;
    private long cells;
    private long numbers;
    private double sum;
    private boolean hasFraction;
    private boolean hasMissing;
    private @Nullable String firstText;
    private long firstTextLine;

    ColumnProfile(String name) {
        this.name = name;
    }

    void add(String cell, long line) {
        if (Cells.isMissing(cell)) {
            hasMissing = true;
            return;
        }
        cells++;
        tooManyValues |= values.size() >= MAX_CATEGORIES && !values.contains(cell);
        if (!tooManyValues) {
            values.add(cell);
        }
        Double number = Cells.number(cell);
        if (number != null) {
            numbers++;
            sum += number;
            hasFraction |= number != Math.rint(number);
        } else if (firstText == null) {
            firstText = cell;
            firstTextLine = line;
        }
    }

    String name() {
        return name;
    }

    /** Says whether every cell that is there holds a number. */
    boolean isNumeric() {
        return firstText == null && numbers > 0;
    }

    boolean hasFraction() {
        return hasFraction;
    }

    boolean hasMissing() {
        return hasMissing;
    }

    /** Returns whether some cell holds a category, or, if it stands for them, is missing. */
    boolean has(String category) {
        return category.equals(TableColumn.MISSING_CATEGORY) ? hasMissing : values.contains(category);
    }

    boolean hasTooManyValues() {
        return tooManyValues;
    }

    /** Says whether the texts are those of names or free words: many, and most of them in one row alone. */
    boolean looksUnique() {
        return values.size() > MANY_CATEGORIES && 2L * values.size() > cells;
    }

    /** The mean of the numbers, NaN if there are none. */
    double mean() {
        return sum / numbers;
    }

    /** Where the first text stands, for an error about it. */
    String firstTextPlace() {
        return firstText == null ? "nowhere" : "'" + firstText + "' in line " + firstTextLine;
    }

    /** The different values: numbers in ascending order if all are, else texts in alphabetical order. */
    List<String> categories() {
        Comparator<String> order = Comparator.naturalOrder();
        return values.stream()
                .sorted(
                        isNumeric()
                                ? Comparator.comparingDouble(Double::parseDouble)
                                        .thenComparing(order)
                                : order)
                .toList();
    }
}
