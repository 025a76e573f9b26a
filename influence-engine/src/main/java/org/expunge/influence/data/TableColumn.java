package org.expunge.influence.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.expunge.influence.io.BadInputException;
import org.jspecify.annotations.Nullable;

/** How one column's cells become numbers, as fitted on some rows. */
final class TableColumn {
    static final String MISSING_CATEGORY = "?";

    private final String name;
    private final int index;
    private final boolean numeric;
    private final TableOptions.Missing missing;
    private final double mean;
    private final List<String> categories;
    private final @Nullable TextOptions text;
    private final Map<String, Integer> codes = new HashMap<>();

    private TableColumn(
            String name,
            int index,
            boolean numeric,
            TableOptions.Missing missing,
            double mean,
            List<String> categories,
            @Nullable TextOptions text) {
        this.name = name;
        this.index = index;
        this.numeric = numeric;
        this.missing = missing;
        this.mean = mean;
        this.categories = categories;
        this.text = text;
        for (int code = 0; code < categories.size(); code++) {
            codes.put(categories.get(code), code); // no cell is empty, so one without a name is never found
        }
    }

    /** A column of numbers. */
    static TableColumn numeric(ColumnProfile profile, int index, TableOptions.Missing missing) {
        return new TableColumn(profile.name(), index, true, missing, profile.mean(), List.of(), null);
    }

    /** A column of categories; missing cells have one of their own, last, where they are allowed. */
    static TableColumn categorical(ColumnProfile profile, int index, TableOptions.Missing missing) {
        List<String> categories = new ArrayList<>(profile.categories());
        if (profile.hasMissing() && missing != TableOptions.Missing.ERROR) {
            categories.add(MISSING_CATEGORY);
        }
        return new TableColumn(profile.name(), index, false, missing, 0, List.copyOf(categories), null);
    }

    /** A column of sentences. */
    static TableColumn text(String name, int index, TextOptions options) {
        return new TableColumn(name, index, false, TableOptions.Missing.ERROR, 0, List.of(), options);
    }

    /** A column as a layout has it. */
    static TableColumn of(TableLayout.Column column, int index, TableOptions.Missing missing) {
        List<String> categories = column.categories();
        Double mean = column.mean();
        return new TableColumn(
                column.name(),
                index,
                categories == null,
                missing,
                mean == null ? 0 : mean,
                categories == null ? List.of() : categories,
                null);
    }

    /** Returns what a layout keeps of it. */
    TableLayout.Column kept() {
        boolean hasMean = numeric && missing == TableOptions.Missing.MEAN;
        return new TableLayout.Column(
                name, numeric ? null : categories, hasMean ? Double.valueOf(Double.isNaN(mean) ? 0 : mean) : null);
    }

    /** Returns the same column in another place. */
    TableColumn at(int place) {
        return new TableColumn(name, place, numeric, missing, mean, categories, text);
    }

    int index() {
        return index;
    }

    String name() {
        return name;
    }

    List<String> categories() {
        return categories;
    }

    boolean isNumeric() {
        return numeric;
    }

    /** Returns the category whose feature alone is 1, all others being 0; null if there is none. */
    @Nullable
    String chosen(double[] row, int from) {
        String chosen = null;
        for (int code = 0; code < categories.size(); code++) {
            double value = row[from + code];
            if (value != 0) {
                if (value != 1 || chosen != null) {
                    return null;
                }
                chosen = categories.get(code);
            }
        }
        return chosen;
    }

    /** How many features the column fills. */
    int width() {
        if (text != null) {
            return text.length();
        }
        return numeric ? 1 : categories.size();
    }

    /** Writes the cell's features; a category without a code leaves zeros. */
    void encode(String cell, double[] into, int offset, String source, long line) throws BadInputException {
        if (text != null) {
            encodeText(text, cell, into, offset, source, line);
        } else if (numeric) {
            into[offset] = number(cell, source, line);
        } else {
            Integer code = codes.get(category(cell, source, line));
            if (code != null) {
                into[offset + code] = 1;
            }
        }
    }

    /** Writes the codes of the first words; what is left stays padding. */
    private void encodeText(TextOptions options, String cell, double[] into, int offset, String source, long line)
            throws BadInputException {
        List<String> words = Words.split(cell);
        if (words.isEmpty()) {
            throw new BadInputException(
                    source, line, "column '" + name + "' holds no words; fill it in, or leave the row out");
        }
        for (int t = 0; t < Math.min(words.size(), options.length()); t++) {
            into[offset + t] = Words.code(words.get(t));
        }
    }

    /** Reads a number, finite. */
    double number(String cell, String source, long line) throws BadInputException {
        if (Cells.isMissing(cell)) {
            if (missing != TableOptions.Missing.MEAN) {
                throw new BadInputException(
                        source, line, "column '" + name + "' is missing its number; fill it in, or give missing=mean");
            }
            return mean;
        }
        Double number = Cells.number(cell);
        if (number == null || !Double.isFinite(number)) {
            throw new BadInputException(
                    source, line, "column '" + name + "' holds '" + cell + "' where a finite number is expected");
        }
        return number;
    }

    /** Reads a category that must be known. */
    int code(String cell, String source, long line) throws BadInputException {
        Integer code = codes.get(category(cell, source, line));
        if (code == null) {
            throw new BadInputException(
                    source,
                    line,
                    "column '" + name + "' holds '" + cell + "', which no training row has; known are "
                            + (categories.size() > 20 ? categories.subList(0, 20) + " and more" : categories));
        }
        return code;
    }

    private String category(String cell, String source, long line) throws BadInputException {
        if (!Cells.isMissing(cell)) {
            return cell;
        }
        if (missing == TableOptions.Missing.ERROR) {
            throw new BadInputException(
                    source,
                    line,
                    "column '" + name + "' is missing its value; fill it in, or give "
                            + "missing=category (missing=mean if numbers are missing too)");
        }
        return MISSING_CATEGORY;
    }
}
