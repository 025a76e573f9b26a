package org.expunge.influence.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Csv;

/** Reads a table twice: once to learn what its columns hold, once to write its rows; no cell is kept. */
final class TableReader {
    private final Path file;
    private final TableOptions options;
    private final List<ColumnProfile> profiles = new ArrayList<>();
    private int rows;

    private TableReader(Path file, TableOptions options) throws IOException {
        this.file = file;
        this.options = options;
        profile();
    }

    /** Reads the file, and the file of test rows that the options name. */
    static LoadedData read(Path file, TableOptions options, String spec) throws IOException {
        TableReader train = new TableReader(file, options);
        TableSchema schema = TableSchema.fit(train.profiles, options, file.toString());
        if (options.test().isEmpty()) {
            return new LoadedData(train.encode(schema, "row"), Optional.empty(), spec);
        }
        TableReader test = new TableReader(Path.of(options.test().get()), options);
        schema.checkNames(test.profiles.stream().map(ColumnProfile::name).toList(), test.file.toString());
        return new LoadedData(train.encode(schema, "train"), Optional.of(test.encode(schema, "test")), spec);
    }

    private void profile() throws IOException {
        try (Csv csv = Csv.open(file, options.format())) {
            List<String> first = CellReader.next(csv);
            if (first == null) {
                throw new BadInputException(file, "is empty");
            }
            names(first).forEach(name -> profiles.add(new ColumnProfile(name)));
            for (List<String> cells = options.hasHeader() ? CellReader.next(csv) : first;
                    cells != null;
                    cells = CellReader.next(csv)) {
                for (int j = 0; j < cells.size(); j++) {
                    profiles.get(j).add(cells.get(j), csv.line());
                }
                rows++;
            }
        }
        if (rows == 0) {
            throw new BadInputException(file, "has a header but no rows");
        }
    }

    private List<String> names(List<String> first) throws BadInputException {
        if (!options.hasHeader()) {
            return IntStream.range(0, first.size()).mapToObj(Integer::toString).toList();
        }
        if (first.stream().distinct().count() < first.size()) {
            throw new BadInputException(file.toString(), 1, "two columns have the same name: " + first);
        }
        return first;
    }

    /** Writes the rows, which are called {@code prefix-0} and on unless a column names them. */
    private Dataset encode(TableSchema schema, String prefix) throws IOException {
        RowSink sink = new RowSink(schema, rows, file.toString());
        try (Csv csv = Csv.open(file, options.format())) {
            List<String> cells = CellReader.next(csv);
            if (options.hasHeader()) {
                cells = CellReader.next(csv);
            }
            for (; cells != null; cells = CellReader.next(csv)) {
                sink.add(cells, csv.line());
            }
        }
        return sink.dataset(String.valueOf(file.getFileName()), prefix);
    }
}
