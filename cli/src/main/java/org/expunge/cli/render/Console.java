package org.expunge.cli.render;

import java.io.PrintWriter;
import java.io.Writer;
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

    /** Says something in passing, where progress is shown. */
    public void note(String sentence) {
        if (progress != ProgressStyle.NONE) {
            err.println(sentence);
            err.flush();
        }
    }

    /** Returns one that passes over progress and warnings, for work that goes on beside other work of the same kind. */
    public Console silent() {
        return new Console(out, new PrintWriter(Writer.nullWriter()), format, ProgressStyle.NONE);
    }

    /** A piece of work that does not say how far it is. */
    @FunctionalInterface
    public interface Work<T, E extends Exception> {
        /** Does it. */
        T run() throws E;
    }

    /**
     * Does a piece of work and shows that it goes on.
     *
     * @param what the work, in two or three words
     * @param work the work
     * @return what it returns
     */
    public <T, E extends Exception> T during(String what, Work<T, E> work) throws E {
        return metered(what, meter -> work.run());
    }

    /** A piece of work that says how far it is. */
    @FunctionalInterface
    public interface MeteredWork<T, E extends Exception> {
        /** Does it. */
        T run(ProgressMeter meter) throws E;
    }

    /**
     * Does a piece of work and shows how far it is.
     *
     * @param what the work, in two or three words
     * @param work the work
     * @return what it returns
     */
    public <T, E extends Exception> T metered(String what, MeteredWork<T, E> work) throws E {
        try (ProgressMeter meter = new ProgressMeter(err, progress, what)) {
            T made = work.run(meter);
            meter.done();
            return made;
        }
    }
}
