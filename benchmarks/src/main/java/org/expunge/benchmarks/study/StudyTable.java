package org.expunge.benchmarks.study;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.expunge.influence.io.AtomicFiles;

/** A table of results that says how it was made: CSV with comment lines before the header. */
public final class StudyTable {
    private final String command;
    private final List<String> columns;
    private final List<List<String>> rows = new ArrayList<>();

    /**
     * Starts a table.
     *
     * @param command what reproduces it, from the root of the repository
     * @param columns column names, with units
     */
    public StudyTable(String command, List<String> columns) {
        this.command = command;
        this.columns = List.copyOf(columns);
    }

    /** Adds a row: numbers are written with four significant digits, all else as it is. */
    public void add(Object... cells) {
        checkArgument(cells.length == columns.size(), "%s cells for %s columns", cells.length, columns.size());
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(cell instanceof Double number ? String.format(Locale.ROOT, "%.4g", number) : cell.toString());
        }
        rows.add(row);
    }

    /** Returns the table as CSV. */
    public String toCsv() {
        StringBuilder text = new StringBuilder();
        text.append("# command: ").append(command).append('\n');
        text.append("# commit: ").append(commit()).append('\n');
        text.append("# machine: ").append(machine()).append('\n');
        text.append(String.join(",", columns)).append('\n');
        rows.forEach(row -> text.append(String.join(",", row)).append('\n'));
        return text.toString();
    }

    /** Writes the table. */
    public void write(Path file) throws IOException {
        String csv = toCsv();
        AtomicFiles.write(file, out -> out.write(csv.getBytes(StandardCharsets.UTF_8)));
    }

    private static String machine() {
        return System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors (" + processor() + "), Java "
                + Runtime.version();
    }

    private static String processor() {
        return firstLine("sh", "-c", "grep -m1 'model name' /proc/cpuinfo | cut -d: -f2");
    }

    private static String commit() {
        return firstLine("git", "rev-parse", "--short", "HEAD");
    }

    /** Runs a program and returns its first line; tells when there is none. */
    private static String firstLine(String... program) {
        try {
            Process process =
                    new ProcessBuilder(program).redirectErrorStream(true).start();
            try (InputStream in = process.getInputStream()) {
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                return text.lines().findFirst().map(String::strip).orElse("unknown");
            }
        } catch (IOException e) {
            return "unknown (" + e.getMessage() + ")";
        }
    }
}
