package org.expunge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.expunge.cli.render.ExitCodes;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpNamesTheProgramAndItsExitCodes() {
        assertThat(execute("--help")).isEqualTo(ExitCodes.OK);
        assertThat(out.toString()).contains("Usage: expunge", "--version", "Exit codes:");
    }

    @Test
    void versionNamesTheJavaThatRuns() {
        assertThat(execute("--version")).isEqualTo(ExitCodes.OK);
        assertThat(out.toString())
                .contains("expunge ", "Java " + Runtime.version().feature());
    }

    @Test
    void noCommandIsAUsageErrorThatPointsAtTheHelp() {
        assertThat(execute()).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("Which command?", "Try 'expunge --help'.");
    }

    @Test
    void misspelledCommandIsSuggested() {
        assertThat(execute("generate-completio")).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("Did you mean").contains("generate-completion");
    }

    @Test
    void completionScriptIsForBash() {
        assertThat(execute("generate-completion")).isEqualTo(ExitCodes.OK);
        assertThat(out.toString()).contains("complete -F _complete_expunge");
    }

    @Test
    void helpLoadsNoNativeLibrary() throws IOException, InterruptedException {
        Process help = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "--help")
                .redirectErrorStream(true)
                .start();
        String log = new String(help.getInputStream().readAllBytes(), UTF_8);
        assertThat(help.waitFor()).isEqualTo(ExitCodes.OK);
        assertThat(log).contains("org.expunge.cli.Main").doesNotContain("org.bytedeco.", "org.nd4j.");
    }

    private int execute(String... arguments) {
        CommandLine commandLine =
                Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }
}
