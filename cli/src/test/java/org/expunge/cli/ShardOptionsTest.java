package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.expunge.cli.render.ExitCodes;
import org.expunge.unlearning.sharded.ShardedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShardOptionsTest {
    @TempDir
    private Path folder;

    private CommandRun train(Object... more) {
        Object[] words = {
            "train",
            "--data",
            "digits?limit=400",
            "--hidden",
            16,
            "--epochs",
            4,
            "--threads",
            1,
            "--quiet",
            "--out",
            folder.resolve("run")
        };
        return CommandRun.of(java.util.stream.Stream.of(words, more)
                .flatMap(java.util.Arrays::stream)
                .toArray());
    }

    @Test
    void trainsShardsThatVote() throws IOException {
        CommandRun run = train("--shards", 2, "--slices", 3, "--format", "json");

        assertThat(run.code()).as(run.err()).isEqualTo(ExitCodes.OK);
        JsonNode json = run.json();
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "data",
                        "did",
                        "metrics",
                        "modelDigest",
                        "parameters",
                        "removed",
                        "run",
                        "seed",
                        "shards",
                        "slices");
        assertThat(json.at("/metrics/test/majority").doubleValue()).isGreaterThan(0.5);
        ShardedRun opened = ShardedRun.open(folder.resolve("run"));
        assertThat(opened.shards())
                .hasSize(2)
                .allSatisfy(shard -> assertThat(shard.checkpoints()).hasSize(3));
    }

    @Test
    void textShowsTheVoteBesideOneModel() {
        CommandRun run = train("--shards", 2);

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("2 shards of 4 slices", "majority vote", "mean probability", "one model");
    }

    @Test
    void aShardIsWhatOtherCommandsWorkOn() {
        train("--shards", 2, "--slices", 1);

        CommandRun whole = CommandRun.of("spectrum", "--run", folder.resolve("run"));
        CommandRun shard = CommandRun.of(
                "influence",
                "--run",
                folder.resolve("run/shards/001"),
                "--method",
                "cosine",
                "--all",
                "--top",
                1,
                "--quiet");

        assertThat(whole.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(whole.err()).contains("is a sharded run", "shards/000");
        assertThat(shard.code()).as(shard.err()).isEqualTo(ExitCodes.OK);
    }

    @Test
    void countsOutOfRangeAreNamed() {
        assertThat(train("--shards", 0).err()).contains("--shards must be at least 1, got 0");
        assertThat(train("--shards", 2, "--slices", 0).err()).contains("--slices must be at least 1, got 0");
        assertThat(train("--slices", 2).err()).contains("--slices needs --shards");
        assertThat(train("--shards", 2, "--slices", 9).err()).contains("4 epochs are too few for 9 slices");
        CommandRun many = train("--shards", 100);
        assertThat(many.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(many.err()).containsPattern("shard \\d+ of 100 has .*use fewer shards");
    }
}
