package org.expunge.unlearning.request;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.RunRow;
import org.expunge.influence.training.Split;

/**
 * Finds the rows of a run that a request means. Columns are {@code id}, {@code label} (a class by its number or its
 * name), {@code split} ({@code train}, {@code validation}, {@code test}), {@code token}, the group columns of the data,
 * and, where the data are a table, every column of it.
 *
 * <p><b>Cost.</b> A pass over the run's rows; a pass over the table for each column of it that is asked for. Rows are
 * loaded only where a group column is asked for.
 */
public final class RowFinder implements RowPredicate.Columns {
    private static final int NAMED_IN_MESSAGES = 10;

    private final List<RunRow> rows;
    private final DataSpec source;
    private final Loader loader;
    private final Set<String> ids;

    /** Loads the rows that remain, before normalisation. */
    @FunctionalInterface
    public interface Loader {
        /** Returns training, validation and test rows. */
        List<Dataset> load() throws IOException;
    }

    /**
     * Makes a finder.
     *
     * @param rows every row of a run
     * @param source where they came from
     * @param loader loads them where a group column or a class's name is asked for
     */
    public RowFinder(List<RunRow> rows, DataSpec source, Loader loader) {
        this.rows = List.copyOf(rows);
        this.source = source;
        this.loader = loader;
        this.ids = rows.stream().map(RunRow::id).collect(Collectors.toSet());
    }

    /**
     * Finds the rows of a request.
     *
     * @throws IllegalArgumentException if an id or a token is not known (the message names up to ten), a column is not,
     *     or the request means no row at all
     * @throws IOException if the data cannot be read
     */
    public AskedRequest find(DeletionRequest request) throws IOException {
        Set<String> found = new HashSet<>();
        for (Selector selector : request.selectors()) {
            found.addAll(find(selector));
        }
        checkArgument(!found.isEmpty(), "no row of the run is %s; nothing was changed", kinds(request));
        return request.asked()
                .withIds(rows.stream().map(RunRow::id).filter(found::contains).toList());
    }

    private static String kinds(DeletionRequest request) {
        return request.selectors().stream().map(Selector::kind).collect(Collectors.joining(" or ", "named by ", ""));
    }

    /** Says where rows lie. */
    public Selection selection(Set<String> wanted) {
        List<RunRow> found =
                rows.stream().filter(row -> wanted.contains(row.id())).toList();
        return new Selection(
                found.stream()
                        .filter(row -> !row.isRemoved() && row.split() == Split.TRAIN)
                        .map(RunRow::id)
                        .toList(),
                found.stream()
                        .filter(row -> !row.isRemoved() && row.split() != Split.TRAIN)
                        .map(RunRow::id)
                        .toList(),
                (int) found.stream().filter(RunRow::isRemoved).count());
    }

    private Set<String> find(Selector selector) throws IOException {
        List<String> named = selector.ids();
        if (named != null) {
            checkArgument(!named.isEmpty(), "the request names no rows; give at least one row id");
            requireKnown("row ids", named, ids);
            return Set.copyOf(named);
        }
        List<String> tokens = selector.tokens();
        if (tokens != null) {
            requireKnown("row tokens", tokens, rows.stream().map(RunRow::token).collect(Collectors.toSet()));
            return find("token", Set.copyOf(tokens)::contains);
        }
        KeyHashes key = selector.key();
        if (key != null) {
            return find(key.column(), key.test());
        }
        return RowPredicate.parse(String.valueOf(selector.where())).in(ids, this);
    }

    private void requireKnown(String what, List<String> wanted, Set<String> known) {
        List<String> unknown =
                wanted.stream().filter(one -> !known.contains(one)).toList();
        checkArgument(
                unknown.isEmpty(),
                "%s of %s %s are not among the %s rows of %s: %s%s; nothing was changed",
                unknown.size(),
                wanted.size(),
                what,
                rows.size(),
                source,
                String.join(", ", unknown.subList(0, Math.min(NAMED_IN_MESSAGES, unknown.size()))),
                unknown.size() > NAMED_IN_MESSAGES ? ", …" : "");
    }

    @Override
    public Set<String> find(String column, Predicate<String> isWanted) throws IOException {
        return switch (column) {
            case "id" -> matching(row -> isWanted.test(row.id()));
            case "label" -> labelled(isWanted);
            case "split" -> matching(row -> isWanted.test(row.split().text()));
            case "token" -> matching(row -> isWanted.test(row.token()));
            default -> inData(column, isWanted);
        };
    }

    private Set<String> matching(Predicate<RunRow> isWanted) {
        return rows.stream().filter(isWanted).map(RunRow::id).collect(Collectors.toSet());
    }

    /** A class is known by its name; where that finds nothing, by its number. Without classes, by the target's text. */
    private Set<String> labelled(Predicate<String> isWanted) throws IOException {
        List<String> names = loader.load().get(0).classNames();
        Set<String> numbers = IntStream.range(0, names.size())
                .filter(k -> isWanted.test(names.get(k)))
                .mapToObj(Integer::toString)
                .collect(Collectors.toSet());
        return numbers.isEmpty()
                ? matching(row -> isWanted.test(row.label()))
                : matching(row -> numbers.contains(row.label()));
    }

    private Set<String> inData(String column, Predicate<String> isWanted) throws IOException {
        if (source.columns().contains(column)) {
            return source.find(column, isWanted).stream().filter(ids::contains).collect(Collectors.toSet());
        }
        List<Dataset> parts = loader.load();
        Set<String> found = new HashSet<>();
        for (Dataset part : parts) {
            int[] codes = part.groups().get(column);
            if (codes == null) {
                throw new IllegalArgumentException("there is no column '" + column + "'; there are " + columns(part));
            }
            List<String> names = part.groupNames(column);
            IntStream.range(0, part.size())
                    .filter(row -> isWanted.test(names.get(codes[row])))
                    .forEach(row -> found.add(part.id(row)));
        }
        return found;
    }

    private String columns(Dataset part) throws IOException {
        Set<String> all = new TreeSet<>(part.groups().keySet());
        all.addAll(source.columns());
        return Stream.concat(Stream.of("id", "label", "split", "token"), all.stream())
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
