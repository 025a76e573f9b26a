package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.io.Json;

/** Small trainings on real digits, by the command line. */
final class TinyRun {
    private TinyRun() {}

    /** Trains on 300 digits in well under a second. */
    static Path train(Path out, Object... more) {
        return train("digits?limit=300", out, more);
    }

    static Path train(String data, Path out, Object... more) {
        Object[] words = {
            "train",
            "--data",
            data,
            "--hidden",
            "16",
            "--epochs",
            3,
            "--checkpoints",
            3,
            "--threads",
            1,
            "--quiet",
            "--out",
            out
        };
        CommandRun run = CommandRun.of(
                Stream.of(words, more).flatMap(java.util.Arrays::stream).toArray());
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isEqualTo(ExitCodes.OK);
        return out;
    }

    /** Lets a run forget one row, beside it and without references. */
    static CommandRun forget(Path run, String method, Object... more) throws IOException {
        Object[] words = {
            "forget",
            "apply",
            "--run",
            run,
            "--ids",
            ids(run, "train").get(3),
            "--method",
            method,
            "--references",
            0,
            "--old-run",
            "keep",
            "--threads",
            1,
            "--out",
            run.resolveSibling(run.getFileName() + "-by-" + method)
        };
        return CommandRun.of(java.util.stream.Stream.of(words, more)
                .flatMap(java.util.Arrays::stream)
                .toArray());
    }

    /** Reads the ids of a part of the run's rows. */
    static List<String> ids(Path run, String part) throws IOException {
        return Files.readAllLines(run.resolve("rows.csv"), StandardCharsets.UTF_8).stream()
                .map(line -> line.split(",", -1))
                .filter(cells -> cells[3].equals(part))
                .map(cells -> cells[0])
                .toList();
    }

    /** Returns what the attestation of a run that forgot says. */
    static JsonNode predicate(Path run) throws IOException {
        String payload = Json.read(run.resolve("attestation.json"), JsonNode.class)
                .get("payload")
                .textValue();
        String statement = new String(Base64.getDecoder().decode(payload), StandardCharsets.UTF_8);
        return Json.parse(statement, JsonNode.class, "attestation").get("predicate");
    }

    /** Copies a run, as a person would. */
    static Path copy(Path run, Path to) throws IOException {
        try (Stream<Path> walk = Files.walk(run)) {
            for (Path path : walk.toList()) {
                Path target = to.resolve(run.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        return to;
    }
}
