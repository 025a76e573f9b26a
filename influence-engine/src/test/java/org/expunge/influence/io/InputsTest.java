package org.expunge.influence.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputsTest {
    @TempDir
    Path folder;

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zipped = new GZIPOutputStream(out)) {
            zipped.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] readAll(Path file, long maxBytes) throws IOException {
        try (InputStream in = Inputs.open(file, maxBytes)) {
            return in.readAllBytes();
        }
    }

    @Test
    void readsPlainAndCompressedFilesAlike() throws IOException {
        byte[] text = "some text".getBytes(StandardCharsets.UTF_8);
        Path plain = Files.write(folder.resolve("plain.gz"), text);
        Path zipped = Files.write(folder.resolve("zipped"), gzip(text));
        Path empty = Files.createFile(folder.resolve("empty"));

        assertThat(readAll(plain, 100)).isEqualTo(text);
        assertThat(readAll(zipped, 100)).isEqualTo(text);
        assertThat(readAll(empty, 100)).isEmpty();
        try (InputStream in = Inputs.open(zipped)) {
            assertThat(in.read()).isEqualTo('s');
            assertThat(in.skip(4)).isEqualTo(4);
            assertThat(in.read()).isEqualTo('t');
            assertThat(in.markSupported()).isFalse();
        }
    }

    @Test
    void stopsABombAtItsBound() throws IOException {
        Path bomb = Files.write(folder.resolve("bomb.gz"), gzip(new byte[10_000_000]));

        assertThatThrownBy(() -> readAll(bomb, 1_000_000))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("bomb.gz: holds more than the 1000000 bytes");
    }

    @Test
    void namesATruncatedOrDamagedFile() throws IOException {
        byte[] whole = gzip("some text that is long enough".getBytes(StandardCharsets.UTF_8));
        Path cut = Files.write(folder.resolve("cut.gz"), Arrays.copyOf(whole, whole.length - 9));
        byte[] broken = whole.clone();
        broken[broken.length - 6] ^= 1;
        Path damaged = Files.write(folder.resolve("damaged.gz"), broken);

        assertThatThrownBy(() -> readAll(cut, 100)).hasMessageContaining("cut.gz: the compressed file is truncated");
        assertThatThrownBy(() -> readAll(damaged, 100))
                .hasMessageContaining("damaged.gz: the compressed file is damaged");
    }

    @Test
    void namesAFileThatIsMissingOrADirectory() {
        assertThatThrownBy(() -> Inputs.open(folder.resolve("nothing")))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("nothing: there is no such file");
        assertThatThrownBy(() -> Inputs.open(folder))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("is a directory");
    }
}
