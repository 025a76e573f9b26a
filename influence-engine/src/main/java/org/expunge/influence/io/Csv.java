package org.expunge.influence.io;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of cells, one at a time: CSV as RFC 4180 has it (quoted cells, doubled quotes, line breaks within
 * quotes) in UTF-8, or tab-separated text, where a quote is a character like any other.
 *
 * <p>Every record must have as many cells as the first; empty lines are passed over.
 */
public final class Csv implements Closeable {

    /**
     * How cells are told apart.
     *
     * @param delimiter the character between cells
     * @param quotes whether double quotes enclose a cell
     */
    public record Options(char delimiter, boolean quotes) {
        /** Comma-separated, with quotes. */
        public static final Options CSV = new Options(',', true);
        /** Tab-separated, without quotes. */
        public static final Options TSV = new Options('\t', false);

        public Options {
            checkArgument(
                    delimiter != '"' && delimiter != '\n' && delimiter != '\r',
                    "a quote or a line break cannot separate cells");
        }
    }

    /** Far above what tables hold; a file beyond them has lost a quote, or is no table. */
    private static final int MAX_CELL_CHARACTERS = 1 << 20;

    private static final int MAX_CELLS = 1 << 17;
    private static final int END = -1;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final String source;
    private final Options options;
    private final Reader reader;
    private final char[] buffer = new char[1 << 16];
    private int position;
    private int filled;
    private long currentLine = 1;
    private long recordLine;
    private int width = -1;

    private Csv(String source, InputStream in, Options options) throws IOException {
        this.source = source;
        this.options = options;
        this.reader = new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder());
        if (peek() == BYTE_ORDER_MARK) {
            take();
        }
    }

    /**
     * Opens a file, gzip or not.
     *
     * @param file the file
     * @param options how cells are told apart
     * @return the open file; the caller closes it
     * @throws IOException if it cannot be opened
     */
    public static Csv open(Path file, Options options) throws IOException {
        return open(Inputs.open(file), file.toString(), options);
    }

    /**
     * Reads from a stream.
     *
     * @param in decompressed text; closed with the result, and at once if this fails
     * @param source what to call it in an error
     * @param options how cells are told apart
     * @return the open reader; the caller closes it
     * @throws IOException if it cannot be read
     */
    public static Csv open(InputStream in, String source, Options options) throws IOException {
        try {
            return new Csv(source, in, options);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /** Returns a cell as it is written: in quotes where it holds a comma, a quote or a line break. */
    public static String quoted(String cell) {
        boolean isPlain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return isPlain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }

    /**
     * Returns what errors call this input.
     *
     * @return the file's name
     */
    public String source() {
        return source;
    }

    /**
     * Returns the line on which the last record began.
     *
     * @return the line, from 1; 0 before the first record
     */
    public long line() {
        return recordLine;
    }

    /**
     * Reads the next record.
     *
     * @return its cells, or null after the last
     * @throws BadInputException if the record is ragged or a quote is out of place; the message names file and line
     * @throws IOException if reading fails
     */
    public @Nullable List<String> next() throws IOException {
        while (peek() == '\n' || peek() == '\r') {
            take();
        }
        if (peek() == END) {
            return null;
        }
        recordLine = currentLine;
        List<String> cells = new ArrayList<>(Math.max(width, 8));
        boolean more = true;
        while (more) {
            cells.add(cell());
            if (cells.size() > MAX_CELLS) {
                throw problem("has more than " + MAX_CELLS + " cells");
            }
            more = peek() == options.delimiter();
            if (more) {
                take();
            }
        }
        checkWidth(cells.size());
        return cells;
    }

    private void checkWidth(int cells) throws BadInputException {
        if (width < 0) {
            width = cells;
        }
        if (cells != width) {
            throw problem("has " + cells + " cells where the first line has " + width);
        }
    }

    private String cell() throws IOException {
        StringBuilder cell = new StringBuilder();
        if (options.quotes() && peek() == '"') {
            quoted(cell);
            int next = peek();
            if (next != options.delimiter() && !endsRecord(next)) {
                throw problem("text follows a closing quote; double the quotes within a cell");
            }
            return cell.toString();
        }
        for (int c = peek(); c != options.delimiter() && !endsRecord(c); c = peek()) {
            append(cell, take());
        }
        return cell.toString();
    }

    private void quoted(StringBuilder cell) throws IOException {
        take();
        while (true) {
            int c = take();
            if (c == END) {
                throw problem("a quote is never closed");
            }
            if (c == '"') {
                if (peek() != '"') {
                    return;
                }
                take();
            }
            append(cell, c);
        }
    }

    private void append(StringBuilder cell, int c) throws BadInputException {
        if (cell.length() == MAX_CELL_CHARACTERS) {
            throw problem("a cell has more than " + MAX_CELL_CHARACTERS + " characters; is a quote missing?");
        }
        cell.append((char) c);
    }

    private static boolean endsRecord(int c) {
        return c == '\n' || c == '\r' || c == END;
    }

    private int peek() throws IOException {
        if (position == filled) {
            try {
                filled = reader.read(buffer, 0, buffer.length);
            } catch (CharacterCodingException e) {
                throw new BadInputException(source, "is not UTF-8 text near line " + currentLine, e);
            }
            position = 0;
            if (filled <= 0) {
                filled = 0;
                return END;
            }
        }
        return buffer[position];
    }

    private int take() throws IOException {
        int c = peek();
        if (c != END) {
            position++;
        }
        if (c == '\n') {
            currentLine++;
        }
        return c;
    }

    private BadInputException problem(String what) {
        return new BadInputException(source, recordLine, what);
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
