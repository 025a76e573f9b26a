package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.io.Json;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VerifyCommandTest {
    @TempDir
    private static Path folder;

    private static Path run = Path.of("run");
    private static Path after = Path.of("after");

    @BeforeAll
    static void forget() throws IOException {
        run = TinyRun.train(folder.resolve("run"));
        after = folder.resolve("after");
        List<String> ids = TinyRun.ids(run, "train").subList(0, 24);
        CommandRun forget = CommandRun.of(
                "forget",
                "apply",
                "--run",
                run,
                "--ids",
                String.join(",", ids),
                "--method",
                "retrain",
                "--references",
                2,
                "--accept-inconclusive",
                "--old-run",
                "keep",
                "--quiet",
                "--out",
                after);
        assertThat(forget.code()).as(forget.out()).isEqualTo(ExitCodes.OK);
    }

    @Test
    void attacksOnTheModelItselfStandBesideTheirFloors() throws IOException {
        Path out = folder.resolve("evidence.json");

        CommandRun verify = CommandRun.of(
                "verify",
                "--run",
                after,
                "--against",
                after,
                "--against",
                after,
                "--attack",
                "rmia,relearn",
                "--format",
                "json",
                "--out",
                out);

        JsonNode attacks = verify.json().get("verification").get("attacks");
        assertThat(attacks).hasSize(2);
        assertThat(attacks.get(0).get("attack").textValue()).isEqualTo("rmia");
        assertThat(attacks.get(0).get("lines").findValuesAsText("model"))
                .containsExactly("before", "after", "retrained");
        assertThat(attacks.get(1).get("gate").get("gate").textValue()).isEqualTo("relearn");
        assertThat(Json.read(out, JsonNode.class)).isEqualTo(verify.json().get("verification"));
        assertThat(verify.code()).isIn(ExitCodes.OK, ExitCodes.GATE_MISSED);
    }

    @Test
    void shadowModelsAreAnnouncedKeptAndNotTrainedAgain() {
        Object[] command = {
            "verify",
            "--run",
            after,
            "--attack",
            "u-lira,gus",
            "--runs",
            8,
            "--candidates",
            12,
            "--shadows",
            folder.resolve("shadows"),
            "--threads",
            2
        };

        CommandRun first = CommandRun.of(command);
        CommandRun second = CommandRun.of(command);

        assertThat(first.err()).contains("16 trainings on 198 to 204 rows and 8 removals of 6 rows, 2 at once");
        assertThat(first.out())
                .contains("Attack u-lira", "On the method on this recipe and these rows; 16 trainings", "Attack gus");
        assertThat(first.out()).contains("forgetting score", "epsilon at least", "TPR at 1 % FPR");
        assertThat(folder.resolve("shadows/u-lira/outputs.npy")).exists();
        assertThat(folder.resolve("shadows/gus/outputs.npy")).exists();
        assertThat(withoutSeconds(second)).isEqualTo(withoutSeconds(first));
        assertThat(first.code()).isEqualTo(ExitCodes.GATE_MISSED); // a tiny network after three epochs has no memory
    }

    @Test
    void attacksThatLackWhatTheyNeedAreRefused() {
        CommandRun noFolder = CommandRun.of("verify", "--run", after, "--attack", "u-lira");
        CommandRun noReference = CommandRun.of("verify", "--run", after, "--attack", "rmia");
        CommandRun noSuch = CommandRun.of("verify", "--run", after, "--attack", "lira");
        CommandRun oddRuns = CommandRun.of(
                "verify", "--run", after, "--attack", "gus", "--runs", 3, "--shadows", folder.resolve("odd"));

        assertThat(noFolder.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(noFolder.err()).contains("--shadows DIR");
        assertThat(noReference.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(noReference.err()).contains("rmia needs two retrained models");
        assertThat(noSuch.err()).contains("use one of rmia, relearn, u-lira, gus, not lira");
        assertThat(oddRuns.err()).contains("runs must be even and at least 2, got 3");
        assertThat(folder.resolve("odd")).doesNotExist();
    }

    private static String withoutSeconds(CommandRun run) {
        return run.out().replaceAll("trainings, [0-9.]+ s", "trainings");
    }
}
