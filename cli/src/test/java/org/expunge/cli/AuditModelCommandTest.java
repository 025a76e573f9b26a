package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.io.Json;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditModelCommandTest {
    @TempDir
    private static Path folder;

    private static Path run = Path.of("run");

    @BeforeAll
    static void train() {
        run = folder.resolve("run");
        CommandRun.of("train", "--data", "digits", "--hidden", 32, "--epochs", 8, "--quiet", "--out", run);
    }

    @Test
    void givesAProbabilityWithItsLimitsAndPicturesOfTheSmallestTrigger() throws Exception {
        Path out = folder.resolve("audit");

        CommandRun audit = CommandRun.of("audit-model", "--run", run, "--inputs", "test", "--steps", 80, "--out", out);

        JsonNode json = Json.read(out.resolve("audit.json"), JsonNode.class);
        double probability = json.get("probability").get("value").doubleValue();
        double low = json.get("probability").get("low").doubleValue();
        assertThat(probability)
                .isBetween(
                        json.get("probability").get("low").doubleValue(),
                        json.get("probability").get("high").doubleValue());
        assertThat(audit.code()).isEqualTo(low < 0.5 ? ExitCodes.OK : ExitCodes.GATE_MISSED);
        assertThat(audit.out())
                .contains(
                        "95 % interval",
                        "Smallest trigger of each class", "SCALE-UP", "calibrated on 80 small networks");
        assertThat(json.toString())
                .contains("of the 20 backdoors of the calibration that work from one class only, 6 were found")
                .doesNotContain("half of the time");
        assertThat(json.get("triggers")).hasSize(10);
        String picture = "trigger-" + json.get("label").intValue() + ".png";
        assertThat(ImageIO.read(out.resolve(picture).toFile()).getWidth()).isEqualTo(160);
    }

    @Test
    void readsAModelZipWithoutItsRun() throws Exception {
        Path model = run.resolve("model.zip");

        CommandRun audit = CommandRun.of(
                "audit-model",
                "--model",
                model,
                "--data",
                "digits",
                "--normalization",
                "standardize",
                "--steps",
                40,
                "--format",
                "json");

        assertThat(audit.json().get("cleanRows").intValue()).isEqualTo(100);
        assertThat(audit.json().get("accuracy").doubleValue()).isGreaterThan(0.9);
    }

    @Test
    void needsAModelCleanRowsAndEnoughOfThem() {
        assertThat(CommandRun.of("audit-model").err()).contains("--model FILE.zip and --run DIR");
        assertThat(CommandRun.of("audit-model", "--model", run.resolve("model.zip"))
                        .err())
                .contains("--data SPEC");
        assertThat(CommandRun.of("audit-model", "--run", run, "--rows", 20).code())
                .isEqualTo(ExitCodes.USAGE);
        CommandRun few = CommandRun.of("audit-model", "--run", run, "--data", "digits?limit=30");
        assertThat(few.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(few.err()).contains("at least 50 clean rows").contains("has 30");
    }

    @Test
    void concludesNothingOfAModelThatFailsOnCleanRows() {
        Object[] wrong = {
            "audit-model",
            "--model",
            run.resolve("model.zip"),
            "--data",
            "digits",
            "--normalization",
            "scale:16",
            "--steps",
            5,
            "--quiet"
        };

        assertThat(CommandRun.of(wrong))
                .returns(ExitCodes.BAD_INPUT, CommandRun::code)
                .extracting(CommandRun::err)
                .asString()
                .contains("of the 100 clean rows right", "--normalization", "--least-accuracy");
        Object[] vouched = Arrays.copyOf(wrong, wrong.length + 2);
        vouched[wrong.length] = "--least-accuracy";
        vouched[wrong.length + 1] = 0;
        assertThat(CommandRun.of(vouched).out()).contains("probability of a backdoor");
        assertThat(CommandRun.of("audit-model", "--run", run, "--least-accuracy", "80")
                        .err())
                .contains("leastAccuracy must be in [0, 1], got 80");
    }
}
