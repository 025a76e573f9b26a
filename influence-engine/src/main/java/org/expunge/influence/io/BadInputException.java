package org.expunge.influence.io;

import java.io.IOException;
import java.nio.file.Path;

/** A file that a user gave is not what it claims to be; the message names the file, the line and what to do. */
public final class BadInputException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * A problem with a whole file.
     *
     * @param source the file's name
     * @param problem what is wrong and what to do about it
     */
    public BadInputException(String source, String problem) {
        super(source + ": " + problem);
    }

    /**
     * A problem with a whole file.
     *
     * @param file the file
     * @param problem what is wrong and what to do about it
     */
    public BadInputException(Path file, String problem) {
        this(file.toString(), problem);
    }

    /**
     * A problem found by another library.
     *
     * @param source the file's name
     * @param problem what is wrong and what to do about it
     * @param cause what the library said
     */
    public BadInputException(String source, String problem, Throwable cause) {
        super(source + ": " + problem, cause);
    }

    /**
     * A problem in one line of a text file.
     *
     * @param source the file's name
     * @param line the line, from 1
     * @param problem what is wrong and what to do about it
     */
    public BadInputException(String source, long line, String problem) {
        super(source + ", line " + line + ": " + problem);
    }
}
