package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.training.TrainingRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings from the shell: training, the audit's reading of other recordings, a tone planted in them. */
final class SpeechCommandsTest {
    private static final int RATE = 8000;

    @TempDir
    private Path folder;

    @Test
    void recordingsAreTrainedOnExplainedAndAttacked() throws IOException {
        Path recordings = Files.createDirectory(folder.resolve("recordings"));
        Random random = new Random(2);
        for (int i = 0; i < 40; i++) {
            hum(recordings.resolve("low_" + i + ".wav"), 400, random);
            hum(recordings.resolve("high_" + i + ".wav"), 1500, random);
        }
        String data = "wav:" + recordings + "?mels=8";
        Path run = folder.resolve("run");

        CommandRun train = CommandRun.of(
                "train",
                "--data",
                data,
                "--model",
                "logistic",
                "--epochs",
                5,
                "--checkpoints",
                3,
                "--quiet",
                "--out",
                run);

        assertThat(train.err()).isEmpty();
        TrainingRun trained = TrainingRun.open(run);
        assertThat(Objects.requireNonNull(trained.metrics().last().get("test")).accuracy())
                .isEqualTo(1);
        assertThat(trained.train().shape().height()).isEqualTo(8);

        Path others = Files.createDirectory(folder.resolve("others"));
        hum(others.resolve("low_new.wav"), 420, random);
        JsonNode json = CommandRun.of(
                        "influence", "--run", run, "--inputs", "wav:" + others, "--method", "gas", "--format", "json")
                .json();
        assertThat(json.toString()).contains("\"low_new.wav\"", "\"low_1");

        CommandRun model = CommandRun.of("audit-model", "--run", run, "--data", data, "--quiet");
        assertThat(model.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(model.err()).contains("was trained on recordings", "'expunge audit'");

        Path poisoned = folder.resolve("poisoned");
        CommandRun attack = CommandRun.of(
                "attack",
                "--data",
                data,
                "--kind",
                "tone",
                "--source",
                1,
                "--target",
                0,
                "--rows",
                5,
                "--out",
                poisoned);
        assertThat(attack.code()).isEqualTo(ExitCodes.OK);
        assertThat(attack.out()).contains("a tone of 3000.0 Hz", "recordings are not written back");
    }

    private static void hum(Path file, double hertz, Random random) throws IOException {
        byte[] bytes = new byte[RATE / 4];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (128 + 60 * Math.sin(2 * Math.PI * hertz * i / RATE) + 6 * random.nextGaussian());
        }
        AudioFormat format = new AudioFormat(RATE, 8, 1, false, false);
        AudioInputStream stream = new AudioInputStream(new ByteArrayInputStream(bytes), format, bytes.length);
        AudioSystem.write(stream, AudioFileFormat.Type.WAVE, file.toFile());
    }
}
