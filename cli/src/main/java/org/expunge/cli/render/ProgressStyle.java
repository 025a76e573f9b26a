package org.expunge.cli.render;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How progress is shown. */
public enum ProgressStyle {
    /** A bar that is redrawn in place. */
    BAR,
    /** A line at the start of a piece of work and at its end. */
    LINES,
    /** Not at all. */
    NONE;

    /** Where Linux says what the error stream is; Java's own console is about input and output together. */
    private static final Path ERROR_STREAM = Path.of("/proc/self/fd/2");

    /** Returns a bar where a person watches the error stream, lines where it goes to a file or that cannot be told. */
    public static ProgressStyle suited() {
        if (!Files.isSymbolicLink(ERROR_STREAM)) {
            return LINES;
        }
        try {
            Path target = Files.readSymbolicLink(ERROR_STREAM);
            return target.startsWith("/dev/pts") || target.toString().startsWith("/dev/tty") ? BAR : LINES;
        } catch (IOException e) {
            return LINES; // a log is never wrong
        }
    }
}
