package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.expunge.cli.render.ExitCodes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

final class GivenFilesTest {
    @TempDir
    private static Path folder;

    private static Path run = Path.of("run");

    @BeforeAll
    static void train() {
        run = folder.resolve("run");
        CommandRun.of("train", "--data", "digits", "--epochs", 1, "--quiet", "--out", run);
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource({
        "scan, --manifest, no.json",
        "audit, --truth, no.txt",
        "audit, --truth, no.json",
        "audit, --inputs, overlay:no",
        "trace, --inputs, overlay:no",
        "sanitize, --inputs, overlay:no",
        "sanitize, --incident, overlay:no:1",
        "attack, --recipe, no.yaml",
        "attack, --data, overlay:no",
        "audit-model, --model, no.zip",
        "train, --recipe, no.yaml",
        "train, --data, overlay:no?limit=3"
    })
    void aMissingFileIsWrongInputAndTheOptionIsNamed(String command, String option, String value) {
        Path missing = folder.resolve("no");
        List<Object> words = new ArrayList<>(List.of(command, option, value.replace("no", missing.toString())));
        if (List.of("scan", "audit", "trace", "sanitize").contains(command)) {
            words.addAll(List.of("--run", run));
        }
        if (List.of("trace", "sanitize", "attack", "train").contains(command)) {
            words.addAll(List.of("--out", folder.resolve("out")));
        }
        if (command.equals("audit-model")) {
            words.addAll(List.of("--data", "digits"));
        }

        CommandRun answer = CommandRun.of(words.toArray());

        assertThat(answer.code()).as(answer.err()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(answer.err()).contains("expunge " + command + ": " + option + ": " + missing);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void aMissingFileThatNoOptionNamesIsNot() throws Exception {
        CommandLine command = reading();
        Path there = Files.createFile(folder.resolve("there"));
        command.parseArgs(
                "--file", there.toString(), "--file", folder.resolve("a").toString(), "--other", "\0");

        assertThat(GivenFiles.option(folder.resolve("b"), command)).isEmpty();
        assertThat(GivenFiles.option(folder.resolve("ab"), command)).isEmpty();
        assertThat(GivenFiles.option(there.resolve("c"), command)).isEmpty();
        assertThat(GivenFiles.option(folder.resolve("a").resolve("c"), command)).isEqualTo(Optional.of("--file"));
        assertThat(GivenFiles.option(folder.resolve("a"), reading())).isEmpty();
    }

    private static CommandLine reading() {
        return new CommandLine(CommandSpec.create()
                .addOption(OptionSpec.builder("-f", "--file")
                        .arity("1")
                        .type(List.class)
                        .build())
                .addOption(OptionSpec.builder("--other").arity("1").build()));
    }
}
