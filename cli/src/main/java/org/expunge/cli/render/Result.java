package org.expunge.cli.render;

/**
 * What a command found. The record's own components are what a program reads, as JSON with their names as keys; the
 * document is what a person reads.
 */
public interface Result {
    /** Returns the same in words and tables. */
    Document document();

    /** Returns the code that the command answers with. */
    default int exitCode() {
        return 0;
    }
}
