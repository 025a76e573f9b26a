package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class MainTest {
    private final StringWriter out = new StringWriter();

    @Test
    void helpNamesTheProgram() {
        int code =
                new CommandLine(new Main()).setOut(new PrintWriter(out, true)).execute("--help");
        assertThat(code).isZero();
        assertThat(out.toString()).contains("Usage: expunge");
    }
}
