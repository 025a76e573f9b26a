package org.expunge.influence.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Csv;

/** Reads a table twice: once to learn what its columns hold, once to write its rows; no cell is kept. */
final class TableReader {
    private static final String TEST = "test";

    private final Path file;
    private final TableOptions options;
    private final List<ColumnProfile> profiles = new ArrayList<>();
    private int rows;

    private TableReader(Path file, TableOptions options) {
        this.file = file;
        this.options = options;
    }

    private static TableReader of(Path file, TableOptions options) throws IOException {
        TableReader reader = new TableReader(file, options);
        reader.profile("", id -> true);
        return reader;
    }

    /** Reads the file, and the file of test rows that the options name, by what the file holds. */
    static LoadedData read(Path file, TableOptions options, String spec) throws IOException {
        TableReader train = of(file, options);
        return train.read(TableSchema.fit(train.profiles, options, file.toString()), spec);
    }

    /** Returns how the columns of a file of training rows are read. */
    static TableSchema schema(Path file, TableOptions options) throws IOException {
        return TableSchema.fit(of(file, options).profiles, options, file.toString());
    }

    /** Reads the file, and the file of test rows that the options name, by a layout. */
    static LoadedData read(Path file, TableOptions options, String spec, TableLayout layout) throws IOException {
        TableReader train = of(file, options);
        return train.read(TableSchema.of(layout, train.profiles, options, file.toString()), spec);
    }

    /** Reads a file of other rows by a layout. */
    static Dataset readOther(Path file, TableOptions options, TableLayout layout) throws IOException {
        TableReader other = of(file, options);
        return other.encode(TableSchema.of(layout, other.profiles, options, file.toString()), TEST);
    }

    /** Reads a file of other rows, but for their labels and groups; the column of the label may be missing. */
    static Dataset readUnlabelled(Path file, TableOptions options, TableSchema schema) throws IOException {
        TableReader other = of(file, options);
        List<String> names = other.profiles.stream().map(ColumnProfile::name).toList();
        return other.encode(schema.unlabelled(names, options, file.toString()), TEST);
    }

    /** Fits a layout anew on the rows of the file that are told by their ids. */
    static TableLayout refit(Path file, TableOptions options, TableLayout layout, Predicate<String> isFitted)
            throws IOException {
        TableReader fitted = new TableReader(file, options);
        fitted.profile(prefix(options), isFitted);
        return layout.fitted(fitted.profiles);
    }

    private static String prefix(TableOptions options) {
        return options.test().isEmpty() ? "row" : "train";
    }

    private LoadedData read(TableSchema schema, String spec) throws IOException {
        Optional<Dataset> own = Optional.empty();
        if (options.test().isPresent()) {
            TableReader test = of(Path.of(options.test().get()), options);
            schema.checkNames(test.profiles.stream().map(ColumnProfile::name).toList(), test.file.toString());
            own = Optional.of(test.encode(schema, TEST));
        }
        return new LoadedData(encode(schema, prefix(options)), own, spec);
    }

    /** Learns what the columns of the wanted rows hold. */
    private void profile(String prefix, Predicate<String> isWanted) throws IOException {
        try (Csv csv = Csv.open(file, options.format())) {
            List<String> first = CellReader.next(csv);
            if (first == null) {
                throw new BadInputException(file, "is empty");
            }
            List<String> names = names(first);
            names.forEach(name -> profiles.add(new ColumnProfile(name)));
            OptionalInt id =
                    options.id().map(names::indexOf).map(OptionalInt::of).orElse(OptionalInt.empty());
            for (List<String> cells = options.hasHeader() ? CellReader.next(csv) : first;
                    cells != null;
                    cells = CellReader.next(csv)) {
                // an id column that is not there is refused once all columns are known
                if (isWanted.test(id.orElse(-1) < 0 ? prefix + "-" + rows : cells.get(id.getAsInt()))) {
                    for (int j = 0; j < cells.size(); j++) {
                        profiles.get(j).add(cells.get(j), csv.line());
                    }
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
        Dataset data = sink.dataset(String.valueOf(file.getFileName()), prefix);
        return schema.layout().map(data::withEncoding).orElse(data);
    }
}
