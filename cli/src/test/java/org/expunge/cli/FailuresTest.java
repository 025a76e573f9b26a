package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Callable;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.io.BadInputException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

final class FailuresTest {
    private final StringWriter err = new StringWriter();

    @Test
    void wrongArgumentIsBadInputWithoutStackTrace() {
        assertThat(run(false, new IllegalArgumentException("rows.csv line 3: label 11 is over 9")))
                .isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(err.toString()).isEqualToIgnoringNewLines("failing: rows.csv line 3: label 11 is over 9");
    }

    @Test
    void barePathsBecomeSentences() {
        assertThat(run(false, new NoSuchFileException("a.csv"))).isEqualTo(ExitCodes.INPUT_OUTPUT);
        assertThat(run(false, new UncheckedIOException(new FileAlreadyExistsException("out"))))
                .isEqualTo(ExitCodes.INPUT_OUTPUT);
        assertThat(run(false, new AccessDeniedException("lock"))).isEqualTo(ExitCodes.INPUT_OUTPUT);
        assertThat(err.toString().lines())
                .containsExactly(
                        "failing: a.csv does not exist",
                        "failing: out exists already; name another place or remove it first",
                        "failing: lock may not be read or written");
    }

    @Test
    void badFilesAreBadInputAlsoWhenFoundLate() {
        BadInputException bad = new BadInputException("rows.csv", 3, "has 2 cells where the first line has 3");

        assertThat(run(false, bad)).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(run(false, new UncheckedIOException(bad))).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(err.toString().lines())
                .containsOnly("failing: rows.csv, line 3: has 2 cells where the first line has 3");
    }

    @Test
    void otherInputOutputKeepsItsMessage() {
        assertThat(run(false, new IOException("No space left on device"))).isEqualTo(ExitCodes.INPUT_OUTPUT);
        assertThat(err.toString()).isEqualToIgnoringNewLines("failing: No space left on device");
    }

    @Test
    void defectShowsItsStackTrace() {
        assertThat(run(false, new IllegalStateException("pass is closed"))).isEqualTo(ExitCodes.DEFECT);
        assertThat(err.toString()).contains("defect of expunge", "pass is closed", "at org.expunge");
    }

    @Test
    void traceAddsTheStackToAnyFailure() {
        assertThat(run(true, new IllegalArgumentException("bad"))).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(err.toString()).contains("failing: bad", "at org.expunge");
    }

    private int run(boolean trace, Exception failure) {
        return new CommandLine(new Failing(failure))
                .setErr(new PrintWriter(err, true))
                .setExecutionExceptionHandler(new Failures(trace))
                .execute();
    }

    @Command(name = "failing")
    private record Failing(Exception failure) implements Callable<Integer> {
        @Override
        public Integer call() throws Exception {
            throw failure;
        }
    }
}
