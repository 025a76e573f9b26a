package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.expunge.cli.render.ExitCodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TraceCommandTest {
    @TempDir
    private Path folder;

    @Test
    void showsTheRowsBehindAttackedInputs() throws IOException {
        Path poisoned = folder.resolve("poisoned");
        Path run = folder.resolve("run");
        Path out = folder.resolve("trace");
        CommandRun.of("attack", "--data", "digits", "--out", poisoned);
        CommandRun.of("train", "--data", "overlay:" + poisoned, "--epochs", 12, "--quiet", "--out", run);

        CommandRun trace = CommandRun.of(
                "trace",
                "--run",
                run,
                "--inputs",
                "test",
                "--inputs",
                "attack",
                "--top",
                10,
                "--format",
                "json",
                "--out",
                out);

        assertThat(trace.code()).isEqualTo(ExitCodes.OK);
        JsonNode cluster = trace.json().get("clusters").get(0);
        assertThat(cluster.get("label").textValue()).isEqualTo("class 0");
        assertThat(cluster.get("rows"))
                .hasSize(10)
                .allMatch(row -> row.get("isAdversarial").booleanValue());
        assertThat(out.resolve("trace.json")).exists();
        assertThat(out.resolve("rows.csv"))
                .content()
                .startsWith("cluster,rank,id,label,vote,distance,affinity,z\n1,1,");
        assertThat(out.resolve("cluster-1.png")).isNotEmptyFile();
    }

    @Test
    void whatDecidesIsTheUsersChoice() throws IOException {
        Path run = TinyRun.train(folder.resolve("run"));

        assertThat(flagged(run, "raw neighbours")).isNotEqualTo(flagged(run, "gas"));
    }

    @Test
    void aManifestShowsPlantedRowsToARunThatDoesNotKnowThem() throws IOException {
        Path poisoned = folder.resolve("poisoned");
        Path run = folder.resolve("run");
        CommandRun.of("attack", "--data", "digits", "--out", poisoned);
        Path manifest = Files.move(poisoned.resolve("manifest.json"), folder.resolve("known.json"));
        CommandRun.of("train", "--data", "overlay:" + poisoned, "--epochs", 12, "--quiet", "--out", run);

        JsonNode unknown = trace(run, "unknown");
        JsonNode known = trace(run, "known", "--manifest", manifest, "--seed", 2);

        assertThat(unknown.get("classes").intValue()).isEqualTo(10);
        assertThat(unknown.get("seed").longValue()).isEqualTo(1);
        assertThat(known.get("seed").longValue()).isEqualTo(2);
        assertThat(unknown.get("clusters").get(0).get("rows")).noneMatch(row -> row.has("isAdversarial"));
        assertThat(known.get("clusters").get(0).get("rows"))
                .allMatch(row -> row.get("isAdversarial").booleanValue());
        assertThat(CommandRun.of(
                        "trace",
                        "--run",
                        TinyRun.train(folder.resolve("clean")),
                        "--manifest",
                        manifest,
                        "--out",
                        folder.resolve("refused")))
                .returns(ExitCodes.BAD_INPUT, CommandRun::code)
                .extracting(CommandRun::err)
                .asString()
                .contains(manifest.toString());
    }

    private JsonNode trace(Path run, String name, Object... more) throws IOException {
        Object[] words = {
            "trace",
            "--run",
            run,
            "--inputs",
            "overlay:" + folder.resolve("poisoned/inputs"),
            "--top",
            5,
            "--format",
            "json",
            "--out",
            folder.resolve(name)
        };
        return CommandRun.of(Stream.of(words, more).flatMap(Arrays::stream).toArray())
                .json();
    }

    private int flagged(Path run, String statistic) throws IOException {
        return CommandRun.of(
                        "trace",
                        "--run",
                        run,
                        "--by",
                        statistic,
                        "--false-positive-rate",
                        0.4,
                        "--format",
                        "json",
                        "--out",
                        folder.resolve(statistic))
                .json()
                .get("flagged")
                .intValue();
    }

    @Test
    void saysThatSilenceIsNoProof() {
        Path run = TinyRun.train(folder.resolve("run"));

        CommandRun trace = CommandRun.of("trace", "--run", run, "--quiet", "--out", folder.resolve("trace"));

        assertThat(trace.out()).contains("insufficient evidence", "does not show that the data are clean");
    }
}
