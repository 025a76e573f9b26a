package org.expunge.influence.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigestsTest {
    /** FIPS 180-4's example, SHA-256 of "abc". */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void digestsBytesAndFilesAlike(@TempDir Path folder) throws IOException {
        byte[] abc = "abc".getBytes(StandardCharsets.US_ASCII);

        Path file = Files.write(folder.resolve("abc"), abc);

        assertThat(Digests.sha256(abc)).isEqualTo(ABC);
        assertThat(Digests.sha256(file)).isEqualTo(ABC);
    }

    @Test
    void digestsNumbersAsTheirBytesWhateverTheirCount() {
        double[] values = new double[20_000];
        Arrays.setAll(values, Math::sqrt);
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES);
        bytes.asDoubleBuffer().put(values);

        assertThat(Digests.sha256(values)).isEqualTo(Digests.sha256(bytes.array()));
        assertThat(Digests.sha256(new double[0])).isEqualTo(Digests.sha256(new byte[0]));
    }
}
