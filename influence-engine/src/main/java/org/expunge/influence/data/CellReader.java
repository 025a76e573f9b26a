package org.expunge.influence.data;

import com.google.common.base.CharMatcher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Csv;
import org.jspecify.annotations.Nullable;

/** Reads cells of one column as they stand, also of a column that is no feature: to find rows by them, not to learn. */
final class CellReader {
    private CellReader() {}

    /** Returns the names of the columns. */
    static List<String> columns(Path file, TableOptions options) throws IOException {
        try (Csv csv = Csv.open(file, options.format())) {
            return names(next(csv), options, file);
        }
    }

    /**
     * Returns the ids of the rows whose cell is wanted, training rows and rows of the test file alike.
     *
     * @throws BadInputException if there is no such column; the message names those that there are
     */
    static List<String> find(Path file, TableOptions options, String column, Predicate<String> isWanted)
            throws IOException {
        boolean hasTest = options.test().isPresent();
        List<String> found = new ArrayList<>(findIn(file, options, column, hasTest ? "train" : "row", isWanted));
        if (hasTest) {
            found.addAll(findIn(Path.of(options.test().get()), options, column, "test", isWanted));
        }
        return found;
    }

    private static List<String> findIn(
            Path file, TableOptions options, String column, String prefix, Predicate<String> isWanted)
            throws IOException {
        List<String> found = new ArrayList<>();
        try (Csv csv = Csv.open(file, options.format())) {
            List<String> cells = next(csv);
            Map<String, Integer> index = new HashMap<>();
            List<String> names = names(cells, options, file);
            names.forEach(name -> index.put(name, index.size()));
            Integer at = index.get(column);
            if (at == null) {
                throw new BadInputException(file, "has no column '" + column + "', only " + names);
            }
            Optional<Integer> id = options.id().map(index::get);
            if (options.hasHeader()) {
                cells = next(csv);
            }
            for (int row = 0; cells != null; row++, cells = next(csv)) {
                if (isWanted.test(cells.get(at))) {
                    found.add(id.isPresent() ? cells.get(id.get()) : prefix + "-" + row);
                }
            }
        }
        return found;
    }

    private static List<String> names(@Nullable List<String> first, TableOptions options, Path file)
            throws BadInputException {
        if (first == null) {
            throw new BadInputException(file, "is empty");
        }
        return options.hasHeader()
                ? first
                : IntStream.range(0, first.size()).mapToObj(Integer::toString).toList();
    }

    /** Reads a record; blanks around a cell are no part of it. */
    static @Nullable List<String> next(Csv csv) throws IOException {
        List<String> cells = csv.next();
        return cells == null
                ? null
                : cells.stream().map(CharMatcher.whitespace()::trimFrom).toList();
    }
}
