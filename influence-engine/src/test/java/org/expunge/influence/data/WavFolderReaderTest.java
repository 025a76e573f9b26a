package org.expunge.influence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.expunge.influence.io.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WavFolderReaderTest {
    private static final String OPTIONS = "?seconds=0.5&window=64&hop=32&mels=4";
    private static final int RATE = 1000;

    @TempDir
    private Path folder;

    @Test
    void samplesAreReadAsTheyAreAndSilenceFollows() throws IOException {
        write("yes_ann_0.wav", sixteen(RATE), (byte) 0, (byte) 0x40, (byte) 0, (byte) 0x80);
        write("no_ann_0.wav", eight(RATE), (byte) 0xff, (byte) 0);

        Dataset data = load(OPTIONS).train();

        assertThat(data.shape()).isEqualTo(new Shape(1, 1, 500));
        assertThat(data.ids()).containsExactly("no_ann_0.wav", "yes_ann_0.wav");
        assertThat(data.classNames()).containsExactly("no", "yes");
        assertThat(data.label(1)).isOne();
        assertThat(data.row(0)).startsWith(127 / 128.0, -1, 0, 0).endsWith(0);
        assertThat(data.row(1)).startsWith(0.5, -1, 0, 0);
        assertThat(data.encoding()).contains(new LogMel(RATE, 500, 64, 32, 4));
    }

    @Test
    void longRecordingsAreCutOff() throws IOException {
        byte[] bytes = new byte[900];
        bytes[499] = (byte) 0xff;
        bytes[500] = (byte) 0xff;
        write("a_0.wav", eight(RATE), bytes);

        double[] row = load(OPTIONS).train().row(0);

        assertThat(row).hasSize(500).endsWith(-1, 127 / 128.0);
    }

    @Test
    void foldersNameClassesToo() throws IOException {
        write("train/b/1.wav", eight(RATE), new byte[600]);
        write("train/a/1.wav", eight(RATE), new byte[600]);
        write("test/b/7.WAV", eight(RATE), new byte[600]);
        Files.writeString(folder.resolve("train/notes.txt"), "not sound");

        LoadedData loaded = load(OPTIONS);

        assertThat(loaded.train().ids()).containsExactly("train/a/1.wav", "train/b/1.wav");
        assertThat(loaded.test().orElseThrow().label(0)).isOne();
    }

    @Test
    void otherRecordingsAreReadLikewise() throws IOException {
        write("train/a_1.wav", eight(RATE), new byte[600]);
        write("train/b_1.wav", eight(RATE), new byte[600]);
        write("new/b_9.wav", eight(RATE), new byte[600]);
        DataSpec spec = DataSpec.parse("wav:" + folder.resolve("train") + OPTIONS);

        Dataset rows = spec.loadLikewise(DataSpec.parse("wav:" + folder.resolve("new")), Optional.empty());

        assertThat(rows.label(0)).isOne();
        assertThat(rows.encoding()).isEqualTo(spec.load().train().encoding());
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        spec.loadLikewise(DataSpec.parse("wav:" + folder.resolve("new") + "?mels=9"), Optional.empty()))
                .withMessageContaining("leave out mels=9");
        write("new/c_9.wav", eight(RATE), new byte[600]);
        assertThatThrownBy(() -> spec.loadLikewise(DataSpec.parse("wav:" + folder.resolve("new")), Optional.empty()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("c_9.wav")
                .hasMessageContaining("no training row has");
    }

    @Test
    void aNormalizerMakesSpectrogramsAndIsReadBack() throws IOException {
        byte[] noise = new byte[600];
        new Random(1).nextBytes(noise);
        write("a_0.wav", eight(RATE), noise);
        write("b_0.wav", eight(RATE), new byte[100]);
        Dataset data = load(OPTIONS).train();

        Normalizer normalizer = Normalizer.fit(data, Normalizer.Options.parse("none"));

        LogMel sound = new LogMel(RATE, 500, 64, 32, 4);
        Dataset images =
                Normalizer.fromJson(normalizer.toJson(), "normalizer.json").apply(data);
        assertThat(images.shape()).isEqualTo(sound.shape());
        assertThat(images.ids()).isEqualTo(data.ids());
        assertThat(images.row(0)).containsExactly(sound.apply(data.row(0)), within(1e-5));
        assertThat(Normalizer.fit(data, Normalizer.Options.DEFAULT).apply(data).row(0)[0])
                .isBetween(-1.001, 1.001);
        Dataset pixels = Dataset.of("pixels", data.shape(), data.features(), data.targets());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> normalizer.apply(pixels))
                .withMessageContaining("no sound");
    }

    @Test
    void whatIsNoRecordingIsRefusedByName() throws IOException {
        write("a_stereo.wav", new AudioFormat(RATE, 16, 2, true, false), new byte[8]);
        assertRefused("a_stereo.wav", "stereo");
        Files.delete(folder.resolve("a_stereo.wav"));
        Files.writeString(folder.resolve("a_text.wav"), "text");
        assertRefused("a_text.wav", "no WAV file");
        Files.delete(folder.resolve("a_text.wav"));
        write("nolabel.wav", eight(RATE), new byte[8]);
        assertRefused("nolabel.wav", "LABEL_");
        Files.delete(folder.resolve("nolabel.wav"));
        assertRefused("", "holds no WAV files");
        write("a_0.wav", eight(RATE), new byte[600]);
        write("b_0.wav", eight(2 * RATE), new byte[600]);
        assertRefused("b_0.wav", "2000 samples a second where a_0.wav has 1000");
    }

    private void assertRefused(String file, String message) {
        assertThatThrownBy(() -> load(OPTIONS))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(folder.resolve(file).toString())
                .hasMessageContaining(message);
    }

    private LoadedData load(String options) throws IOException {
        return DataSpec.parse("wav:" + folder + options).load();
    }

    private static AudioFormat sixteen(int rate) {
        return new AudioFormat(rate, 16, 1, true, false);
    }

    private static AudioFormat eight(int rate) {
        return new AudioFormat(rate, 8, 1, false, false);
    }

    private void write(String name, AudioFormat format, byte... bytes) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        AudioInputStream stream =
                new AudioInputStream(new ByteArrayInputStream(bytes), format, bytes.length / format.getFrameSize());
        AudioSystem.write(stream, AudioFileFormat.Type.WAVE, file.toFile());
    }
}
