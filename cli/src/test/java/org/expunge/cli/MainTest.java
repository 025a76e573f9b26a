package org.expunge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.expunge.cli.render.ExitCodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

final class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpNamesTheProgramAndItsExitCodes() {
        assertThat(execute("--help")).isEqualTo(ExitCodes.OK);
        assertThat(out.toString()).contains("Usage: expunge", "--version", "Exit codes:");
        assertThat(out.toString().replaceAll("\\s+", " "))
                .contains("report Writes one HTML page on a deletion batch or on a run that was sanitized.");
        assertThat(execute("influence", "--help")).isEqualTo(ExitCodes.OK);
        assertThat(out.toString()).contains("Methods:", "  gas                     cosines over all checkpoints");
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

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandDescribesItselfAndItsDefaults(String command) {
        String[] words = (command + " --help").split(" ", -1);

        assertThat(execute(words)).isEqualTo(ExitCodes.OK);
        assertThat(out.toString()).contains("Usage: expunge " + command, "--format=FORMAT", "Exit codes:", "  65   ");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyOptionHasItsMeaning(String command) {
        CommandLine line = Main.commandLine();
        for (String word : command.split(" ", -1)) {
            line = requireNonNull(line.getSubcommands().get(word));
        }
        CommandSpec spec = line.getCommandSpec();
        assertThat(spec.options())
                .allSatisfy(option -> assertThat(option.description()).isNotEmpty())
                .filteredOn(option -> option.defaultValue() != null)
                .allSatisfy(option -> assertThat(String.join(" ", option.description()))
                        .contains("Default: " + option.defaultValue()));
    }

    /** A text that is no format would be shown as it is, with a warning. */
    @ParameterizedTest
    @MethodSource("commands")
    void everyTextOfTheHelpIsAFormat(String command) {
        CommandLine line = Main.commandLine();
        for (String word : command.split(" ", -1)) {
            line = requireNonNull(line.getSubcommands().get(word));
        }
        CommandSpec spec = line.getCommandSpec();
        Stream<String> options = spec.options().stream().flatMap(option -> Stream.of(option.description()));
        assertThat(Stream.concat(Stream.of(spec.usageMessage().description()), options))
                .allSatisfy(text ->
                        assertThatCode(() -> String.format(Locale.ROOT, text)).doesNotThrowAnyException());
    }

    /** Returns the commands that do something, with the words before them. */
    static Stream<String> commands() {
        return commands(Main.commandLine()).map(name -> name.substring(1)).filter(name -> !name.contains("completion"));
    }

    private static Stream<String> commands(CommandLine parent) {
        return parent.getSubcommands().entrySet().stream().flatMap(entry -> {
            String name = " " + entry.getKey();
            CommandLine command = entry.getValue();
            return command.getSubcommands().isEmpty()
                    ? Stream.of(name)
                    : commands(command).map(inner -> name + inner);
        });
    }

    @Test
    void helpLoadsNoNativeLibrary() throws IOException, InterruptedException {
        Process help = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "demo",
                        "--help")
                .redirectErrorStream(true)
                .start();
        String log = new String(help.getInputStream().readAllBytes(), UTF_8);
        assertThat(help.waitFor()).isEqualTo(ExitCodes.OK);
        assertThat(log).contains("org.expunge.cli.Main").doesNotContain("org.bytedeco.", "org.nd4j.", "com.sun.jna.");
    }

    private int execute(String... arguments) {
        CommandLine commandLine =
                Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }
}
