package org.expunge.influence.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.RowHasher;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Csv;

/** {@code rows.csv}: a line a row, in the order of the parts. */
final class RowsFile {
    private static final List<String> HEADER = List.of("id", "label", "token", "split", "removed");

    private RowsFile() {}

    /** Lists the rows of three parts before normalisation. */
    static List<RunRow> list(Partition raw, RowHasher hasher) {
        List<RunRow> rows = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (Split split : Split.values()) {
            Dataset part = part(raw, split);
            List<String> tokens = hasher.hashAll(part);
            for (int i = 0; i < part.size(); i++) {
                if (!ids.add(part.id(i))) {
                    throw new IllegalArgumentException(
                            "two rows of " + part.name() + " have the id " + part.id(i) + "; ids must be unique");
                }
                rows.add(new RunRow(part.id(i), label(part, i), tokens.get(i), split, false));
            }
        }
        return rows;
    }

    static Dataset part(Partition partition, Split split) {
        return switch (split) {
            case TRAIN -> partition.train();
            case VALIDATION -> partition.validation();
            case TEST -> partition.test();
        };
    }

    /** Writes a row's class, or its target values. */
    static String label(Dataset data, int row) {
        if (data.classes() > 0) {
            return Integer.toString(data.label(row));
        }
        double[] values = new double[data.targets().width()];
        data.targets().read(row, values, 0);
        StringBuilder text = new StringBuilder();
        for (double value : values) {
            text.append(text.length() == 0 ? "" : " ").append(value);
        }
        return text.toString();
    }

    static void write(Path file, List<RunRow> rows) throws IOException {
        StringBuilder text = new StringBuilder(String.join(",", HEADER)).append('\n');
        for (RunRow row : rows) {
            text.append(Csv.quoted(row.id()))
                    .append(',')
                    .append(row.label())
                    .append(',')
                    .append(row.token())
                    .append(',')
                    .append(row.split().text())
                    .append(',')
                    .append(row.isRemoved())
                    .append('\n');
        }
        AtomicFiles.writeString(file, text.toString());
    }

    static List<RunRow> read(Path file) throws IOException {
        List<RunRow> rows = new ArrayList<>();
        try (Csv csv = Csv.open(file, Csv.Options.CSV)) {
            List<String> cells = csv.next();
            if (!HEADER.equals(cells)) {
                throw new BadInputException(file, "the first line must be " + String.join(",", HEADER));
            }
            for (cells = csv.next(); cells != null; cells = csv.next()) {
                rows.add(row(cells, csv));
            }
        }
        return rows;
    }

    private static RunRow row(List<String> cells, Csv csv) throws BadInputException {
        for (Split split : Split.values()) {
            if (split.text().equals(cells.get(3))) {
                return new RunRow(cells.get(0), cells.get(1), cells.get(2), split, Boolean.parseBoolean(cells.get(4)));
            }
        }
        throw new BadInputException(csv.source(), csv.line(), "split '" + cells.get(3) + "' is not known");
    }
}
