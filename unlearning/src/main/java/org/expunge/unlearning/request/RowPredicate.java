package org.expunge.unlearning.request;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A condition on rows, as a text:
 *
 * <pre>{@code
 * condition  = both { "or" both }
 * both       = one { "and" one }
 * one        = "not" one | "(" condition ")" | column test
 * test       = ("=" | "!=" | "~" | "!~" | "<" | "<=" | ">" | ">=") value | "in" "(" value { "," value } ")"
 * column, value = word | 'quoted' | "quoted"
 * }</pre>
 *
 * <p>{@code ~} takes a pattern in which {@code *} stands for any characters and {@code ?} for one. The four orders
 * compare numbers; a cell that is none is neither below nor above. A quote inside quotes is written twice. The words
 * {@code and}, {@code or}, {@code not} and {@code in} are written in quotes where they are meant as values.
 */
public sealed interface RowPredicate {
    /** Finds rows by the cells of one column. */
    @FunctionalInterface
    interface Columns {
        /**
         * Finds rows.
         *
         * @param column name of a column
         * @param isWanted told the row's value; where a row has two values, such as a class's number and its name, it
         *     is found if either is wanted
         * @return ids of the rows
         * @throws IllegalArgumentException if there is no such column; the message names those that there are
         * @throws IOException if the table cannot be read
         */
        Set<String> find(String column, Predicate<String> isWanted) throws IOException;
    }

    /**
     * Finds the rows for which this holds.
     *
     * @param all ids of all rows
     * @param columns finds rows by a column
     * @return ids
     * @throws IOException if the table cannot be read
     */
    Set<String> in(Set<String> all, Columns columns) throws IOException;

    /** Returns the columns that it asks for. */
    Set<String> columns();

    /**
     * Reads a text.
     *
     * @throws IllegalArgumentException if it is no condition; the message points at the character
     */
    static RowPredicate parse(String text) {
        return new PredicateParser(text).parse();
    }

    /**
     * A test of one column.
     *
     * @param column its name
     * @param isWanted the test
     */
    record Cell(String column, Predicate<String> isWanted) implements RowPredicate {
        @Override
        public Set<String> in(Set<String> all, Columns columns) throws IOException {
            return columns.find(column, isWanted);
        }

        @Override
        public Set<String> columns() {
            return Set.of(column);
        }
    }

    /** Where the other does not hold. */
    record Not(RowPredicate other) implements RowPredicate {
        @Override
        public Set<String> in(Set<String> all, Columns columns) throws IOException {
            Set<String> found = other.in(all, columns);
            return all.stream().filter(id -> !found.contains(id)).collect(Collectors.toSet());
        }

        @Override
        public Set<String> columns() {
            return other.columns();
        }
    }

    /**
     * Where all hold, or any.
     *
     * @param isAll whether all must hold
     * @param parts at least one
     */
    record Several(boolean isAll, List<RowPredicate> parts) implements RowPredicate {
        /** Copies the list. */
        public Several {
            parts = List.copyOf(parts);
        }

        @Override
        public Set<String> in(Set<String> all, Columns columns) throws IOException {
            Set<String> found = parts.get(0).in(all, columns);
            for (RowPredicate part : parts.subList(1, parts.size())) {
                Set<String> more = part.in(all, columns);
                found = isAll
                        ? found.stream().filter(more::contains).collect(Collectors.toSet())
                        : Stream.concat(found.stream(), more.stream()).collect(Collectors.toSet());
            }
            return found;
        }

        @Override
        public Set<String> columns() {
            return parts.stream().flatMap(part -> part.columns().stream()).collect(Collectors.toSet());
        }
    }
}
