package org.expunge.influence.data;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.expunge.influence.io.Csv;
import org.jspecify.annotations.Nullable;

/** Writes a copy of a table: changed cells of changed rows, every other cell as it stood. */
final class TableCopy {
    private final TableOptions options;
    private final TableSchema schema;
    private final Dataset base;
    private final Dataset changed;
    private final Map<String, Integer> rows = new HashMap<>();

    private TableCopy(DataSpec source, TableOptions options, Dataset changed) throws IOException {
        this.options = options;
        this.schema = TableReader.schema(Path.of(source.path()), options);
        this.base = source.load().train();
        this.changed = changed;
        for (int i = 0; i < changed.size(); i++) {
            rows.put(changed.id(i), i);
        }
    }

    static DataCopy.Outcome write(DataSpec source, Dataset changed, Path directory, Path home) throws IOException {
        TableCopy copy = new TableCopy(source, source.tableOptions(), changed);
        String category = copy.unwritable();
        if (category != null) {
            return DataCopy.Outcome.none(category);
        }
        Files.createDirectories(directory);
        Map<String, String> likewise = new TreeMap<>(source.options());
        String ending = "." + source.scheme();
        copy.write(Path.of(source.path()), directory.resolve("data" + ending), true);
        Optional<String> test = copy.options.test();
        if (test.isPresent()) {
            copy.write(Path.of(test.get()), directory.resolve("test" + ending), false);
            likewise.put("test", home.resolve("test" + ending).toString());
        }
        if (copy.hasStratum()) {
            likewise.merge("group", StratifiedSplit.STRATUM, (groups, added) -> groups + "," + added);
            likewise.merge("ignore", StratifiedSplit.STRATUM, (ignored, added) -> ignored + "," + added);
        }
        DataSpec spec =
                new DataSpec(source.scheme(), home.resolve("data" + ending).toString(), likewise);
        return DataCopy.Outcome.of(spec, Map.of());
    }

    private boolean hasStratum() {
        return options.hasHeader() && !schema.names().contains(StratifiedSplit.STRATUM);
    }

    /** A cell holds one category, so a row that lies between them cannot be written. */
    private @Nullable String unwritable() {
        for (int i = 0; i < changed.size(); i++) {
            double[] row = changed.row(i);
            double[] was = base.row(base.rowOf(changed.id(i)));
            int at = 0;
            for (TableColumn column : schema.features()) {
                if (differs(row, was, at, column.width()) && !column.isNumeric() && column.chosen(row, at) == null) {
                    return "row " + changed.id(i) + " lies between the categories of column '" + column.name() + "'";
                }
                at += column.width();
            }
        }
        return null;
    }

    private static boolean differs(double[] row, double[] was, int from, int count) {
        for (int j = from; j < from + count; j++) {
            if (row[j] != was[j]) {
                return true;
            }
        }
        return false;
    }

    private void write(Path from, Path to, boolean isTrain) throws IOException {
        String prefix = options.test().isEmpty() ? "row-" : "train-";
        try (Csv csv = Csv.open(from, options.format());
                BufferedWriter out = Files.newBufferedWriter(to)) {
            List<String> cells = CellReader.next(csv);
            if (options.hasHeader() && cells != null) {
                List<String> header = new ArrayList<>(cells);
                if (hasStratum()) {
                    header.add(StratifiedSplit.STRATUM);
                }
                write(header, out);
                cells = CellReader.next(csv);
            }
            for (int i = 0; cells != null; i++, cells = CellReader.next(csv)) {
                List<String> record = new ArrayList<>(cells);
                String id = schema.id().isPresent() ? cells.get(schema.id().getAsInt()) : prefix + i;
                Integer row = isTrain ? rows.get(id) : null;
                if (row != null) {
                    change(record, row, base.rowOf(id));
                }
                if (hasStratum()) {
                    record.add(cells.get(schema.label().index()));
                }
                write(record, out);
            }
        }
    }

    private void change(List<String> record, int row, int baseRow) {
        double[] values = changed.row(row);
        double[] was = base.row(baseRow);
        int at = 0;
        for (TableColumn column : schema.features()) {
            if (differs(values, was, at, column.width())) {
                String category = column.isNumeric() ? null : column.chosen(values, at);
                record.set(column.index(), category == null ? number(values[at]) : category);
            }
            at += column.width();
        }
        if (changed.label(row) != base.label(baseRow)) {
            record.set(schema.label().index(), schema.label().categories().get(changed.label(row)));
        }
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private void write(List<String> cells, BufferedWriter out) throws IOException {
        boolean hasQuotes = options.format().quotes();
        String delimiter = String.valueOf(options.format().delimiter());
        out.write(String.join(
                delimiter, hasQuotes ? cells.stream().map(Csv::quoted).toList() : cells));
        out.write('\n');
    }
}
