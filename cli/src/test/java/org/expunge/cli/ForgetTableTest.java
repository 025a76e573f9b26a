package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.expunge.cli.render.ExitCodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person whose line alone names a city is forgotten, and then taken out of the table. */
final class ForgetTableTest {
    private static final int ROWS = 80;
    private static final int PERSON = 7;

    @TempDir
    private Path folder;

    @Test
    void retrainingLeavesNothingOfThePersonInTheLayoutAndTheRunOutlivesTheLine() throws IOException {
        List<String> lines = lines("p", ROWS, PERSON);
        Path table = Files.write(folder.resolve("people.csv"), lines);
        Path test = Files.write(folder.resolve("test.csv"), lines("t", ROWS / 2, -1));
        String data = "csv:" + table + "?label=label&id=key&test=" + test;
        Path run = TinyRun.train(data, folder.resolve("run"), "--validation", 0);
        Path out = folder.resolve("out");

        JsonNode kept = CommandRun.of(
                        "forget",
                        "plan",
                        "--run",
                        run,
                        "--ids",
                        "p" + PERSON,
                        "--method",
                        "influence",
                        "--format",
                        "json")
                .json();
        CommandRun forgotten = CommandRun.of(
                "forget",
                "apply",
                "--run",
                run,
                "--ids",
                "p" + PERSON,
                "--method",
                "retrain",
                "--references",
                1,
                "--threads",
                1,
                "--format",
                "json",
                "--out",
                out);
        CommandRun verified = CommandRun.of("verify", "--run", out, "--format", "json");
        CommandRun replayed = CommandRun.of("forget", "replay", "--run", run, "--batch", "batch-000001");
        lines.remove(PERSON + 1);
        Files.write(table, lines);
        CommandRun read = CommandRun.of(
                "influence", "--run", out, "--all", "--method", "gas", "--out", folder.resolve("scores"), "--quiet");

        assertThat(forgotten.code()).as(forgotten.err()).isEqualTo(ExitCodes.OK);
        assertThat(run.resolve("layout.json")).content().contains("atlantis");
        assertThat(out.resolve("layout.json")).content().doesNotContain("atlantis");
        assertThat(layout(kept.get("purge"))).contains("\"KEPT\"", "names of categories and means");
        assertThat(layout(forgotten.json().get("purged"))).contains("\"MADE_ANEW\"", "rows that remain");
        JsonNode measured = forgotten.json().get("forget").get("verification").get("after");
        assertThat(verified.json().get("verification").get("after").get("retain"))
                .isEqualTo(measured.get("retain"));
        assertThat(verified.json().get("verification").get("after").get("forget"))
                .isEqualTo(measured.get("forget"));
        assertThat(replayed.code()).as(replayed.out() + replayed.err()).isEqualTo(ExitCodes.OK);
        assertThat(read.code()).as(read.err()).isEqualTo(ExitCodes.OK);
        assertThat(TinyRun.predicate(out).get("limits").toString())
                .contains("fitted anew on the rows that remain", "still those of the whole file");
    }

    /** Returns what is said of the layout. */
    private static String layout(JsonNode artefacts) {
        for (JsonNode artefact : artefacts) {
            if (artefact.get("path").textValue().equals("run/layout.json")) {
                assertThat(artefact.get("kind").textValue()).isEqualTo("table layout");
                return artefact.toString();
            }
        }
        return "not listed";
    }

    private static List<String> lines(String prefix, int rows, int person) {
        List<String> lines = new ArrayList<>(List.of("key,x,city,label"));
        Random random = new Random(3);
        for (int i = 0; i < rows; i++) {
            String city = i == person ? "atlantis" : "city-" + i % 2;
            lines.add(prefix + i + "," + (random.nextGaussian() + i % 2) + "," + city + ",class" + i % 2);
        }
        return lines;
    }
}
