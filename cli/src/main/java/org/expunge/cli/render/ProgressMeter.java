package org.expunge.cli.render;

import com.google.common.base.Strings;
import java.io.PrintWriter;
import java.util.Locale;

/** Shows one piece of work from its start to its end: a bar on a terminal, two lines in a log. */
public final class ProgressMeter implements AutoCloseable {
    private static final int BAR = 24;
    private static final long REDRAW_NANOS = 100_000_000;
    private static final String CLEAR_LINE = "\r\033[K";

    private final PrintWriter err;
    private final ProgressStyle style;
    private final String what;
    private final long start = System.nanoTime();
    private long lastDrawn = start - REDRAW_NANOS;
    private String detail = "";
    private boolean isDone;

    ProgressMeter(PrintWriter err, ProgressStyle style, String what) {
        this.err = err;
        this.style = style;
        this.what = what;
        if (style == ProgressStyle.LINES) {
            err.println(what + " ...");
            err.flush();
        }
    }

    /**
     * Says how far the work is.
     *
     * @param done steps done
     * @param total steps planned, at least 1
     * @param now what to show beside, such as a loss
     */
    public void step(long done, long total, String now) {
        detail = now;
        long time = System.nanoTime();
        if (style == ProgressStyle.BAR && (done == total || time - lastDrawn >= REDRAW_NANOS)) {
            lastDrawn = time;
            int filled = (int) (BAR * done / total);
            err.print(CLEAR_LINE + what + " [" + Strings.repeat("#", filled) + Strings.repeat(".", BAR - filled) + "] "
                    + done + "/" + total + " " + now);
            err.flush();
        }
    }

    /** Says that the work came to its end; without it, closing says that it stopped. */
    public void done() {
        isDone = true;
    }

    @Override
    public void close() {
        double seconds = (System.nanoTime() - start) / 1e9;
        switch (style) {
            case BAR -> err.print(CLEAR_LINE + end(seconds));
            case LINES -> err.print(end(seconds));
            case NONE -> {}
        }
        err.flush();
    }

    private String end(double seconds) {
        String shown = detail.isEmpty() ? "" : ", " + detail;
        return String.format(
                Locale.ROOT, "%s: %s %.1f s%s%n", what, isDone ? "done in" : "stopped after", seconds, shown);
    }
}
