package org.expunge.cli.unlearn;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Csv;
import org.expunge.unlearning.method.CorrectLabels;
import org.jspecify.annotations.Nullable;

/** Labels by row id from a CSV file with the columns {@code id} and {@code label}, a class name or its number. */
final class LabelFile implements CorrectLabels {
    private static final List<String> HEADER = List.of("id", "label");

    private final Path file;
    private final Map<String, String> labels;

    private LabelFile(Path file, Map<String, String> labels) {
        this.file = file;
        this.labels = labels;
    }

    static LabelFile read(Path file) throws IOException {
        Map<String, String> labels = new HashMap<>();
        try (Csv csv = Csv.open(file, Csv.Options.CSV)) {
            List<String> header = csv.next();
            if (!HEADER.equals(header)) {
                throw new BadInputException(file, "must begin with the line id,label, got " + header);
            }
            for (List<String> row = csv.next(); row != null; row = csv.next()) {
                if (labels.put(row.get(0), row.get(1)) != null) {
                    throw new BadInputException(
                            file, "line " + csv.line() + ": row " + row.get(0) + " is labelled for the second time");
                }
            }
        }
        return new LabelFile(file, labels);
    }

    @Override
    public int[] of(Dataset rows) {
        Map<String, Integer> numbers = new HashMap<>();
        for (String id : rows.ids()) {
            @Nullable String label = labels.get(id);
            if (label != null) {
                numbers.put(id, number(label, id, rows));
            }
        }
        return CorrectLabels.given(numbers).of(rows);
    }

    private int number(String label, String id, Dataset rows) {
        int named = rows.classNames().indexOf(label);
        if (named >= 0) {
            return named;
        }
        try {
            return Integer.parseInt(label);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    file + ": the label of row " + id + " must be one of " + rows.classNames() + ", got " + label, e);
        }
    }
}
