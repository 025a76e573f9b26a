package org.expunge.cli.render;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Strings;
import com.google.common.html.HtmlEscapers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Cells in rows and columns; a column of numbers is set flush right.
 *
 * @param header the columns' names; empty for a list of names and values
 * @param rows the cells, as many a row as there are columns
 */
public record Table(List<String> header, List<List<String>> rows) implements Document.Block {
    private static final String NUMBER = "|[-+]?[0-9][0-9 .,:eE+-]*( ?(%|s|ms|MiB|rows))?|-|NaN";
    private static final String LONG_WORD = "(?s).*\\S{30}.*";
    private static final String GAP = "  ";

    /** Copies the lists and checks the rows' lengths. */
    public Table {
        header = List.copyOf(header);
        rows = rows.stream().map(List::copyOf).toList();
        int columns = columns(header, rows);
        rows.forEach(row -> checkArgument(
                row.size() == columns, "a row has %s cells but there are %s columns", row.size(), columns));
    }

    /** Returns a table that is filled row by row. */
    public static Builder of(String... header) {
        return new Builder(List.of(header));
    }

    @Override
    public <T> T match(
            Function<Document.Paragraph, T> paragraph,
            Function<Document.Heading, T> heading,
            Function<Table, T> table) {
        return table.apply(this);
    }

    private static int columns(List<String> header, List<List<String>> rows) {
        return header.isEmpty() && !rows.isEmpty() ? rows.get(0).size() : header.size();
    }

    /** Returns aligned columns, one line a row. */
    String text() {
        List<List<String>> lines = new ArrayList<>(rows);
        if (!header.isEmpty()) {
            lines.add(0, header);
        }
        int columns = columns(header, rows);
        int[] widths = IntStream.range(0, columns)
                .map(c -> lines.stream().mapToInt(l -> l.get(c).length()).max().orElse(0))
                .toArray();
        boolean[] right = flushRight(columns);
        return lines.stream().map(line -> line(line, widths, right)).collect(Collectors.joining());
    }

    private static String line(List<String> cells, int[] widths, boolean[] right) {
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < widths.length; c++) {
            String cell = cells.get(c);
            line.append(c == 0 ? "" : GAP)
                    .append(right[c] ? Strings.padStart(cell, widths[c], ' ') : Strings.padEnd(cell, widths[c], ' '));
        }
        return line.toString().stripTrailing() + "\n";
    }

    private boolean[] flushRight(int columns) {
        boolean[] right = new boolean[columns];
        for (int c = 1; c < columns; c++) {
            int column = c;
            right[c] = !header.isEmpty()
                    && rows.stream().allMatch(row -> row.get(column).matches(NUMBER));
        }
        return right;
    }

    /** Returns a Markdown table. */
    String markdown() {
        int columns = columns(header, rows);
        boolean[] right = flushRight(columns);
        String rule = IntStream.range(0, columns)
                .mapToObj(c -> right[c] ? "---:" : "---")
                .collect(Collectors.joining(" | ", "| ", " |\n"));
        List<String> head = header.isEmpty() ? java.util.Collections.nCopies(columns, " ") : header;
        return markdownRow(head) + rule + rows.stream().map(Table::markdownRow).collect(Collectors.joining());
    }

    /** Returns an HTML table; every cell is escaped. */
    String html() {
        boolean[] right = flushRight(columns(header, rows));
        StringBuilder html = new StringBuilder("<table>\n");
        if (!header.isEmpty()) {
            html.append("<thead>").append(htmlRow(header, "th", right)).append("</thead>\n");
        }
        html.append("<tbody>\n");
        rows.forEach(row -> html.append(htmlRow(row, "td", right)));
        return html.append("</tbody>\n</table>\n").toString();
    }

    private String htmlRow(List<String> cells, String tag, boolean[] right) {
        StringBuilder html = new StringBuilder("<tr>");
        for (int c = 0; c < cells.size(); c++) {
            String name = header.isEmpty() && c == 0 ? "th" : tag;
            boolean isLong = cells.get(c).matches(LONG_WORD);
            html.append('<').append(name);
            html.append(right[c] ? " class=\"number\">" : isLong ? " class=\"long\">" : ">");
            html.append(HtmlEscapers.htmlEscaper().escape(cells.get(c)));
            html.append("</").append(name).append('>');
        }
        return html.append("</tr>\n").toString();
    }

    private static String markdownRow(List<String> cells) {
        return cells.stream().map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    /** Fills a table. */
    public static final class Builder {
        private final List<String> header;
        private final List<List<String>> rows = new ArrayList<>();

        private Builder(List<String> header) {
            this.header = header;
        }

        /** Adds a row. */
        public Builder row(Object... cells) {
            rows.add(java.util.Arrays.stream(cells).map(Object::toString).toList());
            return this;
        }

        /** Returns the table. */
        public Table build() {
            return new Table(header, rows);
        }
    }
}
