package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.io.Json;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CertifyCommandTest {
    @TempDir
    private static Path folder;

    private static Path run = Path.of("run");

    @BeforeAll
    static void train() {
        run = folder.resolve("run");
        CommandRun.of(
                "train", "--data", "breast-cancer", "--model", "logistic", "--epochs", 10, "--quiet", "--out", run);
    }

    @Test
    void anEnsembleIsTrainedOnceAndAskedAgain() throws Exception {
        Path out = folder.resolve("ensemble");
        String[] options = {"certify", "--run", run.toString(), "--partitions", "12", "--radius", "0,2", "--quiet"};
        CommandRun first = CommandRun.of(append(options, "--out", out, "--format", "json"));
        long written = out.resolve("certificate.json").toFile().lastModified();

        CommandRun second = CommandRun.of(append(options, "--out", out, "--inputs", "test"));

        JsonNode json = first.json();
        assertThat(first.code()).isEqualTo(ExitCodes.OK);
        assertThat(json.get("ensemble").get("members").intValue()).isEqualTo(12);
        assertThat(json.get("test").get("accuracy").doubleValue()).isGreaterThan(0.9);
        assertThat(json.get("test").get("points").get(1).get("share").doubleValue())
                .isGreaterThan(0.6);
        assertThat(second.out())
                .contains("deep partition aggregation", "right and certified", "Inputs, the first 50", "radius");
        assertThat(out.resolve("certificate.json").toFile().lastModified()).isEqualTo(written);
    }

    @Test
    void smoothingNamesItsFeaturesAndWritesACertificate() throws Exception {
        Path out = folder.resolve("smoothed");

        CommandRun smoothed =
                CommandRun.of("certify", "--run", run, "--method", "label-flip-smoothing", "--quiet", "--out", out);

        assertThat(smoothed.code()).isEqualTo(ExitCodes.OK);
        assertThat(smoothed.out()).contains("the rows' own numbers", "flipped training labels count 1 each");
        assertThat(Json.read(out.resolve("certificate.json"), JsonNode.class)
                        .get("test")
                        .get("accuracy")
                        .doubleValue())
                .isGreaterThan(0.9);
    }

    @Test
    void aTrunkThatLearnedFromTheLabelsIsNotCertified() {
        CommandRun refused = CommandRun.of(
                "certify",
                "--run",
                run,
                "--method",
                "label-flip-smoothing",
                "--trunk",
                run,
                "--quiet",
                "--out",
                folder.resolve("refused"));

        assertThat(refused.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(refused.err()).contains("of the rows whose labels are to be smoothed", "nothing would be certified");
        assertThat(folder.resolve("refused")).doesNotExist();
    }

    @Test
    void anotherPlanIsNotMixedWithAFinishedEnsembleAndOptionsMustFitTheMethod() {
        Path out = folder.resolve("other");
        CommandRun.of("certify", "--run", run, "--partitions", 3, "--quiet", "--out", out);

        assertThat(CommandRun.of("certify", "--run", run, "--partitions", 4, "--quiet", "--out", out)
                        .err())
                .contains("another plan");
        assertThat(CommandRun.of("certify", "--run", run, "--spread", 4, "--out", out)
                        .code())
                .isEqualTo(ExitCodes.USAGE);
        assertThat(CommandRun.of("certify", "--run", run, "--partitions", 100_000, "--out", folder.resolve("many")))
                .returns(ExitCodes.BAD_INPUT, CommandRun::code)
                .extracting(CommandRun::err)
                .asString()
                .contains("100000 partitions of the", "fewer than one row a class on average", "take at most");
        assertThat(CommandRun.of("certify", "--run", run, "--partitions", 1, "--out", out)
                        .err())
                .contains("at least 2, got 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dpa", "label-flip-smoothing"})
    void aRunUnderAnAttackWithoutInputsIsCertifiedAndNoSuccessClaimed(String method) throws Exception {
        Path noise = folder.resolve("noise-" + method);
        CommandRun.of("attack", "--data", "breast-cancer", "--kind", "symmetric-noise", "--out", noise);
        Path noisy = folder.resolve("noisy-" + method);
        CommandRun.of(
                "train",
                "--data",
                "overlay:" + noise,
                "--model",
                "logistic",
                "--epochs",
                10,
                "--quiet",
                "--out",
                noisy);
        Path out = folder.resolve("certified-" + method);

        CommandRun certified = CommandRun.of(
                "certify", "--run", noisy, "--method", method, "--partitions", 5, "--quiet", "--out", out);
        CommandRun json = CommandRun.of(
                "certify",
                "--run",
                noisy,
                "--method",
                method,
                "--partitions",
                5,
                "--quiet",
                "--format",
                "json",
                "--out",
                folder.resolve("again-" + method));

        assertThat(certified.code()).as(certified.err()).isEqualTo(ExitCodes.OK);
        assertThat(certified.out())
                .contains("not judged: the attack has no inputs", "right and certified")
                .doesNotContain("NaN");
        assertThat(json.json().get("attackNotJudged").textValue()).startsWith("not judged");
        assertThat(json.json().has("attackSuccess")).isFalse();
        assertThat(json.json().get("test").get("accuracy").doubleValue()).isGreaterThan(0.8);
    }

    @Test
    void anAttackWhoseInputsAreGoneIsRefusedBeforeAnythingIsTrained() throws Exception {
        Path poisoned = folder.resolve("poisoned");
        CommandRun.of("attack", "--data", "digits", "--rows", 7, "--out", poisoned);
        Path backdoored = TinyRun.train("overlay:" + poisoned, folder.resolve("backdoored"));
        Path inputs = poisoned.resolve("inputs");
        Files.move(inputs, folder.resolve("moved"));
        Path out = folder.resolve("gone");

        CommandRun refused = CommandRun.of("certify", "--run", backdoored, "--partitions", 5, "--quiet", "--out", out);

        assertThat(refused.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(refused.err()).contains("does not exist; has the folder that 'expunge attack' wrote been moved");
        assertThat(out).doesNotExist();
    }

    private static Object[] append(String[] options, Object... more) {
        Object[] all = new Object[options.length + more.length];
        System.arraycopy(options, 0, all, 0, options.length);
        System.arraycopy(more, 0, all, options.length, more.length);
        return all;
    }
}
