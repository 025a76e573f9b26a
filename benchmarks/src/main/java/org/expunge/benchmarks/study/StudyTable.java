package org.expunge.benchmarks.study;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.Csv;

/** A table of results that says how it was made: CSV with comment lines before the header. */
public final class StudyTable {
    private final String command;
    private final List<String> columns;
    private final Map<String, String> notes = new LinkedHashMap<>();
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

    /** Adds a line before the header, beside command, commit and machine. */
    public void note(String name, String value) {
        notes.put(name, value);
    }

    /** Adds a row: numbers are written with four significant digits, texts with commas in quotes. */
    public void add(Object... cells) {
        checkArgument(cells.length == columns.size(), "%s cells for %s columns", cells.length, columns.size());
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(
                    cell instanceof Double number
                            ? String.format(Locale.ROOT, "%.4g", number)
                            : Csv.quoted(cell.toString()));
        }
        rows.add(row);
    }

    /** Returns the table as CSV. */
    public String toCsv() {
        StringBuilder text = new StringBuilder();
        text.append("# command: ").append(command).append('\n');
        text.append("# commit: ").append(commit()).append('\n');
        text.append("# machine: ").append(machine()).append('\n');
        notes.forEach((name, value) -> text.append("# " + name + ": " + value + "\n"));
        text.append(String.join(",", columns)).append('\n');
        rows.forEach(row -> text.append(String.join(",", row)).append('\n'));
        return text.toString();
    }

    /** Writes the table. */
    public void write(Path file) throws IOException {
        String csv = toCsv();
        AtomicFiles.write(file, out -> out.write(csv.getBytes(StandardCharsets.UTF_8)));
    }

    /** Returns the operating system, the processor and the Java version. */
    public static String machine() {
        return System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors (" + processor() + "), Java "
                + Runtime.version();
    }

    private static String processor() {
        return firstLine("sh", "-c", "grep -m1 'model name' /proc/cpuinfo | cut -d: -f2");
    }

    /** Returns the commit that this was built from: as written into the jar, else as git says. */
    public static String commit() {
        try (InputStream written = StudyTable.class.getResourceAsStream("commit.txt")) {
            return written == null
                    ? firstLine("git", "rev-parse", "--short", "HEAD")
                    : new String(written.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "unknown (" + e.getMessage() + ")";
        }
    }

    /** Runs a program and returns its first line; tells when there is none. */
    private static String firstLine(String... program) {
        try {
            Process process = new ProcessBuilder(program)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (InputStream in = process.getInputStream()) {
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                return text.lines().findFirst().map(String::strip).orElse("unknown");
            }
        } catch (IOException e) {
            return "unknown (" + e.getMessage() + ")";
        }
    }
}
