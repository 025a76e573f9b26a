package org.expunge.cli.render;

import java.io.PrintWriter;
import org.expunge.influence.io.Json;

/**
 * Where a command writes: results to one side, progress to the other.
 *
 * @param out takes the result
 * @param err takes progress and warnings
 * @param format how results are written
 * @param progress how progress is shown
 */
public record Console(PrintWriter out, PrintWriter err, Format format, ProgressStyle progress) {
    /** How results are written. */
    public enum Format {
        /** Words and tables. */
        TEXT,
        /** One JSON value. */
        JSON
    }

    /**
     * Writes a result.
     *
     * @return its exit code
     */
    public int print(Result result) {
        out.print(format == Format.JSON ? Json.text(result) : result.document().text());
        out.flush();
        return result.exitCode();
    }

    /** Writes a warning, past the result. */
    public void warn(String sentence) {
        err.println("warning: " + sentence);
        err.flush();
    }

    /**
     * Begins to show how a piece of work goes on.
     *
     * @param what the work, in two or three words
     */
    public ProgressMeter meter(String what) {
        return new ProgressMeter(err, progress, what);
    }
}
